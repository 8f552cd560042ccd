"""Calendars (iCalendar, RFC 5545): feeds to follow, single dates, invitations to training (RFC 5546).

Times are in UTC, which every client shows in its own zone; whole days are days. Feeds name nobody.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr

import icalendar
from django.conf import settings

from .models import Interest, KeyDate, TrainingEvent

MEDIA_TYPE = "text/calendar"
ASK_AGAIN = timedelta(hours=12)


def of_dates(dates: Iterable[KeyDate], *, name: str) -> bytes:
    return _feed(map(_date, dates), name=name)


def of_training(events: Iterable[TrainingEvent], *, name: str) -> bytes:
    return _feed(map(_training, events), name=name)


def invitation(interest: Interest, *, at: datetime) -> bytes:
    """The confirmed place of `interest`, for the calendar of that person; `at`: when it was confirmed or changed."""
    return _to_person("REQUEST", "CONFIRMED", interest, at=at)


def cancellation(interest: Interest, *, at: datetime) -> bytes:
    """Cancels the invitation."""
    return _to_person("CANCEL", "CANCELLED", interest, at=at)


def _calendar(method: str = "") -> icalendar.Calendar:
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{settings.AWARDING_BODY}//{settings.PORTAL_NAME}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    return calendar


def _feed(entries: Iterable[icalendar.Event], *, name: str) -> bytes:
    calendar = _calendar()
    for key in ("name", "x-wr-calname"):
        calendar.add(key, name)
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(ASK_AGAIN).to_ical().decode())
    for entry in entries:
        calendar.add_component(entry)
    return calendar.to_ical()


def _date(found: KeyDate) -> icalendar.Event:
    entry = _entry(found, text=found.text, cancelled=found.is_cancelled)
    if found.is_all_day:
        entry.add("dtstart", found.starts_on)
        entry.add("dtend", found.last_day + timedelta(days=1))  # the day after the last
    else:
        entry.add("dtstart", _utc(found.starts()))
        if ends := found.ends():
            entry.add("dtend", _utc(ends))
    entry.add("transp", "TRANSPARENT")  # it does not block out the day
    return entry


def _training(event: TrainingEvent) -> icalendar.Event:
    entry = _entry(event, text=event.text, cancelled=event.state == TrainingEvent.State.CANCELLED)
    entry.add("dtstart", _utc(event.starts_at))
    entry.add("dtend", _utc(event.ends_at))
    entry.add("location", event.place)
    return entry


def _to_person(method: str, status: str, interest: Interest, *, at: datetime) -> bytes:
    entry = _training(interest.event)
    organiser = icalendar.vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = settings.AWARDING_BODY
    attendee = icalendar.vCalAddress(f"mailto:{interest.email}")
    attendee.params |= {
        "CN": interest.name,
        "PARTSTAT": "ACCEPTED",
        "RSVP": "FALSE",
        "ROLE": "REQ-PARTICIPANT",
    }
    entry.add("organizer", organiser)
    entry.add("attendee", attendee)
    texts = [interest.event.text, interest.event.joining]
    for key, value in (("status", status), ("dtstamp", _utc(at)), ("description", _paragraphs(texts))):
        entry.pop(key, None)
        entry.add(key, value)
    calendar = _calendar(method)
    calendar.add_component(entry)
    return calendar.to_ical()


def _entry(found: KeyDate | TrainingEvent, *, text: str, cancelled: bool) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", str(found.uid))
    entry.add("sequence", found.sequence)
    entry.add("dtstamp", _utc(found.changed_at))
    entry.add("last-modified", _utc(found.changed_at))
    entry.add("summary", found.title)
    if text:
        entry.add("description", _paragraphs([text]))
    entry.add("url", settings.SITE_URL + found.get_absolute_url())
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return entry


def _paragraphs(texts: Iterable[str]) -> str:
    """The texts as one, with the line ends that calendars use."""
    return "\n\n".join("\n".join(text.splitlines()) for text in texts if text)


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def feed_name(what: str) -> str:
    return f"{settings.PORTAL_NAME}: {what}"
