"""The list of candidates, one candidate, and adding and changing by hand."""

import pytest
from django import forms
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from candidates import actions
from candidates.models import Candidate
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kit.models import Event
from tests.factories import accounts, candidates, centres
from tests.pages import html_of

pytestmark = pytest.mark.django_db

TYPED = {
    "number": "12", "first_names": "Megan Mair", "last_name": "Evans", "known_as": "Meg",
    "date_of_birth_day": "14", "date_of_birth_month": "March", "date_of_birth_year": "2010",
}  # fmt: skip


def shown(client, centre, **asked) -> list[str]:
    """The candidate numbers that the list shows, in its order."""
    answer = client.get(reverse("candidates", args=[centre.number]), asked)
    assert answer.status_code == 200
    return [candidate.number for candidate, *_ in answer.context["rows"]]


def test_list_finds_by_every_word_and_by_number(office):
    client, centre = office
    candidates.candidate(number="0001")  # of another centre
    for number, name, known_as in (
        ("0001", "Evans", ""),
        ("0002", "O'Brien", "Beth"),
        ("0012", "Evans", "Bo"),
    ):
        candidates.candidate(centre, number=number, first_names="Ann", last_name=name, known_as=known_as)
    assert shown(client, centre) == ["0001", "0012", "0002"]
    assert shown(client, centre, find="evans") == ["0001", "0012"]
    assert shown(client, centre, find="bo evans") == ["0012"]
    assert shown(client, centre, find="beth o'br") == ["0002"]
    assert shown(client, centre, find="00") == ["0001", "0012", "0002"]
    assert shown(client, centre, find="0012") == ["0012"]
    assert shown(client, centre, find="12") == ["0012"]
    assert shown(client, centre, find="O’Brien, Beth") == ["0002"]
    assert shown(client, centre, find="obrien") == ["0002"]
    assert shown(client, centre, find="%") == []


def test_list_is_filtered_by_group_and_by_sign_in(office):
    client, centre = office
    grouped, alone = (candidates.candidate(centre, number=number) for number in ("0001", "0002"))
    group = candidates.group(centre, grouped)
    User.objects.filter(pk=grouped.user_id).update(last_login=timezone.now())
    assert shown(client, centre, group=group.pk) == ["0001"]
    assert shown(client, centre, group="none") == ["0002"]
    assert shown(client, centre, signed_in="never") == [alone.number]
    assert shown(client, centre, signed_in="yes") == [grouped.number]
    assert shown(client, centre, group="none", signed_in="yes") == []


@pytest.mark.parametrize(
    "asked", [{"group": "999"}, {"group": "x"}, {"signed_in": "x"}, {"page": "x"}, {"sort": "x"}]
)
def test_what_the_list_does_not_understand_is_left_out(office, asked):
    client, centre = office
    candidates.candidate(centre, number="0001")
    assert shown(client, centre, **asked) == ["0001"]


def test_group_of_another_centre_is_not_offered(office):
    client, centre = office
    candidates.candidate(centre, number="0001")
    theirs = candidates.group(centres.centre(), name="Their group")
    page = html_of(client.get(reverse("candidates", args=[centre.number]), {"group": theirs.pk}))
    assert "Their group" not in page and "0001" in page


def test_list_is_sorted_by_name_or_number_both_ways(office):
    client, centre = office
    for number, name in (("0003", "Adams"), ("0001", "Clark"), ("0002", "Brown")):
        candidates.candidate(centre, number=number, last_name=name)
    assert shown(client, centre, sort="number") == ["0001", "0002", "0003"]
    assert shown(client, centre, sort="-number") == ["0003", "0002", "0001"]
    assert shown(client, centre, sort="-name") == ["0001", "0002", "0003"]


def test_list_says_at_a_glance_who_has_signed_in(office):
    client, centre = office
    signed_in = candidates.candidate(centre, number="0001", password=accounts.PASSWORD)
    User.objects.filter(pk=signed_in.user_id).update(last_login=timezone.now())
    issued = candidates.candidate(centre, number="0002")
    actions.issue_slips([issued], by=accounts.adult())
    candidates.candidate(centre, number="0003")
    answer = client.get(reverse("candidates", args=[centre.number]), {"sort": "number"})
    assert [state.label for _, state, _ in answer.context["rows"]] == ["Signed in", "Code issued", "No code"]


def test_empty_lists_say_what_to_do(office):
    client, centre = office
    url = reverse("candidates", args=[centre.number])
    page = html_of(client.get(url))
    assert "No candidates yet" in page and reverse("candidate-import-new", args=[centre.number]) in page
    assert "No candidates match" in html_of(client.get(url, {"find": "zzz"}))


def test_list_takes_the_same_queries_for_one_and_for_three(office, queries_of):
    client, centre = office

    def one_more():
        made = candidates.candidate(centre)
        candidates.group(centre, made)
        actions.issue_slips([made], by=made.added_by)

    one_more()
    url = reverse("candidates", args=[centre.number])
    client.get(url)
    before = queries_of(lambda: client.get(url))
    for _ in range(2):
        one_more()
    assert queries_of(lambda: client.get(url)) == before


def test_list_has_pages_of_25(office):
    client, centre = office
    for _ in range(26):
        candidates.candidate(centre)
    assert "Showing 1 to 25 of 26" in html_of(client.get(reverse("candidates", args=[centre.number])))


def test_candidate_is_added_by_hand(office):
    client, centre = office
    group = candidates.group(centre)
    answer = client.post(reverse("candidate-add", args=[centre.number]), {**TYPED, "groups": [group.pk]})
    made = centre.candidates.get()
    assert answer.url == made.get_absolute_url()
    assert (made.number, made.certificate_name, made.display_name) == (
        "0012",
        "Megan Mair Evans",
        "Meg Evans",
    )
    assert (made.user.sign_in_name, made.user.name) == (f"{centre.number}/0012", "Meg Evans")
    assert list(made.groups.all()) == [group]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"number": "0007"}, "Another candidate at your centre has this number."),
        ({"number": "7"}, "Another candidate at your centre has this number."),
        ({"number": "0000"}, "Candidate number must be 4 digits"),
        ({"number": "ab"}, "Candidate number must be 4 digits"),
        ({"number": ""}, "Enter the candidate number"),
        ({"last_name": ""}, "Enter the last name"),
        ({"date_of_birth_year": "2025"}, "is unlikely: the candidate would be"),
        ({"date_of_birth_day": "31", "date_of_birth_month": "2"}, "must be a real date"),
        ({"groups": ["999"]}, "Choose from the list"),
    ],
)
def test_fault_is_shown_and_nothing_typed_is_lost(office, fault, words):
    client, centre = office
    candidates.candidate(centre, number="0007")
    candidates.group(centre)
    page = html_of(client.post(reverse("candidate-add", args=[centre.number]), {**TYPED, **fault}))
    assert words in page
    assert 'value="Megan Mair"' in page
    assert centre.candidates.count() == 1


def test_number_that_somebody_takes_at_the_same_moment_is_named(office, monkeypatch):
    client, centre = office
    candidates.candidate(centre, number="0012")
    monkeypatch.setattr("candidates.forms.CandidateForm._post_clean", forms.ModelForm._post_clean)
    page = html_of(client.post(reverse("candidate-add", args=[centre.number]), TYPED))
    assert "Another candidate at your centre has this number." in page


def test_changed_details_are_saved_with_from_and_to(office):
    client, centre = office
    candidate = candidates.candidate(centre, number="0007", first_names="Megan", last_name="Evans")
    old, new = candidates.group(centre, candidate, name="Old"), candidates.group(centre, name="New")
    url = reverse("candidate-edit", args=[centre.number, "0007"])
    answer = client.post(url, {**TYPED, "last_name": "Evans-Lloyd", "groups": [new.pk]})
    assert answer.url == reverse("candidate", args=[centre.number, "0012"])
    candidate.refresh_from_db()
    candidate.user.refresh_from_db()
    assert candidate.user.sign_in_name == f"{centre.number}/0012"
    assert candidate.user.name == "Meg Evans-Lloyd"
    assert (old.candidates.count(), new.candidates.count()) == (0, 1)
    page = html_of(client.get(answer.url))
    assert "last name from “Evans” to “Evans-Lloyd”" in page
    assert "Groups changed: Old → New" in page


def test_saving_without_a_change_writes_nothing(office):
    client, centre = office
    candidate = candidates.candidate(centre, number="0012", first_names="Megan Mair", last_name="Evans")
    candidate.known_as = "Meg"
    actions.change_candidate(candidate, by=accounts.adult())
    before = Event.objects.count()
    client.post(reverse("candidate-edit", args=[centre.number, "0012"]), TYPED)
    assert Event.objects.count() == before


def test_own_number_is_not_taken(office):
    client, centre = office
    candidates.candidate(centre, number="0012")
    answer = client.post(reverse("candidate-edit", args=[centre.number, "0012"]), TYPED)
    assert answer.status_code == 302


def test_page_shows_names_groups_sign_in_and_history(office):
    client, centre = office
    candidate = candidates.candidate(
        centre, number="0012", first_names="Megan", last_name="Evans", known_as="Meg"
    )
    group = candidates.group(centre, candidate)
    actions.issue_slips([candidate], by=accounts.adult(name="Tom Tutor"))
    page = html_of(client.get(candidate.get_absolute_url()))
    for words in ("Megan Evans", "Meg Evans", "14 March 2010", group.name, "Code issued", "Never signed in"):
        assert words in page
    assert page.index("One-time code issued") < page.index("Added")
    assert "Tom Tutor" in page


def test_page_takes_the_same_queries_whatever_happened(office, queries_of):
    client, centre = office
    candidate = candidates.candidate(centre)
    url = candidate.get_absolute_url()
    client.get(url)
    before = queries_of(lambda: client.get(url))
    for number in range(10):
        candidates.group(centre, candidate)
        candidate.last_name = f"Evans {number}"
        actions.change_candidate(candidate, by=accounts.adult())
        actions.issue_slips([candidate], by=accounts.adult())
    assert queries_of(lambda: client.get(url)) == before


def test_candidates_are_not_seen_from_another_centre(office):
    client, centre = office
    theirs = candidates.candidate()
    assert client.get(theirs.get_absolute_url()).status_code == 404
    assert client.get(reverse("candidates", args=[theirs.centre.number])).status_code == 404
    assert client.get(reverse("candidate", args=[centre.number, theirs.number])).status_code == 404


def test_tutor_sees_and_does_not_change(client):
    candidate = candidates.candidate()
    centre = candidate.centre
    client.force_login(centres.person(centre, Role.TUTOR))
    page = html_of(client.get(candidate.get_absolute_url()))
    assert reverse("candidate-edit", args=[centre.number, candidate.number]) not in page
    assert reverse("candidate-add", args=[centre.number]) not in html_of(
        client.get(reverse("candidates", args=[centre.number]))
    )
    for name, args in (
        ("candidate-add", []),
        ("candidate-edit", [candidate.number]),
        ("candidate-import-new", []),
    ):
        assert client.get(reverse(name, args=[centre.number, *args])).status_code == 403
    assert Candidate.objects.count() == 1


@pytest.mark.parametrize(("first", "last"), [("", "Suharto"), ("Madonna", "")])
def test_person_with_one_name_is_entered_once_it_is_said(office, first, last):
    client, centre = office
    url = reverse("candidate-add", args=[centre.number])
    typed = {**TYPED, "first_names": first, "last_name": last, "known_as": ""}
    page = html_of(client.post(url, typed))
    assert "or select “They have one name only”" in page and not Candidate.objects.exists()
    client.post(url, {**typed, "one_name": "on"})
    made = Candidate.objects.get()
    assert (made.certificate_name, made.display_name, str(made)) == (
        first or last,
        first or last,
        f"0012 {first or last}",
    )
    edit = client.get(reverse("candidate-edit", args=[centre.number, made.number]))
    assert edit.context["form"]["one_name"].value() is True


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (".", "“.” is not a name"), ("-", "“-” is not a name"), ("N/A", "“N/A” is not a name"),
        ("Zo‰", "A name cannot contain ‰"), ("Lee (2)", "A name cannot contain ( 2 )"),
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused_by_hand(office, name, words):
    client, centre = office
    answer = client.post(reverse("candidate-add", args=[centre.number]), {**TYPED, "last_name": name})
    assert words in html_of(answer) and not Candidate.objects.exists()


def test_database_refuses_a_candidate_without_a_name(office):
    _, centre = office
    made = candidates.candidate(centre)
    with pytest.raises(IntegrityError, match="candidate_has_a_name"):
        Candidate.objects.filter(pk=made.pk).update(first_names="", last_name="")


def test_second_of_two_tabs_is_stopped_and_keeps_what_it_left_alone(office):
    client, centre = office
    candidates.candidate(centre, number="0012", first_names="Megan Mair", last_name="Evans", known_as="Meg")
    groups = [candidates.group(centre, name=name) for name in ("10A", "10B")]
    url = reverse("candidate-edit", args=[centre.number, "0012"])
    sent = {**TYPED, "seen": client.get(url).context["form"]["seen"].value()}
    client.post(url, {**sent, "last_name": "Evans-Lloyd", "groups": [groups[0].pk]})
    answer = client.post(url, {**sent, "last_name": "Evens", "uln": "1234567899"})
    page = html_of(answer)
    found = Candidate.objects.get()
    assert (answer.status_code, found.last_name, found.uln) == (200, "Evans-Lloyd", "")
    assert "It is now “Evans-Lloyd”" in page and 'value="Evens"' in page
    client.post(url, {**sent, "uln": "1234567899"})
    found.refresh_from_db()
    assert (found.last_name, found.uln, list(found.groups.all())) == (
        "Evans-Lloyd",
        "1234567899",
        [groups[0]],
    )
