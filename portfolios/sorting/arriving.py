"""Files of a bulk upload arrive as any others do; then a place is proposed, or they are unpacked."""

from types import SimpleNamespace
from typing import cast

from django.conf import settings
from django.db import transaction

from centres.models import Centre
from portal.accounts.models import User
from portal.files import checks, inside, receiving, taking
from portal.files.models import StoredFile
from portal.files.uses import USES
from portal.kit import audit

from ..actions.uploading import refuse_too_much
from ..limits import limits_of_bulk
from ..models import BulkUpload, Upload
from . import labels
from .roster import Roster


@transaction.atomic
def begin(bulk: BulkUpload, *, file_name: str, size_bytes: int, mark: str = "", by: User) -> Upload:
    """List a file that is about to arrive. Raises ValidationError; then nothing is written."""
    if inside.is_left_over(file_name):
        raise checks.refused(
            SimpleNamespace(name=file_name),
            "a computer made it and it contains no work. Do not include it.",
        )
    most = settings.BULK_UPLOAD_LIMIT_BYTES if is_of_many(bulk.centre, file_name) else None
    stored = receiving.begin(USES["bulk"], file_name, size_bytes, mark=mark, most_bytes=most, by=by)
    bulk.lock()
    refuse_too_much(limits_of_bulk(bulk), file_name, size_bytes)
    upload = announce(stored, bulk)
    if stored.is_complete:
        receiving.finish(stored)
    return upload


def announce(stored: StoredFile, bulk: BulkUpload, *, path: str = "") -> Upload:
    """Record what the bulk upload knows about a file that is on its way."""
    return Upload.objects.create(stored=stored, bulk=bulk, path=path, title=labels.stem(stored.name))


def receive(bulk: BulkUpload, file, *, by: User) -> Upload:
    """Accept a whole file from a form: inspected now, or a zip of many, which a worker unpacks. Raises as `begin`."""
    if is_of_many(bulk.centre, file.name):
        part = taking.stored_now(file, USES["bulk"], most_bytes=settings.BULK_UPLOAD_LIMIT_BYTES)  # also slow
        with transaction.atomic():
            upload = begin(bulk, file_name=file.name, size_bytes=file.size, by=by)
            receiving.note_part(upload.stored, 0, file.size, part)
        return upload
    whole = taking.inspected_now(file, USES["bulk"])  # slow, so outside the transaction
    with transaction.atomic():
        upload = begin(bulk, file_name=file.name, size_bytes=file.size, by=by)
        taking.accept(upload.stored, whole)
    upload.refresh_from_db()
    return upload


def propose(upload: Upload) -> None:
    """Say where a file that is ready goes by its name, or what is missing."""
    bulk = cast(BulkUpload, upload.bulk)
    found = Roster.for_names(bulk.centre, [upload.full_name]).propose(upload.full_name, bulk.unit)
    upload.proposed, upload.remark = found.work, found.remark[:500]
    upload.save(update_fields=["proposed", "remark"])
    audit.record("propose", upload, by=None, after=Upload.State.SORTING)


def is_of_many(centre: Centre, name: str) -> bool:
    """Whether it is a zip of files to sort. If its name starts with a candidate number, it is that candidate's file."""
    of_one = centre.candidates.filter(number__in=labels.numbers(name))
    return name.lower().endswith(".zip") and not of_one.exists()
