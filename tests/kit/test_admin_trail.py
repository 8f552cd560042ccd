"""The audit trail in the admin: in words, newest first, by verb, and of one record."""

import pytest
from django.urls import reverse

from portal.kit import audit
from portal.kit.models import Event
from portal.kit.past import past
from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db
LIST = "admin:kit_event_changelist"


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff())
    return client


def whats(client, **query) -> list[str]:
    return [event.what for event in client.get(reverse(LIST), query).context["cl"].result_list]


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        ("hand_in", "Handed in"), ("process", "Processed"), ("submit", "Submitted"), ("send_back", "Sent back"),
        ("give role", "Gave role"), ("begin upload", "Began upload"), ("tag", "Tagged"), ("deny", "Denied"),
        ("offer roles", "Offered roles"), ("withdraw", "Withdrew"), ("low balance", "Balance became low"),
        ("achieve", "Achieved"), ("reply", "Replied"), ("put_on_waiting_list", "Put on waiting list"),
    ],
)  # fmt: skip
def test_verb_is_told_as_what_was_done(verb, said):
    assert past(verb) == said


def test_moves_are_told_by_the_names_of_the_states():
    order = centres.order(centres.centre(), catalogue.qualification())
    event = audit.record("submit", order, by=None, before="draft", after="submitted")
    assert event.what == "Submitted: Draft → Waiting to be processed"
    same = audit.record("ask_again", order, by=None, before="draft", after="draft")
    assert same.what == "Asked again"
    assert audit.record("decide", order, by=None, after="no_such_state").what == "Decided: no such state"


def test_changes_are_told_with_and_without_their_values():
    centre = centres.centre()
    both = audit.record("change", centre, by=None, changed={"last_name": ["Lee", "Lea"]})
    assert both.what == "Changed: last name from “Lee” to “Lea”"
    assert (
        audit.record("change", centre, by=None, changed=["starts_at", "place"]).what
        == "Changed: starts at; place"
    )


def test_newest_comes_first_and_one_verb_can_be_chosen(staff):
    centre = centres.centre()
    for verb in ("hand_in", "process", "hand_in"):
        audit.record(verb, centre, by=None)
    assert whats(staff)[:3] == ["Handed in", "Processed", "Handed in"]
    assert whats(staff, verb="process") == ["Processed"]
    page = staff.get(reverse(LIST)).content.decode()
    assert '<option value="hand_in">Handed in</option>' in page
    assert staff.get(reverse(LIST), {"verb": "no such verb"}).context["cl"].result_count == 0


def test_verbs_are_found_by_steps_in_the_index():
    centre = centres.centre()
    assert Event.objects.verbs() == []
    for verb in ("b", "a", "b", "c"):
        audit.record(verb, centre, by=None)
    assert Event.objects.verbs() == ["a", "b", "c"]


def test_history_of_a_record_is_its_part_of_the_trail(staff):
    centre, other = centres.centre(name="Harbour"), centres.centre()
    audit.record("change", centre, by=None)
    audit.record("change", other, by=None)
    page = staff.get(reverse("admin:centres_centre_history", args=[centre.pk]), follow=True)
    assert [event.subject_id for event in page.context["cl"].result_list] == [centre.pk]
    assert f"History of {centre}" in page.content.decode()
    staff.force_login(accounts.adult(is_staff=True))
    assert staff.get(reverse("admin:centres_centre_history", args=[centre.pk])).status_code == 403


def test_line_leads_to_its_record_and_shows_the_rest(staff):
    centre = centres.centre()
    event = audit.record("merge", centre, by=None, why="Twice", candidates=3)
    page = staff.get(reverse("admin:kit_event_change", args=[event.pk])).content.decode()
    assert f'href="{reverse("admin:centres_centre_change", args=[centre.pk])}"' in page
    assert "Candidates: 3" in page and "Twice" in page


def test_list_costs_the_same_for_1_row_and_for_3(staff, queries_of):
    url = reverse(LIST)
    audit.record("change", centres.centre(), by=None)
    staff.get(url)
    one = queries_of(lambda: staff.get(url))
    for verb in ("add", "change", "delete"):
        audit.record(verb, centres.centre(), by=None)
    assert queries_of(lambda: staff.get(url)) == one
