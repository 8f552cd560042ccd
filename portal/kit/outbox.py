"""The outbox: what is due is a row; the queue only hurries it (design 6, docs/decisions).

A room registers what it can do with `@handles("print-certificate")`; a verb writes `due(...)` in its own
transaction. A handler gets the subject's id, reads its row afresh, leaves if the work is done, and commits
its result itself; it may run twice and must not mind.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from .models import OutboxEntry

logger = logging.getLogger(__name__)

HANDLERS: dict[str, Callable[[int], None]] = {}
GIVEN_UP: dict[str, Callable[[int], None]] = {}
ADVISORY_LOCK_SPACE = 20_061  # any constant: keeps these locks apart from others in the database


def handles(kind: str):
    """Register the decorated function(subject_id) as the handler of `kind`."""

    def decorator(handler: Callable[[int], None]):
        if kind in HANDLERS:
            raise ValueError(f"{kind} has a handler already: {HANDLERS[kind]}")
        HANDLERS[kind] = handler
        return handler

    return decorator


def when_given_up(kind: str):
    """Register what is done with a subject once the last try of `kind` has failed: telling people on its page."""

    def decorator(handler: Callable[[int], None]):
        GIVEN_UP[kind] = handler
        return handler

    return decorator


def due(kind: str, *subjects, at: datetime | None = None) -> None:
    """Write that `kind` is due for each of `subjects`, and hint the queue once the transaction commits.

    A subject for which it was done before becomes due again. `at`: not before this moment.
    """
    moment = at or timezone.now()
    entries = OutboxEntry.objects.bulk_create(
        [OutboxEntry(kind=kind, subject_id=subject.pk, not_before=moment) for subject in subjects],
        update_conflicts=True,
        unique_fields=["kind", "subject_id"],
        update_fields=["not_before"],
        batch_size=500,
    )
    keys = [entry.pk for entry in entries]
    OutboxEntry.objects.filter(pk__in=keys).exclude(state=OutboxEntry.State.DUE).update(
        state=OutboxEntry.State.DUE, tries=0, last_error="", done_at=None
    )
    transaction.on_commit(lambda: hint(keys))


def hint(keys: Iterable[int], *, expires: int | None = None) -> None:
    """Queue entries. A broker that is down costs speed and nothing else: the sweep finds them.

    `expires`: seconds after which a message that nobody took is worth nothing.
    """
    from .tasks import work_off

    for key in keys:
        try:
            work_off.apply_async(args=(key,), retry=False, expires=expires)  # type: ignore[arg-type]  # None: never
        except work_off.OperationalError as fault:
            logger.warning("The queue cannot be reached (%s); the sweep will find what is due.", fault)
            return


def sweep() -> int:
    """Queue again whatever is due and not done. Returns how many."""
    keys = list(_due_now().values_list("pk", flat=True)[:1000])
    hint(keys, expires=settings.OUTBOX_SWEEP_SECONDS)  # the next sweep asks again
    return len(keys)


def work(key: int) -> None:
    """Do one entry, unless it is done, waits for its time, or another worker has it in hand.

    A try is counted before the handler runs, so that an entry which kills its worker ends as failed
    rather than going round for ever.
    """
    with only_one(key) as mine:
        if not mine:
            return
        entry = _due_now().filter(pk=key).first()
        if entry is None:
            return
        if entry.tries > len(settings.OUTBOX_PAUSES_SECONDS):
            _fail(entry, entry.last_error or "The worker stopped each time, without a reason.")
            return
        _count_try(entry)
        try:
            HANDLERS[entry.kind](entry.subject_id)
        except Exception as fault:
            logger.exception("Outbox entry %s failed at try %s", entry, entry.tries)
            _note_fault(entry, f"{type(fault).__name__}: {fault}")
        else:
            _finish(entry)


def work_all() -> int:
    """Work off everything that is due, here and now, until nothing is. For seeds and tests."""
    done = 0
    while keys := list(_due_now().values_list("pk", flat=True)):
        for key in keys:
            work(key)
        done += len(keys)
    return done


def retry(entries) -> int:
    """Make failed entries due again, from the first try. Returns how many."""
    failed = list(entries.filter(state=OutboxEntry.State.FAILED).values_list("pk", flat=True))
    OutboxEntry.objects.filter(pk__in=failed).update(
        state=OutboxEntry.State.DUE, tries=0, not_before=timezone.now()
    )
    transaction.on_commit(lambda: hint(failed))
    return len(failed)


@contextmanager
def only_one(key: int):
    """Hold the database's advisory lock for an entry; yields False if another worker holds it.

    The lock belongs to the connection, so it is free again the moment a worker dies.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY_LOCK_SPACE, key % 2**31])
        mine = cursor.fetchone()[0]
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY_LOCK_SPACE, key % 2**31])


def _due_now():
    return OutboxEntry.objects.filter(state=OutboxEntry.State.DUE, not_before__lte=timezone.now()).order_by(
        "pk"
    )


def _count_try(entry: OutboxEntry) -> None:
    pauses = settings.OUTBOX_PAUSES_SECONDS
    pause = timedelta(seconds=pauses[min(entry.tries, len(pauses) - 1)])
    OutboxEntry.objects.filter(pk=entry.pk).update(tries=F("tries") + 1, not_before=timezone.now() + pause)
    entry.tries += 1


def _note_fault(entry: OutboxEntry, reason: str) -> None:
    if entry.tries > len(settings.OUTBOX_PAUSES_SECONDS):
        _fail(entry, reason)
    else:
        OutboxEntry.objects.filter(pk=entry.pk).update(last_error=reason[:2000])


@transaction.atomic
def _fail(entry: OutboxEntry, reason: str) -> None:
    OutboxEntry.objects.filter(pk=entry.pk).update(state=OutboxEntry.State.FAILED, last_error=reason[:2000])
    if entry.kind in GIVEN_UP:
        GIVEN_UP[entry.kind](entry.subject_id)


def _finish(entry: OutboxEntry) -> None:
    OutboxEntry.objects.filter(pk=entry.pk).update(
        state=OutboxEntry.State.DONE, done_at=timezone.now(), last_error=""
    )
