"""Change, tag and remove evidence while the work is open."""

from collections.abc import Iterable
from typing import cast

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.files.models import StoredFile
from portal.kit import audit
from portal.kit.amounts import filesize_uk
from portal.kit.stateful import TransitionRefused

from .. import guards, rules
from ..limits import bytes_used
from ..models import Assignment, Evidence, EvidenceVersion, Upload


@transaction.atomic
def change_evidence(evidence: Evidence, *, by: User, criteria: Iterable[Criterion]) -> None:
    """Save title and note as set on `evidence`, and its tags. Raises TransitionRefused if the work is not open."""
    open_for_change(evidence.assignment, by=by)
    held = Evidence.objects.get(pk=evidence.pk)
    before = _refs(held)
    evidence.save(update_fields=["title", "note"])
    evidence.criteria.set(criteria)
    # Both texts, so that what somebody else has just typed can be found again.
    changed = {
        name: [getattr(held, name), getattr(evidence, name)]
        for name in ("title", "note")
        if getattr(held, name) != getattr(evidence, name)
    }
    if before != (after := _refs(held)):
        changed["criteria"] = [before, after]
    if changed:
        audit.record("change evidence", evidence, by=by, changed=changed)


def _refs(evidence: Evidence) -> str:
    """The criteria it is tagged with, as stored now: "1.2, 2.1"."""
    return ", ".join(Criterion.objects.filter(evidence=evidence).values_list("ref", flat=True))


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User) -> None:
    """Remove an item from the unit, unless that was done. Files that an earlier hand-in includes stay."""
    open_for_change(evidence.assignment, by=by)
    evidence.refresh_from_db(fields=["removed_at"])
    if evidence.removed_at:
        return
    evidence.removed_at = timezone.now()
    evidence.save(update_fields=["removed_at"])
    audit.record("remove evidence", evidence, by=by)


@transaction.atomic
def restore_evidence(evidence: Evidence, *, by: User) -> None:
    """Undo a removal, unless that was done."""
    open_for_change(evidence.assignment, by=by)
    evidence.refresh_from_db(fields=["removed_at"])
    if evidence.removed_at is None:
        return
    evidence.removed_at = None
    evidence.save(update_fields=["removed_at"])
    if bytes_used(evidence.assignment) > settings.EVIDENCE_UNIT_LIMIT_BYTES:
        limit = filesize_uk(settings.EVIDENCE_UNIT_LIMIT_BYTES)
        raise TransitionRefused(
            f"With it, the files in the unit would be more than {limit} together. Remove another file first."
        )
    audit.record("restore evidence", evidence, by=by)


@transaction.atomic
def tag(evidence: Evidence, criteria: Iterable[Criterion], *, by: User) -> None:
    """Set the criteria that an item covers. A tutor may do so while marking: tags are not part of the frozen file.

    Raises TransitionRefused once the unit is achieved: then the whole portfolio stays as it is.
    """
    assignment = evidence.assignment
    assignment.lock()
    if not (assignment.is_open or assignment.state == Assignment.State.HANDED_IN):
        raise TransitionRefused(
            f"The work is “{assignment.get_state_display()}”, so its tags cannot be changed."
        )
    before = _refs(evidence)
    evidence.criteria.set(criteria)
    if before != (after := _refs(evidence)):
        audit.record("tag", evidence, by=by, before=before, after=after)


def open_for_change(assignment: Assignment, *, by: User) -> None:
    """Lock the work and begin it, unless that was done. Raises TransitionRefused if it cannot be changed now."""
    assignment.lock()
    if refusal := guards.why_not_changeable(assignment):
        raise TransitionRefused(refusal)
    if assignment.state != Assignment.State.IN_PROGRESS:
        assignment.move("begin", by=by)


def take(upload: Upload) -> EvidenceVersion:
    """Make a file that is ready into evidence, in the caller's transaction. Raises TransitionRefused."""
    by, evidence = upload.uploaded_by, upload.replaces
    work = cast(Assignment, upload.assignment)  # only sorted files get here
    open_for_change(work, by=by)
    if evidence is None:
        evidence = Evidence.objects.create(
            assignment=work, title=upload.title, note=upload.note, uploaded_by=by
        )
        evidence.criteria.set(upload.criteria.all())
        verb = "upload"
    else:
        evidence.refresh_from_db()
        if evidence.removed_at:
            raise TransitionRefused("The item whose file it should replace has been removed.")
        verb = "replace file"
    upload.version = add_version(evidence, upload.stored, by=by)
    upload.remark = _remark(evidence)
    upload.save(update_fields=["version", "remark"])
    audit.record(verb, evidence, by=by, file=upload.file_name)
    return upload.version


def _remark(evidence: Evidence) -> str:
    """A remark on what somebody may have overlooked."""
    for _, twin in rules.same_files([evidence]):
        return f"It is the same file as “{twin.title}”. Remove one if that was a mistake."
    return ""


def add_version(evidence: Evidence, stored: StoredFile, *, by: User) -> EvidenceVersion:
    """Add a file that is ready as the next version of an item."""
    number = evidence.versions.count() + 1
    return EvidenceVersion.objects.create(evidence=evidence, number=number, stored=stored, uploaded_by=by)
