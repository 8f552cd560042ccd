"""Verbs of a file on its way in: begin, append, finish, cancel, expire.

Every stretch of it becomes a stored object of its own, so that a local folder and S3 serve alike and nothing that
arrived is sent twice. How far it is, the row says; it is moved on under the row's lock.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import PurePath
from types import SimpleNamespace
from typing import IO, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.files import checks
from portal.files.incoming import Incoming
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused
from portal.kit.templatetags.kit import filesize_uk

from .. import rules
from ..models import Assignment, Evidence, Upload

NAMELESS = "file"  # until a worker judges it: a client may send no name
ADVISORY_LOCK_SPACE = 20_062  # beside the outbox's


class CannotAppend(Exception):
    """More of the file cannot be taken now; nothing of what came was kept."""


class WrongOffset(CannotAppend):
    """The client goes on from another place than the one reached."""


class WrongChecksum(CannotAppend):
    """What came is not what the client sent."""


class Busy(CannotAppend):
    """Another request is bringing a part of the same file."""


class Gone(CannotAppend):
    """It was cancelled, or nobody went on with it in time."""


@transaction.atomic
def begin(
    assignment: Assignment,
    *,
    file_name: str,
    size_bytes: int,
    title: str = "",
    note: str = "",
    criteria: Iterable[Criterion] = (),
    replaces: Evidence | None = None,
    mark: str = "",
    by: User,
) -> Upload:
    """List a file that is about to come, once its name and size can be taken.

    Raises ValidationError or TransitionRefused; then nothing is written.
    """
    if file_name:
        checks.promised(SimpleNamespace(name=file_name, size=size_bytes))
    assignment.lock()
    if refusal := rules.why_not_changeable(assignment):
        raise TransitionRefused(refusal)
    refuse_too_much(rules.limits_of(assignment), file_name, size_bytes, is_new=replaces is None)
    upload = announce(
        file_name,
        size_bytes,
        assignment=assignment,
        replaces=replaces,
        title=title,
        note=note,
        mark=mark,
        by=by,
    )
    upload.criteria.set(criteria)
    if upload.is_complete:
        finish(upload)
    return upload


def announce(
    file_name: str, size_bytes: int, *, by: User, title: str = "", mark: str = "", **about
) -> Upload:
    """Write the row of a file that may come. The caller has asked whether it may, and finishes an empty one."""
    name = file_name or NAMELESS
    upload = Upload.objects.create(
        uploaded_by=by,
        title=(title or PurePath(name).stem)[:120],
        file_name=name,
        mark=mark[:250],
        size_bytes=size_bytes,
        expires_at=_runs_out(),
        **about,
    )
    audit.record("begin upload", upload, by=by, after=upload.state)
    return upload


def receive(assignment: Assignment, file, *, by: User, **about) -> Upload:
    """Take a whole file from a form as an upload of one part, after the checks that are quick. Raises as `begin`."""
    checks.glance(file)
    upload = begin(assignment, file_name=file.name, size_bytes=file.size, by=by, **about)
    keep_whole(upload, file)
    return upload


def keep_whole(upload: Upload, file) -> None:
    """Store all of a file that was announced, as its one part."""
    stored = default_storage.save(part_name(upload.key, 0), file)
    note_part(upload, 0, upload.size_bytes, stored)


def append(upload: Upload, offset: int, incoming: Incoming) -> None:
    """Keep what comes in, from byte `offset` on; with the last byte the file is passed on to be checked.

    Raises CannotAppend. The storing is slow and holds no row; one request at a time does it for a file.
    """
    with alone(upload):
        upload.refresh_from_db()
        refuse_wrong_offset(upload, offset)
        stored = default_storage.save(part_name(upload.key, offset), cast(IO[bytes], incoming))
        try:
            if not incoming.is_as_announced:
                raise WrongChecksum
            if incoming.size:
                note_part(upload, offset, incoming.size, stored)
            else:
                default_storage.delete(stored)
        except BaseException:
            default_storage.delete(stored)
            raise


def refuse_wrong_offset(upload: Upload, offset: int) -> None:
    """Raise Gone or WrongOffset unless `upload` can be gone on with from there."""
    if upload.state in (Upload.State.CANCELLED, Upload.State.EXPIRED):
        raise Gone
    if upload.state == Upload.State.RECEIVING and not upload.may_go_on:
        raise Gone
    if upload.received_bytes != offset:
        raise WrongOffset


@contextmanager
def alone(upload: Upload):
    """Hold the database's advisory lock for `upload`; raises Busy if another request holds it.

    It belongs to the connection, so that no transaction stays open while a slow line brings a part.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY_LOCK_SPACE, upload.pk % 2**31])
        mine = cursor.fetchone()[0]
    if not mine:
        raise Busy
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [ADVISORY_LOCK_SPACE, upload.pk % 2**31])


def finish(upload: Upload) -> None:
    """All of it is there: a worker checks it and makes it evidence."""
    upload.move("finish", by=upload.uploaded_by)
    outbox.due("take-upload", upload)


@transaction.atomic
def cancel(upload: Upload, *, by: User) -> None:
    """Give up a file that is not evidence yet, and what is stored of it. Raises TransitionRefused."""
    upload.move("cancel", by=by)
    drop_parts(upload)


@transaction.atomic
def take_off_list(upload: Upload, *, by: User) -> None:
    """Do not list it any more; what is still on its way is cancelled. Raises TransitionRefused while it is checked."""
    upload.lock()
    if upload.state in (*Upload.UNDER_WAY, Upload.State.SORTING):
        cancel(upload, by=by)
    elif upload.is_listed:
        upload.is_listed = False
        upload.save(update_fields=["is_listed"])
        audit.record("take off the list", upload, by=by)


def expire() -> int:
    """Let uploads run out that nobody went on with, or sorted. Returns how many."""
    expired = 0
    for upload in Upload.objects.run_out():
        try:
            with transaction.atomic():
                upload.move("expire", by=None)
                drop_parts(upload)
        except TransitionRefused:  # its last part came a moment ago
            continue
        expired += 1
    return expired


def drop_parts(upload: Upload) -> None:
    """Delete what is stored of it, once the transaction commits."""
    for part in upload.parts.all():
        transaction.on_commit(partial(default_storage.delete, str(part.file.name)))
    upload.parts.all().delete()


@transaction.atomic
def note_part(upload: Upload, first_byte: int, size_bytes: int, stored: str) -> None:
    """A part is stored, under this name. With the last one the file is passed on. Raises CannotAppend."""
    upload.lock()
    refuse_wrong_offset(upload, first_byte)
    upload.parts.create(
        number=upload.parts.count() + 1, first_byte=first_byte, size_bytes=size_bytes, file=stored
    )
    upload.received_bytes, upload.expires_at = first_byte + size_bytes, _runs_out()
    upload.save(update_fields=["received_bytes", "expires_at"])
    if upload.is_complete:
        finish(upload)


def part_name(key: UUID, first_byte: int) -> str:
    """What the stored part of the upload with this key is called."""
    return f"uploads/{key}/{first_byte:015d}"


def _runs_out() -> datetime:
    return timezone.now() + timedelta(hours=settings.UPLOAD_KEPT_HOURS)


def refuse_too_much(limits: rules.Limits, name: str, size_bytes: int, *, is_new: bool = True) -> None:
    """Raises ValidationError. Under a lock of what is limited, so that two uploads cannot pass together."""
    if limits.bytes_used + size_bytes > limits.bytes_most:
        raise ValidationError(
            f"“{name}” was not taken: the files of {limits.whole} may have {filesize_uk(limits.bytes_most)} "
            f"together. {limits.way_out}",
            code="too-much",
        )
    if is_new and limits.files >= limits.files_most:
        raise ValidationError(
            f"“{name}” was not taken: {limits.whole} may have {limits.files_most} files. {limits.way_out}",
            code="too-many",
        )
