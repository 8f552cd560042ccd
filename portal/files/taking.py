"""Take a file that is there in whole: inspect it, store it in its place, and give it to its use; or refuse it."""

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
from .uses import Use

log = logging.getLogger(__name__)

CANNOT_CHECK = "The portal could not check it. The awarding body has been told, and will try again."


class PartsMissing(Exception):
    """The stored parts do not make the whole file: a fault of the portal's, which another try may find mended."""


@dataclass(frozen=True)
class Whole:
    """An inspected file in its place: the object's name in the storage, and what is to be kept about it."""

    object_name: str
    sha256: str
    file_type: FileType


# --- Inspection -------------------------------------------------------------------------------


def inspect(file, use: Use) -> FileType:
    """The one place where a file is judged as a whole: `file` can be sought in, and has name and size.

    Raises ValidationError, with words for people, if it cannot be taken; ScannerDown or confined.Broken if it has to
    wait.
    """
    found = checks.inspect(file, use.types, max_bytes=use.most_bytes)
    try:
        scanner.scan(file)
    except scanner.Infected as fault:
        raise checks.refused(
            file,
            f"the virus scanner found “{fault.signature}” in it. Have the computer it comes from looked at.",
        ) from None
    return found


def inspected(file, use: Use) -> Whole:
    """Inspect `file` and put it in its place, where nobody names it yet. Raises as `inspect`, and storage.NoRoom."""
    return _put(file, inspect(file, use), _sha256(file))


def inspected_now(file, use: Use) -> Whole:
    """As `inspected`, for who waits for the answer: what is not there at the moment is a refusal for now."""
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
    """Store a file that a worker is to inspect, whole, as the one part of a row that is written next; what the part
    is called. No row names it yet, so that there is none without its file. Raises ValidationError."""
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
    """The SHA-256 of it, in hexadecimal, read in blocks."""
    digest = hashlib.sha256()
    file.seek(0)
    for block in file.chunks():
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def _put(file, file_type: FileType, sha256: str) -> Whole:
    file.seek(0)
    return Whole(storage.save(f"files/{uuid4().hex}", file), sha256, file_type)


# --- What becomes of it -----------------------------------------------------------------------


def take(stored: StoredFile) -> None:
    """Inspect a received file and give it to its use, or refuse it with a reason. Safe to run twice."""
    if stored.state not in StoredFile.TO_CHECK:
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
            if stored.state in StoredFile.TO_CHECK:  # else somebody cancelled it meanwhile
                refuse(stored, f"“{stored}” was not taken: {refusal.for_people()}", sha256)


@transaction.atomic
def accept(stored: StoredFile, whole: Whole) -> None:
    """It is ready, and its use writes what follows, or neither. Raises as the use does.

    Where this fails, the object stays: nobody knows what the database did, and the sweep knows later.
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
    """All of it came at once, without parts."""
    stored.received_bytes = stored.size_bytes
    stored.save(update_fields=["received_bytes"])
    stored.move("finish", by=stored.sender)


@transaction.atomic
def refuse(stored: StoredFile, reason: str, sha256: str = "") -> None:
    """It cannot be taken; what is stored of it goes."""
    stored.lock()
    leases.require()
    stored.move("refuse", by=None, reason=reason, sha256=sha256)
    receiving.drop_parts(stored)


@transaction.atomic
def hold(stored: StoredFile) -> None:
    """It could not be checked, for a reason nobody foresaw: it waits, and staff see the failed try."""
    if stored.state == StoredFile.State.RECEIVED:
        stored.move("hold", by=None, reason=CANNOT_CHECK)


@contextmanager
def joined(stored: StoredFile):
    """(the whole file, its SHA-256): on the worker's disk, from where a local storage moves it to its place."""
    digest = hashlib.sha256()
    with TemporaryUploadedFile(stored.name, "", 0, None) as file:
        for part in stored.parts.order_by("first_byte"):
            if part.first_byte != file.tell():
                raise PartsMissing(f"{part} does not begin where the one before ends.")
            for block in storage.blocks(default_storage, str(part.file.name)):
                digest.update(block)
                file.write(block)
        file.size = file.tell()
        if file.size != stored.size_bytes:
            raise PartsMissing(f"{file.size} bytes of {stored.size_bytes} are stored.")
        file.flush()
        file.seek(0)
        yield file, digest.hexdigest()
