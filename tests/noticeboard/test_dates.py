"""The page of key dates."""

import re
from datetime import time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from portal.kit.models import Event
from portal.noticeboard import actions
from portal.noticeboard.models import Audience, KeyDate
from tests.factories import accounts, catalogue, centres, noticeboard

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


def titles(client, **query) -> list[str]:
    page = client.get(reverse("key-dates"), query).content.decode()
    return re.findall(r'class="dates__title">([^<]+)', page)


def test_next_first_by_month_and_past_ones_apart(client):
    for title, days in (("later", 70), ("next", 2), ("past", -2)):
        noticeboard.key_date(title=title, starts_on=TODAY + timedelta(days=days))
    noticeboard.key_date(title="running", starts_on=TODAY - timedelta(days=5), ends_on=TODAY)
    assert titles(client) == ["running", "next", "later"]
    assert titles(client, show="past") == ["past"]
    page = client.get(reverse("key-dates")).content.decode()
    assert f"<h2>{TODAY + timedelta(days=70):%B %Y}</h2>" in page
    assert re.search(r"<strong>Next:</strong> <a [^>]+>running</a>", page)


def test_whole_days_come_before_moments_of_a_day(client):
    noticeboard.key_date(title="noon", starts_at=time(12, 0))
    noticeboard.key_date(title="morning", starts_at=time(9, 0))
    noticeboard.key_date(title="day")
    assert titles(client) == ["day", "morning", "noon"]


def test_of_a_qualification_and_for_some(client):
    two, three = catalogue.qualification(), catalogue.qualification()
    noticeboard.key_date(two, title="two")
    noticeboard.key_date(three, title="three")
    noticeboard.key_date(title="all")
    noticeboard.key_date(title="tutors", audience=Audience.TUTORS)
    assert titles(client, qualification=two.code) == ["two", "all"]
    assert "tutors" not in titles(client)
    client.force_login(centres.person(centres.centre(), Role.TUTOR))
    assert "tutors" in titles(client)


def test_calendar_of_what_is_not_for_one_does_not_exist(client):
    made = noticeboard.key_date(audience=Audience.TUTORS)
    assert client.get(reverse("key-date-calendar", args=[made.pk])).status_code == 404


def test_address_to_follow_is_of_the_qualification_chosen(client):
    two = catalogue.qualification()
    page = client.get(reverse("key-dates"), {"qualification": two.code}).content.decode()
    assert f'href="webcal://testserver/dates/calendar.ics?qualification={two.code}"' in page


def test_nonsense_in_the_filter_narrows_nothing(client):
    noticeboard.key_date(title="one")
    assert titles(client, qualification="none", show="sideways") == ["one"]


def test_list_costs_the_same_for_1_row_and_for_3(client, queries_of):
    two = catalogue.qualification()
    noticeboard.key_date(two)
    url = reverse("key-dates")
    client.get(url)
    one = queries_of(lambda: client.get(url))
    for _ in range(2):
        noticeboard.key_date(two)
    assert queries_of(lambda: client.get(url)) == one


FAULTS = {
    "date_ends_after_start": {"ends_on": TODAY},
    "date_end_time_with_start_time": {"ends_at": time(9, 0)},
    "date_last_day_with_end_time": {"starts_at": time(9, 0), "ends_on": TODAY + timedelta(days=40)},
    "date_end_time_after_start_time": {"starts_at": time(9, 0), "ends_at": time(8, 0)},
}


@pytest.mark.parametrize("name", FAULTS)
def test_database_keeps_dates_in_order(name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        noticeboard.key_date(**FAULTS[name])


def test_adding_and_changing_are_in_the_audit_trail():
    by = accounts.staff()
    made = KeyDate(title="A", starts_on=TODAY)
    actions.save_date(made, ["title"], by=by)
    actions.save_date(made, ["starts_on"], by=by)
    assert list(Event.objects.about(made).values_list("verb", flat=True)) == ["add", "change"]
