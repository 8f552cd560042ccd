"""Files of a bulk upload come in as every other does, and are then proposed a place, or unpacked."""

from types import SimpleNamespace
from typing import cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from centres.models import Centre
from portal.accounts.models import User
from portal.files import checks, inside
from portal.kit.stateful import TransitionRefused

from .. import rules
from ..models import BulkUpload, Upload
from ..uploads import joining, receiving
from . import labels, unpacking
from .roster import Roster


@transaction.atomic
def begin(bulk: BulkUpload, *, file_name: str, size_bytes: int, mark: str = "", by: User) -> Upload:
    """List a file that is about to come. Raises ValidationError; then nothing is written."""
    if inside.is_left_over(file_name):
        raise checks.refused(
            SimpleNamespace(name=file_name),
            "a computer left it beside the work, and no work is in it. Leave it out.",
        )
    if file_name:
        of_many = is_of_many(bulk.centre, file_name)
        most = settings.BULK_UPLOAD_LIMIT_BYTES if of_many else settings.EVIDENCE_FILE_LIMIT_BYTES
        checks.promised(SimpleNamespace(name=file_name, size=size_bytes), max_bytes=most)
    bulk.lock()
    receiving.refuse_too_much(rules.limits_of_bulk(bulk), file_name, size_bytes)
    upload = receiving.announce(file_name, size_bytes, bulk=bulk, mark=mark, by=by)
    if upload.is_complete:
        receiving.finish(upload)
    return upload


def receive(bulk: BulkUpload, file, *, by: User) -> Upload:
    """Take a whole file from a form. Raises as `begin`."""
    if not is_of_many(bulk.centre, file.name):
        checks.glance(file)
    upload = begin(bulk, file_name=file.name, size_bytes=file.size, by=by)
    receiving.keep_whole(upload, file)
    return upload


def arrive(upload: Upload) -> None:
    """Propose a place for a file that has come, or unpack it. Safe to run twice."""
    if upload.state not in Upload.TO_CHECK or upload.assignment_id:
        return
    if not upload.path and is_of_many(upload.centre, upload.file_name):
        _unpack(upload)
    else:
        propose(upload)


def propose(upload: Upload) -> None:
    bulk = cast(BulkUpload, upload.bulk)
    found = Roster.for_names(bulk.centre, [upload.full_name]).propose(upload.full_name, bulk.unit)
    upload.move("propose", by=None, assignment=found.work, reason=found.remark)


def is_of_many(centre: Centre, name: str) -> bool:
    """Whether it is a zip of files to sort. One whose name begins with a candidate's number is that candidate's."""
    of_one = centre.candidates.filter(number__in=labels.numbers(name))
    return name.lower().endswith(".zip") and not of_one.exists()


def _unpack(upload: Upload) -> None:
    with joining.joined(upload) as (file, sha256):
        try:
            unpacking.unpack(upload, file)
        except ValidationError as refusal:
            joining.refuse(upload, refusal.messages[0], sha256)
        except TransitionRefused:  # another worker unpacked it, or somebody left it out
            return
