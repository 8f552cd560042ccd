"""The outbox: work that is due is a row; the queue only speeds it up (design 6, docs/decisions).

A room registers a handler with `@handles("print-certificate", lane=Lane.PRINT)`; an action calls `due(...)` in its
own transaction. A handler gets the subject's id, reads its row again, returns if the work is done, and commits its
result itself; it may run twice and must be safe to repeat.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Greatest, Now
from redis.exceptions import RedisError

from . import leases
from .models import Heartbeat, OutboxEntry
from .reach import Reach

logger = logging.getLogger(__name__)


class Lane(models.TextChoices):
    """A queue with its own workers, so that nothing waits behind much longer work."""

    URGENT = "urgent"  # work that somebody is waiting for: mail, checks of files, claims
    PRINT = "print"
    PREVIEWS = "previews"  # some take minutes


HANDLERS: dict[str, Callable[[int], None]] = {}
LANES: dict[str, Lane] = {}
QUEUE = Reach("The queue", pause_seconds=5)
SWEPT_AT_ONCE = 1000  # entries in a lane
ENOUGH_QUEUED = 100  # messages in a lane, beyond which the sweep adds none
GIVEN_UP: dict[str, Callable[[int], None]] = {}
TOLD_OF_GIVEN_UP: list[Callable[[OutboxEntry], None]] = []


def handles(kind: str, *, lane: Lane):
    """Register the decorated function(subject_id) as the handler of `kind`, run in `lane`."""

    def decorator(handler: Callable[[int], None]):
        if kind in HANDLERS:
            raise ValueError(f"{kind} already has a handler: {HANDLERS[kind]}")
        HANDLERS[kind], LANES[kind] = handler, lane
        return handler

    return decorator


def when_given_up(kind: str):
    """Register what to do with a subject once the last attempt of `kind` has failed: tell people on its page."""

    def decorator(handler: Callable[[int], None]):
        GIVEN_UP[kind] = handler
        return handler

    return decorator


def whenever_given_up(listener: Callable[[OutboxEntry], None]):
    """Register a function(entry) for every kind, called in the transaction in which an entry fails for good."""
    TOLD_OF_GIVEN_UP.append(listener)
    return listener


def due(kind: str, *subjects, at: datetime | None = None) -> None:
    """Write that `kind` is due for each of `subjects`, and tell the queue once the transaction commits.

    A subject for which it was done before becomes due again, and one that is being worked on stays due: that work
    may have read the rows before this change. `at`: not before this moment.
    """
    moment = Greatest(at, Now()) if at else Now()  # work requested today has not waited since yesterday
    entries = OutboxEntry.objects.bulk_create(
        [OutboxEntry(kind=kind, subject_id=subject.pk, not_before=moment) for subject in subjects],
        update_conflicts=True,
        unique_fields=["kind", "subject_id"],
        update_fields=["not_before", "tries"],  # a running attempt no longer belongs to the entry (_write)
        batch_size=500,
    )
    keys = [entry.pk for entry in entries]
    OutboxEntry.objects.filter(pk__in=keys).exclude(state=OutboxEntry.State.DUE).update(
        state=OutboxEntry.State.DUE, last_error="", done_at=None
    )
    transaction.on_commit(lambda: hint([(key, kind) for key in keys]))


def is_due(kind: str, subject: models.Model) -> bool:
    """Whether it is due, or being worked on at this moment."""
    return OutboxEntry.objects.filter(kind=kind, subject_id=subject.pk, state=OutboxEntry.State.DUE).exists()


def hint(entries: Iterable[tuple[int, str]]) -> None:
    """Queue entries, each a key and its kind.

    A broker that is down or hangs costs at most a second, and is then left alone for a while: the sweep finds them.
    """
    from .tasks import work_off

    for key, kind in entries:
        if QUEUE.is_given_up:
            return
        try:
            work_off.apply_async(args=(key,), retry=False, queue=lane_of(kind))
        except (work_off.OperationalError, OSError) as fault:
            QUEUE.give_up(fault)


def lane_of(kind: str) -> Lane:
    return LANES.get(kind, Lane.URGENT)


def sweep() -> int:
    """Queue again everything due and not done, in each lane with few queued messages. Returns how many."""
    wanted: list[tuple[int, str]] = []
    for lane in Lane:
        found = list(_due_in(lane).values_list("pk", "kind")[:SWEPT_AT_ONCE])
        if found and _queued(lane) < ENOUGH_QUEUED:
            wanted += found
    hint(wanted)
    return len(wanted)


def _due_in(lane: Lane):
    """What is due in one lane: older work in other, full lanes does not hold it up."""
    elsewhere = [kind for kind, other in LANES.items() if other != lane]
    kinds = [kind for kind, own in LANES.items() if own == lane]
    return (
        _due_now().exclude(kind__in=elsewhere) if lane == Lane.URGENT else _due_now().filter(kind__in=kinds)
    )


def sweep_if_silent() -> bool:
    """Sweep, unless some worker did within OUTBOX_SWEEP_SECONDS.

    Every worker asks, by the database's clock, so that sweeping depends on none of them and only one does it at a time.
    """
    if not Heartbeat.take_turn("sweep", seconds=settings.OUTBOX_SWEEP_SECONDS):
        return False
    sweep()
    return True


def _queued(lane: Lane) -> int:
    """How many messages are waiting in a lane; treated as full if the broker does not answer."""
    from .tasks import work_off

    if QUEUE.is_given_up:
        return ENOUGH_QUEUED
    try:
        with work_off.app.connection_for_write() as broker:
            return broker.default_channel.client.llen(lane.value)  # type: ignore[attr-defined]  # of Redis alone
    except (work_off.OperationalError, OSError, RedisError) as fault:
        QUEUE.give_up(fault)
        return ENOUGH_QUEUED


def work(key: int) -> None:
    """Do one entry, unless it is done, is not due yet, or another worker is doing it.

    An attempt is counted before the handler runs, so that an entry that kills its worker ends as failed rather than
    looping for ever.
    """
    try:
        with leases.held(f"outbox-{key}", by_itself=True):
            _work(key)
    except leases.Taken:
        return
    except leases.Lost:
        logger.error("Outbox entry %s was taken over by another worker. Nothing was written here.", key)


def _work(key: int) -> None:
    entry = _due_now().filter(pk=key).first()
    if entry is None:
        return
    if entry.tries > len(settings.OUTBOX_PAUSES_SECONDS):
        _fail(entry, entry.last_error or "The worker stopped each time, without a reason.")
        return
    if not _count_try(entry):
        return
    try:
        HANDLERS[entry.kind](entry.subject_id)
    except leases.Lost:
        raise
    except Exception as fault:
        logger.exception("Outbox entry %s failed at try %s", entry, entry.tries)
        _note_fault(entry, f"{type(fault).__name__}: {fault}")
    else:
        _finish(entry)


def work_all() -> int:
    """Do everything that is due, here and now, until nothing is left. For seeds and tests."""
    done = 0
    while keys := list(_due_now().values_list("pk", flat=True)):
        for key in keys:
            work(key)
        done += len(keys)
    return done


def retry(entries) -> int:
    """Make failed entries due again, from the first attempt. Returns how many."""
    failed = list(entries.filter(state=OutboxEntry.State.FAILED).values_list("pk", "kind"))
    keys = [key for key, _ in failed]
    OutboxEntry.objects.filter(pk__in=keys).update(state=OutboxEntry.State.DUE, tries=0, not_before=Now())
    transaction.on_commit(lambda: hint(failed))
    return len(failed)


def _due_now():
    """What is due by the database's clock, as the clocks of several machines differ."""
    return OutboxEntry.objects.filter(state=OutboxEntry.State.DUE, not_before__lte=Now()).order_by("pk")


def _count_try(entry: OutboxEntry) -> bool:
    """Count an attempt before it is made; False if the entry was made due again since it was read."""
    pauses = settings.OUTBOX_PAUSES_SECONDS
    pause = timedelta(seconds=pauses[min(entry.tries, len(pauses) - 1)])
    as_read = OutboxEntry.objects.filter(pk=entry.pk, tries=entry.tries)
    entry.tries += 1
    return bool(as_read.update(tries=entry.tries, not_before=Now() + pause))


def _note_fault(entry: OutboxEntry, reason: str) -> None:
    if entry.tries > len(settings.OUTBOX_PAUSES_SECONDS):
        _fail(entry, reason)
    else:
        _write(entry, last_error=reason[:2000])


@transaction.atomic
def _fail(entry: OutboxEntry, reason: str) -> None:
    if not _write(entry, state=OutboxEntry.State.FAILED, last_error=reason[:2000]):
        return
    if entry.kind in GIVEN_UP:
        GIVEN_UP[entry.kind](entry.subject_id)
    for listener in TOLD_OF_GIVEN_UP:
        listener(entry)


def _finish(entry: OutboxEntry) -> None:
    _write(entry, state=OutboxEntry.State.DONE, done_at=Now(), last_error="")


@transaction.atomic
def _write(entry: OutboxEntry, **values) -> bool:
    """Write how this attempt went; False if the entry was made due again in the meantime: then it is done again.

    Raises Lost if another worker has taken over the entry.
    """
    leases.require()
    return bool(OutboxEntry.objects.filter(pk=entry.pk, tries=entry.tries).update(**values))
