"""Verbs of who sorts: begin a bulk upload, confirm where files go, leave the rest out."""

from django.db import transaction

from centres.models import Centre
from portal.accounts.models import User
from portal.catalogue.models import Unit
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from .. import rules
from ..models import Assignment, BulkUpload, Upload
from ..uploads import receiving
from . import labels


@transaction.atomic
def start(centre: Centre, *, unit: Unit | None, by: User) -> BulkUpload:
    bulk = BulkUpload.objects.create(centre=centre, unit=unit, uploaded_by=by)
    audit.record("begin bulk upload", bulk, by=by)
    return bulk


def correct(upload: Upload, work: Assignment | None, reason: str, *, typed: dict[str, str | bool]) -> None:
    """Keep what a person says about a file that is not confirmed yet. `typed`: as it stands in the form."""
    upload.proposed, upload.reason, upload.typed = work, reason[:500], typed
    waiting = Upload.objects.filter(pk=upload.pk, state=Upload.State.SORTING)
    waiting.update(proposed=work, reason=upload.reason, typed=typed)


@transaction.atomic
def confirm(upload: Upload, work: Assignment, *, by: User) -> None:
    """Pass a file on into a unit, where a worker checks it. Raises ValidationError or TransitionRefused."""
    work.lock()
    if refusal := rules.why_not_changeable(work):
        raise TransitionRefused(refusal)
    receiving.refuse_too_much(rules.limits_of(work), upload.file_name, upload.size_bytes)
    title = labels.title(upload.full_name, work.candidate.number, work.unit.code)
    upload.move("sort", by=by, assignment=work, title=title)
    outbox.due("take-upload", upload)


def leave_out(bulk: BulkUpload, *, by: User) -> int:
    """Give up all that is in no unit yet. Returns how many files; one that comes in this very moment is kept."""
    left_out = 0
    for upload in bulk.uploads.in_no_unit():
        try:
            with receiving.alone(upload):
                receiving.cancel(upload, by=by)
        except (receiving.Busy, TransitionRefused):
            continue
        left_out += 1
    return left_out
