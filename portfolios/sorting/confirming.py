"""Actions for sorting: begin a bulk upload, confirm where files go, exclude the rest."""

from django.db import transaction
from django.utils import timezone

from centres.models import Centre
from portal.accounts.models import User
from portal.catalogue.models import Unit
from portal.files import receiving
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from .. import guards
from ..actions import evidence
from ..actions.uploading import leave_out as leave_one_out
from ..actions.uploading import refuse_too_much
from ..limits import limits_of
from ..models import Assignment, BulkUpload, Upload
from . import labels


@transaction.atomic
def start(centre: Centre, *, unit: Unit | None, by: User) -> BulkUpload:
    bulk = BulkUpload.objects.create(centre=centre, unit=unit, uploaded_by=by)
    audit.record("begin bulk upload", bulk, by=by)
    return bulk


@transaction.atomic
def correct(
    upload: Upload, work: Assignment | None, reason: str, *, typed: dict[str, str | bool], by: User
) -> None:
    """Save what a person says about a file that is not confirmed yet. `typed`: as in the form."""
    reason, before = reason[:500], upload.proposed
    if (work, reason, typed) == (before, upload.remark, upload.typed):
        return
    upload.proposed, upload.remark, upload.typed = work, reason, typed
    waiting = Upload.objects.filter(pk=upload.pk).in_state(Upload.State.SORTING)
    if waiting.update(proposed=work, remark=reason, typed=typed):
        audit.record(
            "correct sorting", upload, by=by, before=str(before or ""), after=str(work or ""), why=reason
        )


@transaction.atomic
def confirm(upload: Upload, work: Assignment, *, by: User) -> None:
    """Make a file evidence of a unit: it was inspected when it arrived. Raises ValidationError or TransitionRefused."""
    work.lock()
    if refusal := guards.why_not_changeable(work):
        raise TransitionRefused(refusal)
    upload.lock()
    if upload.state != Upload.State.SORTING:
        raise TransitionRefused(f"“{upload}” is “{upload.get_state_display()}” already.")
    refuse_too_much(limits_of(work), upload.file_name, upload.size_bytes)
    upload.assignment, upload.proposed, upload.typed = work, None, None
    upload.title = labels.title(upload.full_name, work.candidate.number, work.unit.code)[:120]
    upload.save(update_fields=["assignment", "proposed", "typed", "title"])
    audit.record("sort", upload, by=by, before=Upload.State.SORTING, after=Upload.State.READY)
    evidence.take(upload)


def leave_out(bulk: BulkUpload, *, by: User) -> int:
    """Exclude all files that are not in a unit yet. Returns how many; one that is arriving now is kept."""
    left_out = 0
    for upload in bulk.uploads.in_no_unit():
        try:
            if upload.state == Upload.State.SORTING:
                leave_one_out(upload, by=by)
            else:
                receiving.cancel_alone(upload.stored, by=by)
        except (receiving.Busy, TransitionRefused):
            continue
        left_out += 1
    return left_out


def run_out() -> int:
    """Delete files that nobody sorted in time. Returns how many."""
    ended = 0
    waiting = Upload.objects.in_state(Upload.State.SORTING)
    for upload in waiting.filter(stored__expires_at__lte=timezone.now()):
        try:
            leave_one_out(upload, by=None, how=Upload.Ended.EXPIRED)
        except TransitionRefused:  # somebody has just sorted it
            continue
        ended += 1
    return ended
