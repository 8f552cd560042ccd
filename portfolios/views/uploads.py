"""Files being uploaded to a unit: where the script sends them, and their list beside the evidence."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from portal.accounts.keeping import signed_in
from portal.files.models import StoredFile
from portal.files.tus import Refused, create, speaks_tus
from portal.kit.stateful import TransitionRefused

from ..access import require_upload, require_work_on
from ..actions import uploading
from ..models import Assignment, Evidence, Upload
from ..rules import criteria_of


@speaks_tus
def uploads(request, pk):
    """Start an upload to a unit (POST)."""
    work = get_object_or_404(Assignment.objects.visible_to(request.user), pk=pk)
    require_work_on(request.user, work)

    def begin(told: dict[str, str], **about) -> StoredFile:
        chosen = set(told.get("criteria", "").split(","))
        return uploading.begin(
            work,
            title=told.get("title", ""),
            note=told.get("note", ""),
            criteria=[criterion for criterion in criteria_of(work) if str(criterion.pk) in chosen],
            replaces=_replaced(work, told.get("replaces", "")),
            **about,
        ).stored

    return create(request, begin, most_bytes=settings.EVIDENCE_FILE_LIMIT_BYTES)


def _replaced(work: Assignment, pk: str) -> Evidence | None:
    """The item that the file is a new version of, or None for a new item."""
    if not pk:
        return None
    item = next((item for item in work.evidence.present() if str(item.pk) == pk), None)
    if item is None:
        raise Refused(404, "The item whose file it should replace is no longer in this unit.")
    return item


@signed_in
@require_POST
def upload_remove(request, pk):
    """Remove a file from the list of uploads; an unfinished upload is cancelled. For everybody who may hand in."""
    visible = Upload.objects.visible_to(request.user)
    upload = get_object_or_404(visible.select_related("assignment__candidate__centre", "bulk__centre"), pk=pk)
    require_upload(request.user, upload)
    try:
        uploading.take_off_list(upload, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    except uploading.Busy:
        messages.error(request, f"“{upload}” is being uploaded at the moment. Pause it first.")
    else:
        messages.success(request, f"“{upload}” was removed from the list.")
    own_bulk = upload.bulk if upload.bulk and upload.bulk.uploaded_by == request.user else None
    return redirect(f"{(own_bulk or upload.assignment).get_absolute_url()}#files")
