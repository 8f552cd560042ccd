"""The fees list for a date, and that past charges stay the same."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from centres.models import Fee
from portal.kit.models import Event
from portal.noticeboard import rules
from portal.noticeboard.models import Service, ServiceFee
from tests.factories import accounts, catalogue, centres, noticeboard
from tests.pages import html_of

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def dated(qualification, *prices: tuple[date, str]) -> None:
    for day, price in prices:
        Fee.objects.create(qualification=qualification, price=price, valid_from=day)


def page(client, **query) -> str:
    return html_of(client.get(reverse("fees"), query))


def test_prices_of_a_day_and_what_comes_next():
    two = catalogue.qualification(position=2)
    one = catalogue.qualification(position=1)
    dated(two, (date(2024, 9, 1), "11.00"), (date(2025, 9, 1), "12.00"), (date(2026, 9, 1), "13.50"))
    dated(one, (date(2026, 9, 1), "9.00"))
    on = rules.entry_fees(date(2026, 8, 31))
    assert [
        (found, [(p.price, p.since, p.next_price, p.next_on) for p in prices]) for found, prices in on
    ] == [
        (one, [(None, None, Decimal("9.00"), date(2026, 9, 1))]),
        (two, [(Decimal("12.00"), date(2025, 9, 1), Decimal("13.50"), date(2026, 9, 1))]),
    ]
    (_, (price,)) = rules.entry_fees(date(2026, 9, 1))[1]
    assert (price.price, price.next_on) == (Decimal("13.50"), None)


def test_page_shows_today_or_the_day_asked_for(client):
    dated(catalogue.qualification(title="Level 2 iMedia"), (date(2025, 9, 1), "12.00"), (TODAY, "13.50"))
    assert "£13.50" in page(client) and "£12.00" not in page(client)
    before = page(client, on="2025-09-01")
    assert 'on <time datetime="2025-09-01">1 September 2025</time>' in before
    assert "£12.00" in before and f"£13.50 from {TODAY.day} " in before


def test_day_that_is_none_is_said_and_today_shown(client):
    dated(catalogue.qualification(), (date(2025, 9, 1), "12.00"))
    shown = page(client, on="yesterday")
    assert "£12.00" in shown and "govuk-error-summary" in shown and 'value="yesterday"' in shown


def test_services_with_what_they_are_charged_for(client):
    service = Service.objects.create(name="Review of moderation", per="unit", note="Refunded if upheld.")
    noticeboard.service_fee(service, price="44.00")
    assert "Review of moderation" in page(client)
    assert rules.service_fees(TODAY) == [
        rules.Price(
            "Review of moderation", "For each unit. Refunded if upheld.", Decimal("44.00"), date(2020, 1, 1),
            None, None,
        )
    ]  # fmt: skip


def test_service_that_cannot_be_had_yet_is_not_on_the_list(client):
    later = Service.objects.create(name="Review of moderation", is_offered=False)
    noticeboard.service_fee(later)
    assert rules.service_fees(TODAY) == []
    assert "Review of moderation" not in page(client)


def test_page_costs_the_same_for_1_fee_and_for_3(client, queries_of):
    dated(catalogue.qualification(), (date(2025, 9, 1), "12.00"))
    noticeboard.service_fee()
    client.get(reverse("fees"))
    one = queries_of(lambda: client.get(reverse("fees")))
    for _ in range(2):
        dated(catalogue.qualification(), (date(2025, 9, 1), "12.00"))
        noticeboard.service_fee()
    assert queries_of(lambda: client.get(reverse("fees"))) == one


def test_empty_list_says_so(client):
    assert "No fees yet" in page(client)


@pytest.mark.parametrize("change", [lambda row: row.delete(), lambda row: row.save()])
def test_database_keeps_a_service_fee_whose_day_has_come(change):
    begun, to_come = noticeboard.service_fee(), noticeboard.service_fee(valid_from=TODAY + timedelta(days=1))
    begun.price = to_come.price = Decimal("1.00")
    with pytest.raises(DatabaseError, match="is in force since"), transaction.atomic():
        change(begun)
    change(to_come)
    assert Decimal("1.00") not in ServiceFee.objects.filter(pk=begun.pk).values_list("price", flat=True)


def test_database_moves_no_service_fee_into_the_past():
    to_come = noticeboard.service_fee(valid_from=TODAY + timedelta(days=1))
    to_come.valid_from = TODAY - timedelta(days=1)
    with pytest.raises(DatabaseError, match="cannot be moved into the past"), transaction.atomic():
        to_come.save()


class TestAdmin:
    """The same for fees of entries and of services."""

    @pytest.fixture(params=["centres_fee", "noticeboard_servicefee"])
    def kind(self, request, client):
        client.force_login(accounts.staff())
        return request.param

    def make(self, kind: str, day: date):
        if kind == "centres_fee":
            qualification = catalogue.qualification()
            made = Fee.objects.create(qualification=qualification, price="12.00", valid_from=day)
            return made, {"qualification": qualification.pk, "product": "unit"}
        made = noticeboard.service_fee(valid_from=day)
        return made, {"service": made.service_id}

    def test_one_in_force_is_only_looked_at(self, client, kind):
        row, _ = self.make(kind, TODAY)
        change, delete = (reverse(f"admin:{kind}_{verb}", args=[row.pk]) for verb in ("change", "delete"))
        assert 'name="price"' not in client.get(change).content.decode()
        assert client.post(change, {"price": "1.00"}).status_code == 403
        assert client.post(delete, {"post": "yes"}).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(reverse(f"admin:{kind}_changelist"), chosen)
        assert type(row).objects.filter(pk=row.pk).exists()

    def test_one_to_come_is_changed_with_an_audit_line(self, client, kind):
        row, same = self.make(kind, TODAY + timedelta(days=9))
        row.refresh_from_db()
        before = row.price
        url = reverse(f"admin:{kind}_change", args=[row.pk])
        client.post(url, {**same, "price": "14.00", "valid_from": f"{row.valid_from:%d/%m/%Y}"})
        row.refresh_from_db()
        assert row.price == Decimal("14.00")
        assert list(Event.objects.about(row).values_list("verb", "details")) == [
            ("change", {"changed": {"price": [str(before), "14.00"]}})
        ]

    def test_none_is_slipped_into_the_past(self, client, kind):
        row, same = self.make(kind, TODAY - timedelta(days=30))
        url = reverse(f"admin:{kind}_add")
        typed = {**same, "price": "14.00", "valid_from": f"{TODAY - timedelta(days=3):%d/%m/%Y}"}
        assert "Something already applies on that day" in client.post(url, typed).content.decode()
        earlier = {**typed, "valid_from": f"{TODAY - timedelta(days=60):%d/%m/%Y}"}
        assert client.post(url, earlier).status_code == 302  # none was in force then
        assert type(row).objects.count() == 2


def test_price_of_an_order_stays_when_a_new_one_comes():
    centre, qualification = centres.centre(), catalogue.qualification()
    order = centres.order(centre, qualification)
    dated(qualification, (TODAY, "99.00"))
    assert order.lines.get().unit_price == Decimal("12.00")
