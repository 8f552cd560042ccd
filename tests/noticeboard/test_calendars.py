"""Feeds, downloads and invitations, as a calendar program reads them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.kit import outbox
from portal.noticeboard import actions
from portal.noticeboard.models import Audience, KeyDate
from tests.factories import accounts, catalogue, noticeboard

pytestmark = pytest.mark.django_db

TITLE = (
    "Ŵyl, sioe; a \\ „Łódź”: claims of Level 1, 2 and 3, and of every qualification that ends in this year"
)
TEXT = "First line, with a comma; a semicolon\r\nSecond line: tŷ, żółw\n\nThird\tparagraph " + "ŵ" * 200
REQUIRED = {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS", "URL", "LAST-MODIFIED"}


def read(content: bytes) -> icalendar.Calendar:
    """Parsed, and checked for errors, folding, line ends and required properties."""
    assert re.search(rb"(?<!\r)\n", content) is None
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    content.decode("utf-8")
    (calendar,) = icalendar.Calendar.from_ical(content, multiple=True)
    for component in calendar.walk():
        assert component.errors == []
    assert (calendar["VERSION"], calendar["CALSCALE"]) == ("2.0", "GREGORIAN") and calendar["PRODID"]
    entries = calendar.walk("VEVENT")
    assert all(set(entry) >= REQUIRED for entry in entries)
    assert len({str(entry["UID"]) for entry in entries}) == len(entries)
    # Written again from what was read, it is the same.
    assert icalendar.Calendar.from_ical(calendar.to_ical()) == calendar
    return calendar


def feed(client, route="dates-calendar", **query):
    answer = client.get(reverse(route), query)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return read(answer.content)


def entries(calendar) -> dict[str, icalendar.Event]:
    return {str(entry["SUMMARY"]): entry for entry in calendar.walk("VEVENT")}


def test_whole_day_is_a_day(client):
    day = timezone.localdate() + timedelta(days=9)
    noticeboard.key_date(title="One", starts_on=day)
    noticeboard.key_date(title="Three", starts_on=day, ends_on=day + timedelta(days=2))
    found = entries(feed(client))
    assert {title: (entry.decoded("DTSTART"), entry.decoded("DTEND")) for title, entry in found.items()} == {
        "One": (day, day + timedelta(days=1)),
        "Three": (day, day + timedelta(days=3)),
    }
    assert b"DTSTART;VALUE=DATE:" in found["One"].to_ical()


@pytest.mark.parametrize(
    ("day", "utc"), [(date(2027, 1, 15), time(12, 0)), (date(2027, 6, 15), time(11, 0))], ids=["GMT", "BST"]
)
def test_moment_is_of_london_in_winter_and_summer(client, day, utc):
    noticeboard.key_date(title="Noon", starts_on=day, starts_at=time(12, 0), ends_at=time(13, 30))
    entry = entries(feed(client))["Noon"]
    assert entry.decoded("DTSTART") == datetime.combine(day, utc, tzinfo=UTC)
    london = entry.decoded("DTEND").astimezone(ZoneInfo("Europe/London"))
    assert london.time() == time(13, 30)
    assert re.search(rb"DTSTART:\d{8}T\d{6}Z\r\n", entry.to_ical())


def test_letters_commas_and_lines_come_through(client):
    noticeboard.key_date(title=TITLE, text=TEXT)
    entry = entries(feed(client))[TITLE]
    assert str(entry["DESCRIPTION"]) == "\n".join(TEXT.splitlines())


def test_uid_stays_and_sequence_rises(client):
    made = noticeboard.key_date(title="Claims")
    before = entries(feed(client))["Claims"]
    made.starts_on += timedelta(days=1)
    actions.save_date(made, ["starts_on"], by=accounts.staff())
    after = entries(feed(client))["Claims"]
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after.decoded("DTSTAMP") >= before.decoded("DTSTAMP")


def test_cancelled_date_stays_as_cancelled(client):
    noticeboard.key_date(title="Holds")
    noticeboard.key_date(title="Gone", is_cancelled=True)
    found = entries(feed(client))
    assert {title: str(entry["STATUS"]) for title, entry in found.items()} == {
        "Holds": "CONFIRMED",
        "Gone": "CANCELLED",
    }


def test_feed_of_a_qualification_has_its_dates_and_those_for_all(client):
    two, three = catalogue.qualification(), catalogue.qualification()
    noticeboard.key_date(title="All")
    noticeboard.key_date(two, title="Two")
    noticeboard.key_date(three, title="Three")
    noticeboard.key_date(two, three, title="Both")
    assert set(entries(feed(client))) == {"All", "Two", "Three", "Both"}
    calendar = feed(client, qualification=two.code)
    assert set(entries(calendar)) == {"All", "Two", "Both"}
    assert two.title in str(calendar["X-WR-CALNAME"])
    assert client.get(reverse("dates-calendar"), {"qualification": "none"}).status_code == 404


def test_feed_holds_public_dates_alone_whoever_asks(client):
    noticeboard.key_date(title="Public")
    noticeboard.key_date(title="For moderators", audience=Audience.MODERATORS)
    client.force_login(accounts.staff())
    assert set(entries(feed(client))) == {"Public"}


def test_empty_feed_is_a_calendar(client):
    assert entries(feed(client)) == entries(feed(client, "training-calendar")) == {}


def test_feed_of_long_ago_forgets(client):
    noticeboard.key_date(title="Old", starts_on=timezone.localdate() - timedelta(days=400))
    noticeboard.key_date(title="Last month", starts_on=timezone.localdate() - timedelta(days=30))
    assert set(entries(feed(client))) == {"Last month"}


@pytest.mark.parametrize("route", ["dates-calendar", "training-calendar"])
def test_unchanged_feed_is_not_sent_again(client, route):
    made = noticeboard.key_date()
    noticeboard.training_event()
    first = client.get(reverse(route))
    assert first["ETag"] and first["Last-Modified"]
    for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(reverse(route), headers=header)
        assert (again.status_code, again.content) == (304, b"")
    if route == "dates-calendar":
        KeyDate.objects.filter(pk=made.pk).update(
            changed_at=timezone.now() + timedelta(seconds=2), title="New"
        )
        for header in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
            assert client.get(reverse(route), headers=header).status_code == 200


def test_date_that_left_the_feed_changes_it_for_who_asks_by_time(client):
    made = noticeboard.key_date()
    noticeboard.key_date()
    KeyDate.objects.update(changed_at=timezone.now() - timedelta(days=1))
    first = client.get(reverse("dates-calendar"))
    made.refresh_from_db()
    made.audience = Audience.TUTORS
    actions.save_date(made, ["audience"], by=accounts.staff())
    answer = client.get(reverse("dates-calendar"), headers={"If-Modified-Since": first["Last-Modified"]})
    assert answer.status_code == 200


def test_training_feed_names_no_person(client):
    event = noticeboard.training_event(title="Marking day, online", joining="https://secret.example")
    noticeboard.place(event, name="Siân Davies", email="sian@example.org")
    noticeboard.training_event(published=False, title="Draft")
    answer = client.get(reverse("training-calendar"))
    found = entries(read(answer.content))
    assert set(found) == {"Marking day, online"}
    assert found["Marking day, online"].decoded("DTSTART") == event.starts_at
    assert not re.search("Siân|sian@|secret|ATTENDEE|ORGANIZER".encode(), answer.content)


@pytest.mark.parametrize("make", [noticeboard.key_date, noticeboard.training_event])
def test_one_can_be_kept(client, make):
    made = make(title=TITLE, text=TEXT)
    route = "key-date-calendar" if isinstance(made, KeyDate) else "training-event-calendar"
    answer = client.get(reverse(route, args=[made.pk]))
    assert list(entries(read(answer.content))) == [TITLE]
    assert answer["Content-Disposition"].startswith("attachment; ")


def letters() -> list[tuple[str, str, icalendar.Calendar]]:
    """(subject, method in the head, calendar) of the e-mails with a calendar; parsed and valid."""
    outbox.work_all()
    found = []
    for letter in mail.outbox:
        for part in letter.message().walk():
            if part.get_content_type() == "text/calendar":
                calendar = read(part.get_payload(decode=True))
                assert part.get_param("method") == str(calendar["METHOD"])
                assert part.get_content_charset() == "utf-8"
                found.append((letter.subject, str(calendar["METHOD"]), calendar))
    mail.outbox.clear()
    return found


def test_invitation_change_and_cancellation_are_of_one_entry():
    by = accounts.staff()
    event = noticeboard.training_event(title=TITLE, text=TEXT, joining="Join: https://meet.example/ŵ")
    name = 'Łucja "Lu" Ŵyn; O’Neill, BA: x'
    noticeboard.place(event, name=name, email="lucja@example.org")
    event.refresh_from_db()
    event.place = "Cardiff"
    actions.save_event(event, ["place"], by=by)
    event.refresh_from_db()
    actions.cancel_event(event, by=by, why="Snow")
    # Each e-mail is written when it is sent; here all except the last were superseded.
    ((_, method, calendar),) = letters()
    (entry,) = calendar.walk("VEVENT")
    assert (method, str(entry["STATUS"]), entry["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert str(entry["UID"]) == str(event.uid)


def test_invitation_says_who_when_where_and_how():
    by = accounts.staff()
    event = noticeboard.training_event(title=TITLE, text=TEXT, joining="Join: https://meet.example/ŵ")
    name = 'Łucja "Lu" Ŵyn; O’Neill, BA: x'
    noticeboard.place(event, name=name, email="lucja@example.org")
    ((subject, method, calendar),) = letters()
    (entry,) = calendar.walk("VEVENT")
    assert (method, str(entry["STATUS"]), entry["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    assert subject.startswith("Your place: ")
    attendee, organiser = entry["ATTENDEE"], entry["ORGANIZER"]
    assert str(attendee) == "mailto:lucja@example.org"
    assert (attendee.params["CN"], attendee.params["PARTSTAT"]) == (name, "ACCEPTED")
    assert str(organiser).startswith("mailto:") and "@" in organiser
    assert "https://meet.example/ŵ" in entry["DESCRIPTION"]
    stamp = entry.decoded("DTSTAMP")

    event.refresh_from_db()
    event.place = "Cardiff"
    actions.save_event(event, ["place"], by=by)
    ((subject, method, calendar),) = letters()
    (entry,) = calendar.walk("VEVENT")
    assert subject.startswith("Changed: ")
    assert (method, entry["SEQUENCE"], str(entry["LOCATION"])) == ("REQUEST", 1, "Cardiff")
    assert str(entry["UID"]) == str(event.uid) and entry.decoded("DTSTAMP") >= stamp


def test_change_that_no_invitation_mentions_tells_nobody():
    event = noticeboard.training_event()
    noticeboard.place(event)
    letters()
    event.refresh_from_db()
    event.capacity = 12
    actions.save_event(event, ["capacity"], by=accounts.staff())
    assert letters() == []
    event.refresh_from_db()
    assert event.sequence == 0


def test_withdrawing_takes_the_invitation_back():
    taken = noticeboard.place()
    letters()
    actions.withdraw_interest(taken, by=None)
    ((_, method, calendar),) = letters()
    assert method == "CANCEL"
    assert calendar.walk("VEVENT")[0].decoded("DTSTART") == taken.event.starts_at
