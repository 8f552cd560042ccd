"""The list of uploads beside the evidence. The uploading itself is the protocol's (uploads/tus.py)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from portal.accounts.keeping import signed_in
from portal.kit.stateful import TransitionRefused

from ..access import require_upload
from ..models import Upload
from ..uploads import receiving


@signed_in
@require_POST
def upload_remove(request, key):
    """Take a file off the list of uploads; one still on its way is given up. For everybody who may hand in."""
    visible = Upload.objects.visible_to(request.user)
    upload = get_object_or_404(
        visible.select_related("assignment__candidate__centre", "bulk__centre", "uploaded_by"), key=key
    )
    require_upload(request.user, upload)
    try:
        with receiving.alone(upload):
            receiving.take_off_list(upload, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    except receiving.Busy:
        messages.error(request, f"“{upload}” is being uploaded this very moment. Pause it first.")
    else:
        messages.success(request, f"“{upload}” was taken off the list.")
    own_bulk = upload.bulk if upload.uploaded_by == request.user else None
    return redirect(f"{(own_bulk or upload.assignment).get_absolute_url()}#files")
