"""Tell staff by e-mail when background work has failed for good: one e-mail for all of it, at most once an hour."""

from datetime import timedelta

from django.db import transaction

from portal.kit import audit, outbox
from portal.kit.models import Heartbeat, OutboxEntry

from . import mailing
from .models import EMail
from .staff import staff_who_may

HOUR_SECONDS = 3600
TOLD = "failures told"  # the heartbeat: when staff were last told
TELL = "tell-of-failures"
LETTER = "work_failed"


@outbox.whenever_given_up
def note(entry: OutboxEntry) -> None:
    """Have staff told of `entry`: now, or an hour after they were last told.

    An e-mail to staff that fails causes no further e-mail: an address that refuses everything would loop for ever.
    """
    is_telling = (
        entry.kind == "send-email" and EMail.objects.filter(pk=entry.subject_id, kind=LETTER).exists()
    )
    if entry.kind == TELL or is_telling:
        return
    last = Heartbeat.objects.filter(name=TOLD).first()
    outbox.due(TELL, entry, at=last.at + timedelta(seconds=HOUR_SECONDS) if last else None)


@transaction.atomic
def tell(entry: OutboxEntry) -> None:
    """Tell staff of everything that has failed, unless they were told within the hour. Safe to run twice."""
    if not failed().exists() or not Heartbeat.take_turn(TOLD, seconds=HOUR_SECONDS):
        return
    event = audit.record("tell staff of failed work", entry, by=None)
    mailing.tell(LETTER, event, to=staff_who_may("kit.view_outboxentry"))


def failed():
    return OutboxEntry.objects.filter(state=OutboxEntry.State.FAILED)
