"""The exams officer's pages about the centre itself, over HTTP."""

import pytest
from django.urls import reverse
from django.utils import timezone

from centres import actions
from centres.access import centres_of
from centres.models import Centre, EntryOrder
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.kit import outbox
from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    """A signed-in exams officer: (client, centre)."""
    centre = centres.centre()
    client.force_login(centres.person(centre))
    return client, centre


def test_order_goes_from_draft_to_statement(office):
    client, centre = office
    qualification = catalogue.qualification()
    centres.fee(qualification)
    centres.approval(centre, qualification)
    typed = {"order_number": "PO-77", f"quantity_{qualification.pk}": "15"}
    answer = client.post(reverse("order-new", args=[centre.number]), typed, follow=True)
    assert "This is a draft" in answer.content.decode()
    order = EntryOrder.objects.get()
    page = reverse("order-submit", args=[centre.number, order.pk])
    assert "£180.00" in client.get(page).content.decode()
    client.post(page, {"total": "180.00"})
    order.refresh_from_db()
    statement = actions.process_order(order, by=accounts.staff())
    url = reverse("statement", args=[centre.number, statement.number])
    assert "being printed" in client.get(url, follow=True).content.decode()
    outbox.work_all()
    answer = client.get(url)
    assert (answer.status_code, answer.getvalue()[:5]) == (200, b"%PDF-")
    assert "attachment" in answer["Content-Disposition"]


def test_order_without_a_quantity_is_refused_with_words(office):
    client, centre = office
    qualification = catalogue.qualification()
    centres.fee(qualification)
    centres.approval(centre, qualification)
    answer = client.post(reverse("order-new", args=[centre.number]), {"order_number": "PO-77"})
    assert "Enter how many entries you want for at least one qualification" in answer.content.decode()
    assert EntryOrder.objects.count() == 0


def test_order_number_is_used_once_at_a_centre(office):
    client, centre = office
    qualification = catalogue.qualification()
    centres.approval(centre, qualification)
    centres.order(centre, qualification, order_number="PO-77")
    typed = {"order_number": "PO-77", f"quantity_{qualification.pk}": "15"}
    answer = client.post(reverse("order-new", args=[centre.number]), typed)
    assert "Your centre has already used this order number." in answer.content.decode()


def test_exams_officer_adds_and_ends_a_tutor(office):
    client, centre = office
    typed = {"name": "Tom Tutor", "email": "tom@example.org", "roles": [Role.TUTOR]}
    client.post(reverse("person-add", args=[centre.number]), typed)
    actions.join_by_offer(centre.role_offers.get(), accounts.PASSWORD)
    membership = centre.memberships.get(role=Role.TUTOR)
    client.force_login(membership.user)
    assert client.get(reverse("centre", args=[centre.number])).status_code == 200
    actions.end_membership(membership, by=accounts.adult())
    assert client.get(reverse("centre", args=[centre.number])).status_code == 404


LISTS = {
    "people": lambda centre, n: [
        (centres.person(centre, Role.TUTOR), centres.offer(centre)) for _ in range(n)
    ],
    "orders": lambda centre, n: [centres.order(centre, catalogue.qualification()) for _ in range(n)],
    "entries": lambda centre, n: [
        centres.entries(centre, q, 1) for q in [catalogue.qualification()] for _ in range(n)
    ],
    "centre": lambda centre, n: [centres.approval(centre) for _ in range(n)],
}


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_1_row_and_for_3(office, name, queries_of):
    client, centre = office
    url = reverse(name, args=[centre.number])
    LISTS[name](centre, 1)
    client.get(url)  # remembers the centre in the session
    one = queries_of(lambda: client.get(url))
    LISTS[name](centre, 2)
    assert queries_of(lambda: client.get(url)) == one


@pytest.mark.parametrize("sees", [True, False])
def test_centres_of_a_person_are_those_whose_pages_they_may_open(monkeypatch, sees):
    """Every role may open them today; one that may not would have neither the page nor the navigation."""
    if not sees:
        monkeypatch.setitem(PERMISSIONS, Role.TUTOR, PERMISSIONS[Role.TUTOR] - {Permission.SEE_CENTRE})
    here = centres.centre(name="Abbey")
    tutor = centres.person(here, Role.TUTOR)
    there = centres.centre(name="Quay")
    tutor.memberships.create(centre=there, role=Role.EXAMS_OFFICER)
    ended = centres.centre()
    tutor.memberships.create(centre=ended, role=Role.TUTOR, ended_at=timezone.now())
    expected = [here, there] if sees else [there]
    assert centres_of(tutor) == list(Centre.objects.visible_to(tutor)) == expected
