"""Whether a person may change a candidate's work: their own, or at their centre."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from centres.access import may, require
from portal.accounts.roles import Permission

from .models import Assignment, BulkUpload, Upload
from .sides import is_own


def may_read_notes(user, assignment: Assignment) -> bool:
    """Whether `user` may read the e-checklist's notes for assessors: people at the centre, never a candidate."""
    return may(user, Permission.SEE_WORK, at=assignment.candidate.centre)


def may_work_on(user, assignment: Assignment) -> bool:
    """Whether `user` may upload, change evidence and hand in: the candidate, or a tutor on their behalf."""
    return is_own(user, assignment) or may(
        user, Permission.UPLOAD_FOR_CANDIDATE, at=assignment.candidate.centre
    )


def require_work_on(user, assignment: Assignment) -> None:
    """Raise PermissionDenied (403) unless `user` may work on it."""
    if not may_work_on(user, assignment):
        raise PermissionDenied(f"This needs the permission: {Permission.UPLOAD_FOR_CANDIDATE.label}.")


def require_message(user, assignment: Assignment) -> None:
    """Raise PermissionDenied (403) unless `user` may write messages about it: the candidate, or somebody who marks."""
    if not is_own(user, assignment):
        require(user, Permission.MARK_WORK, at=assignment.candidate.centre)


def require_upload(user, upload: Upload) -> None:
    """Raise PermissionDenied (403) unless `user` may upload the file, or sort it if it is not in a unit yet."""
    if upload.assignment:
        require_work_on(user, upload.assignment)
    elif upload.bulk:
        require(user, Permission.UPLOAD_FOR_CANDIDATE, at=upload.bulk.centre)


def find_bulk(user, pk: int) -> BulkUpload:
    """A bulk upload of the user's own. Raises Http404."""
    return get_object_or_404(BulkUpload.objects.own(user).select_related("centre", "unit"), pk=pk)
