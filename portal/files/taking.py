"""Accept a complete file: inspect it, store it, and pass it to its use; or refuse it."""

import hashlib
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from portal.kit import leases, outbox
from portal.kit.stateful import TransitionRefused

from . import checks, confined, receiving, storage, uses
from .checks import scanner
from .filetypes import FileType
from .kinds import Kind
from .models import StoredFile
from .states import TO_CHECK
from .uses import Use

log = logging.getLogger(__name__)

CANNOT_CHECK = "The portal could not check this file. The awarding body has been told and will try again."


class PartsMissing(Exception):
    """The stored parts do not make up the whole file: a fault of the portal, which may be mended by the next try."""


@dataclass(frozen=True)
class Whole:
    """An inspected and stored file: the object's name in the storage, and what to record about it."""

    object_name: str
    sha256: str
    file_type: FileType


# --- Inspection -------------------------------------------------------------------------------


def inspect(file, use: Use) -> FileType:
    """The only place where a whole file is judged: `file` has name and size and can be sought.

    Raises ValidationError, with words for people, if it is not accepted; ScannerDown or confined.Broken if it has to
    wait.
    """
    found = checks.inspect(file, use.types, max_bytes=use.most_bytes)
    try:
        scanner.scan(file)
    except scanner.Infected as fault:
        raise checks.refused(
            file,
            f"the virus scanner found “{fault.signature}” in it. Have the computer it came from checked.",
        ) from None
    return found


def inspected(file, use: Use) -> Whole:
    """Inspect `file` and store it, before any row names it. Raises as `inspect`, and storage.NoRoom."""
    return _put(file, inspect(file, use), _sha256(file))


def inspected_now(file, use: Use) -> Whole:
    """As `inspected`, while somebody waits for the answer: if a check is not available, the file is refused for now."""
    try:
        with _refused_without_room(file):
            return inspected(file, use)
    except scanner.ScannerDown:
        raise checks.refused(
            file, "the virus scanner does not answer at the moment. Try again in a few minutes."
        ) from None
    except confined.Broken:
        log.critical("A file cannot be checked", exc_info=True)
        raise checks.refused(
            file, "the portal cannot check it at the moment. Keep the file and try again later."
        ) from None


def stored_now(file, use: Use, *, most_bytes: int) -> str:
    """Store a whole file that a worker is to inspect, as the only part of a row that is written next; returns the
    name of the part. It is stored first so that no row is without its file. Raises ValidationError."""
    checks.promised(file, use.types, max_bytes=most_bytes)
    with _refused_without_room(file):
        return storage.save(receiving.part_name(uuid4(), 0), file)


@contextmanager
def _refused_without_room(file):
    try:
        yield
    except storage.NoRoom:
        raise checks.refused(
            file, "the portal has no room for it at the moment. Keep the file and try again later."
        ) from None


def _sha256(file) -> str:
    """Its SHA-256 in hexadecimal, read in blocks."""
    digest = hashlib.sha256()
    file.seek(0)
    for block in file.chunks():
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def _put(file, file_type: FileType, sha256: str) -> Whole:
    file.seek(0)
    return Whole(storage.save(f"files/{uuid4().hex}", file), sha256, file_type)


# --- What happens to it -----------------------------------------------------------------------


def take(stored: StoredFile) -> None:
    """Inspect a received file and pass it to its use, or refuse it with a reason. Safe to run twice."""
    if stored.state not in TO_CHECK:
        return
    use = uses.of(stored)
    with joined(stored) as (file, sha256):
        try:
            if use.opens(stored):
                use.open(stored, file, sha256)
            else:
                accept(stored, _put(file, inspect(file, use), sha256))
        except ValidationError as refusal:
            refuse(stored, refusal.messages[0], sha256)
        except TransitionRefused as refusal:
            stored.refresh_from_db()
            if stored.state in TO_CHECK:  # else somebody has cancelled it
                refuse(stored, f"“{stored}” was not accepted: {refusal.for_people()}", sha256)


@transaction.atomic
def accept(stored: StoredFile, whole: Whole) -> None:
    """Mark it as ready and have its use write what follows, both or neither. Raises as the use does.

    If this fails, the object stays: it is not certain what the database did, and the sweep finds out later.
    """
    stored.lock()
    leases.require()
    if stored.state == StoredFile.State.RECEIVING:
        arrive(stored)
    use = uses.of(stored)
    stored.move(
        "accept",
        by=None,
        is_shown=use.is_shown and whole.file_type.kind != Kind.OTHER,
        file=whole.object_name,
        sha256=whole.sha256,
        media_type=whole.file_type.serve_as,
        kind=whole.file_type.kind,
    )
    use.when_ready(stored)
    receiving.drop_parts(stored)
    if stored.is_being_made:
        outbox.due("make-preview", stored)


def arrive(stored: StoredFile) -> None:
    """The whole file came at once, without parts."""
    stored.received_bytes = stored.size_bytes
    stored.save(update_fields=["received_bytes"])
    stored.move("finish", by=stored.sender)


@transaction.atomic
def refuse(stored: StoredFile, reason: str, sha256: str = "") -> None:
    """It is not accepted; what is stored of it is deleted."""
    stored.lock()
    leases.require()
    stored.move("refuse", by=None, reason=reason, sha256=sha256)
    receiving.drop_parts(stored)


@transaction.atomic
def hold(stored: StoredFile) -> None:
    """It could not be checked, for an unforeseen reason: it waits, and staff see the failed try."""
    if stored.state == StoredFile.State.RECEIVED:
        stored.move("hold", by=None, reason=CANNOT_CHECK)


@contextmanager
def joined(stored: StoredFile):
    """(the whole file, its SHA-256): on the worker's disk, from which a local storage moves it into place."""
    digest = hashlib.sha256()
    with TemporaryUploadedFile(stored.name, "", 0, None) as file:
        for part in stored.parts.order_by("first_byte"):
            if part.first_byte != file.tell():
                raise PartsMissing(f"{part} does not start where the one before ends.")
            for block in storage.blocks(default_storage, str(part.file.name)):
                digest.update(block)
                file.write(block)
        file.size = file.tell()
        if file.size != stored.size_bytes:
            raise PartsMissing(f"{file.size} bytes of {stored.size_bytes} are stored.")
        file.flush()
        file.seek(0)
        yield file, digest.hexdigest()
