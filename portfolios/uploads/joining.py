"""Make evidence of a file that has come in whole: join its parts, check it, store it, and write the rows."""

import hashlib
from contextlib import contextmanager
from typing import cast
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from portal.files import checks, filetypes, judging
from portal.files.checks import scanner
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from .. import rules
from ..actions.evidence import Stored, add_version, open_for_change
from ..models import Assignment, Evidence, EvidenceVersion, Upload
from . import receiving

BLOCK_BYTES = 1024 * 1024


class PartsMissing(Exception):
    """The stored parts do not make the whole file: a fault of the portal's, which another try may find mended."""


def inspect(file) -> filetypes.FileType:
    """The one place where a file is judged as a whole: `file` can be sought in, and has name and size.

    Raises ValidationError, with words for people, if it cannot be taken, and ScannerDown if it has to wait.
    """
    found = checks.inspect(file)
    try:
        scanner.scan(file)
    except scanner.Infected as fault:
        raise checks.refused(
            file,
            f"the virus scanner found “{fault.signature}” in it. Have the computer it comes from looked at.",
        ) from None
    return found


def inspect_now(file) -> filetypes.FileType:
    """As `inspect`, for who waits for the answer: a scanner that does not answer is a refusal for now."""
    try:
        return inspect(file)
    except scanner.ScannerDown:
        raise checks.refused(
            file, "the virus scanner does not answer at the moment. Try again in a few minutes."
        ) from None


def take(upload: Upload) -> None:
    """Make evidence of a received file, or refuse it with a reason. Safe to run twice."""
    if upload.state not in Upload.TO_CHECK:
        return
    with joined(upload) as (file, sha256):
        try:
            file_type = inspect(file)
            _take(upload, file, sha256, file_type)
        except ValidationError as refusal:
            refuse(upload, refusal.messages[0], sha256)
        except TransitionRefused as refusal:
            upload.refresh_from_db()
            if upload.state in Upload.TO_CHECK:  # else somebody cancelled it meanwhile
                refuse(upload, f"“{upload}” was not taken: {refusal.for_people()}", sha256)


def take_now(upload: Upload, file) -> EvidenceVersion:
    """Make evidence of `file`, all of it, in the caller's transaction. Raises ValidationError or TransitionRefused."""
    file_type = inspect_now(file)
    upload.received_bytes = upload.size_bytes
    upload.save(update_fields=["received_bytes"])
    upload.move("finish", by=upload.uploaded_by)
    return _take(upload, file, judging.sha256(file), file_type)


@transaction.atomic
def hold(upload: Upload) -> None:
    """It could not be checked, for a reason nobody foresaw: it waits, and staff see the failed try."""
    if upload.state == Upload.State.RECEIVED:
        upload.move(
            "hold",
            by=None,
            reason="The portal could not check it. The awarding body has been told, and will try again.",
        )


@contextmanager
def joined(upload: Upload):
    """(the whole file, its SHA-256): on the worker's disk, from where a local storage moves it to its place."""
    digest = hashlib.sha256()
    with TemporaryUploadedFile(upload.file_name, "", 0, None) as file:
        for part in upload.parts.order_by("first_byte"):
            if part.first_byte != file.tell():
                raise PartsMissing(f"{part} does not begin where the one before ends.")
            with part.file.open("rb") as stored:
                for block in stored.chunks(BLOCK_BYTES):
                    digest.update(block)
                    file.write(block)
        file.size = file.tell()
        if file.size != upload.size_bytes:
            raise PartsMissing(f"{file.size} bytes of {upload.size_bytes} are stored.")
        file.flush()
        file.seek(0)
        yield file, digest.hexdigest()


def _take(upload: Upload, file, sha256: str, file_type: filetypes.FileType) -> EvidenceVersion:
    """Store the one final object, then write everything that says so together; if that fails the object goes."""
    size_bytes = file.size
    file.seek(0)
    name = default_storage.save(f"evidence/{upload.assignment_id}/{uuid4().hex}", file)
    try:
        return _write(upload, Stored(name, upload.file_name, sha256, size_bytes), file_type)
    except BaseException:
        default_storage.delete(name)
        raise


@transaction.atomic
def _write(upload: Upload, stored: Stored, file_type: filetypes.FileType) -> EvidenceVersion:
    by, evidence = upload.uploaded_by, upload.replaces
    work = cast(Assignment, upload.assignment)  # nothing is taken before it is sorted
    open_for_change(work, by=by)
    if evidence is None:
        evidence = Evidence.objects.create(
            assignment=work, title=upload.title, note=upload.note, uploaded_by=by
        )
        evidence.criteria.set(upload.criteria.all())
        version = add_version(evidence, 1, stored, file_type, by=by)
        audit.record("upload", evidence, by=by, file=stored.file_name)
    else:
        evidence.refresh_from_db()
        if evidence.removed_at:
            raise TransitionRefused("The item whose file it was to replace has been removed.")
        version = add_version(evidence, evidence.versions.count() + 1, stored, file_type, by=by)
        audit.record("replace file", evidence, by=by, file=stored.file_name)
    upload.move("take", by=None, version=version, reason=_remark(evidence))
    receiving.drop_parts(upload)
    return version


def _remark(evidence: Evidence) -> str:
    """What somebody may have overlooked."""
    for _, twin in rules.same_files([evidence]):
        return f"It is the same file as “{twin.title}”. Remove one if that was a slip."
    return ""


@transaction.atomic
def refuse(upload: Upload, reason: str, sha256: str) -> None:
    """It cannot be taken; what is stored of it goes."""
    upload.move("refuse", by=None, reason=reason, sha256=sha256)
    receiving.drop_parts(upload)
