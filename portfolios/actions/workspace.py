"""The candidate's workspace: keep files, rename them, put them into a unit, delete them."""

from collections.abc import Iterable
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from candidates.models import Candidate
from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.files import judging
from portal.kit import audit
from portal.kit.templatetags.kit import filesize_uk

from .. import rules
from ..models import Assignment, Evidence, WorkspaceFile
from ..uploads.joining import inspect_now
from .uploading import upload


@transaction.atomic
def keep_in_workspace(candidate: Candidate, file, *, title: str, by: User) -> WorkspaceFile:
    """Check a file as an upload to a unit is checked, and keep it. Raises ValidationError."""
    file_type = inspect_now(file)
    # Held, so that two uploads cannot pass the limit together.
    Candidate.objects.select_for_update(no_key=True).get(pk=candidate.pk)
    if rules.bytes_in_workspace(candidate) + file.size > settings.WORKSPACE_LIMIT_BYTES:
        limit = filesize_uk(settings.WORKSPACE_LIMIT_BYTES)
        raise ValidationError(
            f"“{file.name}” was not taken: a workspace may hold {limit}. Put files into a unit, or delete some."
        )
    sha256 = judging.sha256(file)
    # A transaction that fails after this leaves an object without a row, never a row without its object.
    stored = default_storage.save(f"workspace/{candidate.pk}/{uuid4().hex}", file)
    kept = WorkspaceFile.objects.create(
        candidate=candidate,
        title=title,
        file=stored,
        file_name=file.name,
        sha256=sha256,
        size_bytes=file.size,
        media_type=file_type.serve_as,
        uploaded_by=by,
    )
    audit.record("keep in workspace", kept, by=by, file=file.name)
    return kept


@transaction.atomic
def rename_in_workspace(kept: WorkspaceFile, title: str, *, by: User) -> None:
    before, kept.title = kept.title, title
    kept.save(update_fields=["title"])
    audit.record("rename in workspace", kept, by=by, before=before, after=title)


@transaction.atomic
def add_to_unit(
    kept: WorkspaceFile, assignment: Assignment, *, criteria: Iterable[Criterion] = (), keep: bool, by: User
) -> Evidence:
    """Copy a file into a unit as a new item of evidence, by the rules of an upload, and take it out of the workspace.

    `keep`: leaves it there as well, for another unit. Raises ValidationError or TransitionRefused as `upload`.
    """
    kept = WorkspaceFile.objects.select_for_update().get(
        pk=kept.pk
    )  # a second click waits, then finds it gone
    with kept.file.open("rb") as stored:
        copy = File(stored, name=kept.file_name)
        evidence = upload(assignment, copy, title=kept.title, note="", criteria=criteria, by=by)
    if not keep:
        delete_from_workspace(kept, by=by)
    return evidence


@transaction.atomic
def delete_from_workspace(kept: WorkspaceFile, *, by: User) -> None:
    """Take the row away now and the object once that is certain."""
    audit.record("delete from workspace", kept, by=by, file=kept.file_name)
    name = str(kept.file)
    kept.delete()
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)  # the sweep finds what stays
