"""Staff appoint and allocate moderators, record conflicts, and read claims."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from moderation.models import Allocation, Claim, Conflict, Moderator
from portal.accounts.models import User
from portal.kit.models import Event
from tests.factories import accounts, catalogue, centres
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def staff(client) -> User:
    person = accounts.staff()
    client.force_login(person)
    return person


def add(client, model, **values) -> str:
    url = reverse(f"admin:moderation_{model}_add")
    data = {name: getattr(value, "pk", value) for name, value in values.items()}
    empty = {
        f"{prefix}-{part}": 0
        for prefix in ("allocations", "conflicts")
        for part in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return client.post(url, {**data, **empty}, follow=True).content.decode()


def test_moderator_is_appointed_and_recorded(client, staff):
    person = accounts.adult()
    assert "was added successfully" in add(client, "moderator", user=person)
    moderator = Moderator.objects.get(user=person)
    assert Event.objects.about(moderator).get(verb="appoint moderator").by == staff


def test_allocation_is_made_recorded_and_ended(client, staff):
    moderator, centre, qualification = make.moderator(), centres.centre(), catalogue.qualification()
    add(client, "allocation", moderator=moderator, centre=centre, qualification=qualification)
    allocation = Allocation.objects.get()
    assert (allocation.moderator, allocation.centre, allocation.qualification) == (
        moderator,
        centre,
        qualification,
    )
    assert Event.objects.about(allocation).get(verb="allocate").by == staff

    chosen = {"action": "end", "_selected_action": [allocation.pk], "takes_over": "nobody"}
    assert (
        "1 ended."
        in client.post(
            reverse("admin:moderation_allocation_changelist"), chosen, follow=True
        ).content.decode()
    )
    allocation.refresh_from_db()
    assert allocation.ended_at is not None


def test_ending_an_allocation_asks_who_takes_over_the_claims_in_hand(client):
    claim = make.submitted_claim()
    first, second = make.moderator(claim.centre, claim.qualification), make.moderator()
    allocation = first.allocations.get()
    url = reverse("admin:moderation_allocation_changelist")
    chosen = {"action": "end", "_selected_action": [allocation.pk]}
    html = client.post(url, chosen).content.decode()
    assert "Who takes over the claims in hand?" in html and f"In hand: {claim.number}" in html
    for answer in ({"takes_over": "somebody"}, {"takes_over": "nobody", "successor": second.pk}):
        client.post(url, {**chosen, **answer})
        allocation.refresh_from_db()
        assert allocation.ended_at is None

    client.post(url, {**chosen, "takes_over": "somebody", "successor": second.pk})
    allocation.refresh_from_db()
    assert allocation.ended_at is not None
    assert [Claim.objects.moderated_by(who.user).count() for who in (first, second)] == [0, 1]


def test_claims_without_a_moderator_are_listed(client):
    claim, other = make.submitted_claim(), make.submitted_claim()
    make.draft_claim()
    make.moderator(other.centre, other.qualification)
    make.concluded_claim()
    Allocation.objects.filter(centre__claims__state="concluded").update(ended_at=timezone.now())
    url = reverse("admin:moderation_claim_changelist") + "?moderator=none"
    assert list(client.get(url).context["cl"].queryset) == [claim]


def test_second_allocation_and_one_against_a_conflict_are_refused_in_words(client):
    first, second = make.moderator(), make.moderator()
    centre, qualification = centres.centre(), catalogue.qualification()
    add(client, "allocation", moderator=first, centre=centre, qualification=qualification)
    html = add(client, "allocation", moderator=second, centre=centre, qualification=qualification)
    assert "End that allocation first." in html

    add(client, "conflict", moderator=second, centre=centre, reason="Taught there")
    other = catalogue.qualification()
    html = add(client, "allocation", moderator=second, centre=centre, qualification=other)
    assert "has a conflict of interest" in html
    assert Allocation.objects.count() == 1


def test_conflict_is_recorded_and_taken_back(client, staff):
    moderator, centre = make.moderator(), centres.centre()
    add(client, "conflict", moderator=moderator, centre=centre, reason="Taught there")
    conflict = Conflict.objects.get()
    assert Event.objects.about(conflict).get(verb="record conflict").why == "Taught there"
    client.post(reverse("admin:moderation_conflict_delete", args=[conflict.pk]), {"post": "yes"})
    assert not Conflict.objects.exists()
    assert Event.objects.filter(verb="remove conflict", by=staff).count() == 1


def test_claim_is_shown_with_its_lines_and_cannot_be_changed(client):
    claim = make.concluded_claim(2)
    url = reverse("admin:moderation_claim_change", args=[claim.pk])
    html = client.get(url).content.decode()
    for line in claim.lines.all():
        assert line.certificate_name in html
    assert 'name="report"' not in html
    client.post(url, {"number": "X", "report": "X"})
    assert Claim.objects.get().number == claim.number
    assert client.get(reverse("admin:moderation_claim_add")).status_code == 403
    assert client.post(reverse("admin:moderation_claim_delete", args=[claim.pk])).status_code == 403


def queries(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_lists_make_the_same_number_of_queries_for_1_and_for_3_rows(client):
    names = ("claim", "moderator", "allocation", "conflict")
    urls = [reverse(f"admin:moderation_{name}_changelist") for name in names]

    def one_more(number: int) -> None:
        centre, qualification = centres.centre(), catalogue.qualification()
        moderator = make.moderator(centre, qualification)
        Conflict.objects.create(moderator=moderator, centre=centre, reason="Taught there")
        Claim.objects.create(
            number=f"CL-{number}", centre=centre, qualification=qualification, created_by=moderator.user
        )

    one_more(0)
    few = [queries(client, url) for url in urls]
    for number in range(1, 3):
        one_more(number)
    assert [queries(client, url) for url in urls] == few


def test_page_of_a_claim_makes_the_same_number_of_queries_for_1_and_for_3_lines(client):
    counts = [
        queries(client, reverse("admin:moderation_claim_change", args=[make.submitted_claim(size).pk]))
        for size in (1, 3)
    ]
    assert counts[0] == counts[1]
