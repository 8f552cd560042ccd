"""Actions on a file that is being uploaded: begin, append, finish, cancel, expire.

Every part of it becomes a stored object of its own, so that a local folder and S3 work in the same way and nothing
that arrived is sent twice. The row says how far it is, and is updated under a lock. No stored object is deleted while
it is uncertain what the database did: a row may name it, and the sweep finds those that no row names.
"""

from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.kit import audit, leases, outbox
from portal.kit.stateful import TransitionRefused

from . import checks, storage
from .incoming import Incoming
from .models import StoredFile
from .uses import Use

NAMELESS = "file"  # until it is inspected: a client may send no name


class CannotAppend(Exception):
    """No more of the file can be accepted now; nothing that came was kept."""


class WrongOffset(CannotAppend):
    """The client continues from a different place than the one reached."""


class WrongChecksum(CannotAppend):
    """What arrived is not what the client sent."""


class Busy(CannotAppend):
    """Another request is sending a part of the same file."""


class Gone(CannotAppend):
    """It was cancelled, or nobody continued it in time."""


def begin(
    use: Use,
    name: str,
    size_bytes: int,
    *,
    by: User | None,
    mark: str = "",
    most_bytes: int | None = None,
    shown_as: str = "",
) -> StoredFile:
    """List a file that is about to arrive, if its name and size are accepted. The caller writes its use's row in the
    same transaction, and finishes a file that is complete.

    `most_bytes`: a limit other than the use's own. `shown_as`: the name of one that has no name of its own yet, or
    whose name was judged already. Raises ValidationError; then nothing is written.
    """
    if name:
        most = most_bytes or use.most_bytes
        checks.promised(SimpleNamespace(name=name, size=size_bytes), use.types, max_bytes=most)
    stored = StoredFile.objects.create(
        use=use.name,
        name=name or shown_as or NAMELESS,
        size_bytes=size_bytes,
        mark=mark[:250],
        sender=by,
        expires_at=_runs_out(),
    )
    audit.record("begin upload", stored, by=by, after=stored.state)
    return stored


def append(stored: StoredFile, offset: int, incoming: Incoming) -> None:
    """Keep what arrives, from byte `offset` on; after the last byte the file goes on to be inspected.

    Raises CannotAppend, or storage.NoRoom. Storing is slow and locks no row; one request at a time does it for each
    file, under a lease that is renewed as blocks arrive.
    """
    try:
        with leases.held(f"upload-{stored.pk}") as lease:
            stored.refresh_from_db()
            refuse_wrong_offset(stored, offset)
            incoming.with_each_block = lease.go_on
            name = storage.save(part_name(stored.key, offset), incoming)
            if incoming.size and incoming.is_as_announced:
                note_part(stored, offset, incoming.size, name)
            else:
                default_storage.delete(name)  # no row was ever to name it
            if not incoming.is_as_announced:
                raise WrongChecksum
    except (leases.Taken, leases.Lost):
        raise Busy from None


def refuse_wrong_offset(stored: StoredFile, offset: int) -> None:
    """Raise Gone or WrongOffset unless `stored` can be continued from there."""
    if stored.state in (StoredFile.State.CANCELLED, StoredFile.State.EXPIRED):
        raise Gone
    if stored.state == StoredFile.State.RECEIVING and not stored.may_go_on:
        raise Gone
    if stored.received_bytes != offset:
        raise WrongOffset


@transaction.atomic
def note_part(stored: StoredFile, first_byte: int, size_bytes: int, name: str) -> None:
    """Record that a part is stored under this name; after the last, pass the file on. Raises CannotAppend."""
    stored.lock()
    leases.require()
    refuse_wrong_offset(stored, first_byte)
    stored.parts.create(
        number=stored.parts.count() + 1, first_byte=first_byte, size_bytes=size_bytes, file=name
    )
    stored.received_bytes, stored.expires_at = first_byte + size_bytes, _runs_out()
    stored.save(update_fields=["received_bytes", "expires_at"])
    if stored.is_complete:
        finish(stored)


def finish(stored: StoredFile) -> None:
    """The file is complete: a worker inspects it and passes it to its use."""
    stored.move("finish", by=stored.sender)
    outbox.due("take-file", stored)


@transaction.atomic
def cancel(stored: StoredFile, *, by: User) -> None:
    """Cancel a file that is not ready, and delete what is stored of it. Raises TransitionRefused."""
    stored.move("cancel", by=by)
    drop_parts(stored)


def cancel_alone(stored: StoredFile, *, by: User) -> None:
    """As `cancel`, unless a part of it is arriving now. Also raises Busy."""
    try:
        with leases.held(f"upload-{stored.pk}"):
            cancel(stored, by=by)
    except leases.Taken:
        raise Busy from None


def expire() -> int:
    """Expire files that nobody continued. Returns how many."""
    expired = 0
    State = StoredFile.State
    for stored in StoredFile.objects.filter(state=State.RECEIVING, expires_at__lte=timezone.now()):
        try:
            with transaction.atomic():
                stored.move("expire", by=None)
                drop_parts(stored)
        except TransitionRefused:  # its last part has just arrived
            continue
        expired += 1
    return expired


def drop_parts(stored: StoredFile) -> None:
    """Delete what is stored of its parts, once the transaction has committed; the sweep finds what cannot be deleted
    then."""
    for part in stored.parts.all():
        delete_after_commit(str(part.file.name))
    stored.parts.all().delete()


def delete_after_commit(name: str) -> None:
    transaction.on_commit(partial(default_storage.delete, name), robust=True)


def part_name(key: UUID, first_byte: int) -> str:
    """The name of a stored part of the file with this key: never the same twice, as a request that seemed dead may
    still write its own."""
    return f"parts/{key}/{first_byte:015d}-{uuid4().hex[:8]}"


def _runs_out() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_KEPT_HOURS)
