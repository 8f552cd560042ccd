"""The candidate's workspace: keep files, rename them, add them to a unit, delete them."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from candidates.models import Candidate
from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.files import keeping, receiving, taking
from portal.files.uses import USES
from portal.kit import audit
from portal.kit.amounts import filesize_uk
from portal.kit.stateful import TransitionRefused

from .. import guards
from ..limits import bytes_in_workspace, limits_of
from ..models import Assignment, Evidence, WorkspaceFile
from .evidence import add_version, open_for_change
from .uploading import refuse_too_much


def keep_in_workspace(candidate: Candidate, file, *, title: str, by: User) -> WorkspaceFile:
    """Inspect a file like an upload to a unit, and keep it. Raises ValidationError."""
    _refuse_too_much(candidate, file)
    whole = taking.inspected_now(file, USES["workspace"])  # slow, so outside the transaction
    with transaction.atomic():
        # Locked, so that two uploads cannot pass the limit together.
        Candidate.objects.select_for_update(no_key=True).get(pk=candidate.pk)
        _refuse_too_much(candidate, file)
        stored = receiving.begin(USES["workspace"], file.name, file.size, by=by)
        kept = WorkspaceFile.objects.create(candidate=candidate, title=title, stored=stored, uploaded_by=by)
        taking.accept(stored, whole)
        audit.record("keep in workspace", kept, by=by, file=file.name)
    return kept


def _refuse_too_much(candidate: Candidate, file) -> None:
    if bytes_in_workspace(candidate) + file.size > settings.WORKSPACE_LIMIT_BYTES:
        limit = filesize_uk(settings.WORKSPACE_LIMIT_BYTES)
        raise ValidationError(
            f"“{file.name}” was not accepted: a workspace can have up to {limit}. Add files to a unit, or delete some."
        )


@transaction.atomic
def rename_in_workspace(kept: WorkspaceFile, title: str, *, by: User) -> None:
    kept = _lock(kept)
    before, kept.title = kept.title, title
    if before == title:
        return
    kept.save(update_fields=["title"])
    audit.record("rename in workspace", kept, by=by, before=before, after=title)


@transaction.atomic
def add_to_unit(
    kept: WorkspaceFile, assignment: Assignment, *, criteria: Iterable[Criterion] = (), keep: bool, by: User
) -> Evidence:
    """Make a file an item of evidence, by the rules for uploads, and remove it from the workspace.

    `keep`: also leave it there, for another unit; both use the same stored file. Raises ValidationError or
    TransitionRefused.
    """
    kept = _lock(kept)
    assignment.lock()
    if refusal := guards.why_not_changeable(assignment):
        raise TransitionRefused(refusal)
    refuse_too_much(limits_of(assignment), kept.file_name, kept.size_bytes)
    open_for_change(assignment, by=by)
    evidence = Evidence.objects.create(assignment=assignment, title=kept.title, note="", uploaded_by=by)
    evidence.criteria.set(criteria)
    add_version(evidence, kept.stored, by=by)
    audit.record("upload", evidence, by=by, file=kept.file_name)
    if not keep:
        delete_from_workspace(kept, by=by)
    return evidence


def _lock(kept: WorkspaceFile) -> WorkspaceFile:
    """A second click waits here, then finds that the file is gone."""
    found = WorkspaceFile.objects.select_for_update(of=("self",)).filter(pk=kept.pk).first()
    if found is None:
        raise TransitionRefused(
            f"“{kept.title}” is no longer in the workspace. It was added to a unit or deleted."
        )
    return found


@transaction.atomic
def delete_from_workspace(kept: WorkspaceFile, *, by: User) -> None:
    """Remove it from the workspace; a file that nothing else uses is deleted. Raises TransitionRefused if gone."""
    kept = _lock(kept)
    audit.record("delete from workspace", kept, by=by, file=kept.file_name)
    stored = kept.stored
    kept.delete()
    keeping.release(stored)
