"""Change, tag and take out evidence while the work is open."""

import hashlib
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

from .. import rules
from ..models import Assignment, Evidence, EvidenceVersion, Upload


class StaleEvidence(Exception):
    """Somebody changed title or note after the page was opened; nothing was written."""

    def __init__(self, newest: Evidence):
        super().__init__(str(newest))
        self.newest = newest


def text_mark(evidence: Evidence) -> str:
    """A short mark of title and note as they stand, by which a page knows whether they were changed since."""
    return hashlib.sha256(f"{evidence.title}\n{evidence.note}".encode()).hexdigest()[:16]


@transaction.atomic
def change_evidence(
    evidence: Evidence, *, by: User, criteria: Iterable[Criterion], seen: str | None = None
) -> None:
    """Save title and note as set on `evidence`, and its tags.

    `seen`: the `text_mark` of the page it was typed in. Raises StaleEvidence if somebody changed the texts since.
    """
    open_for_change(evidence.assignment, by=by)
    held = Evidence.objects.get(pk=evidence.pk)
    is_same = (held.title, held.note) == (evidence.title, evidence.note)
    if seen is not None and seen != text_mark(held) and not is_same:
        raise StaleEvidence(held)
    evidence.save(update_fields=["title", "note"])
    evidence.criteria.set(criteria)
    # Both texts, so that what somebody else typed a moment ago can be found again.
    changed = {
        name: [getattr(held, name), getattr(evidence, name)]
        for name in ("title", "note")
        if getattr(held, name) != getattr(evidence, name)
    }
    audit.record("change evidence", evidence, by=by, changed=changed)


@transaction.atomic
def remove_evidence(evidence: Evidence, *, by: User) -> None:
    """Take an item out of the unit. Its files stay where an earlier hand-in holds them."""
    open_for_change(evidence.assignment, by=by)
    evidence.removed_at = timezone.now()
    evidence.save(update_fields=["removed_at"])
    audit.record("remove evidence", evidence, by=by)


@transaction.atomic
def restore_evidence(evidence: Evidence, *, by: User) -> None:
    """Undo a removal."""
    open_for_change(evidence.assignment, by=by)
    evidence.removed_at = None
    evidence.save(update_fields=["removed_at"])
    if rules.bytes_used(evidence.assignment) > settings.EVIDENCE_UNIT_LIMIT_BYTES:
        limit = filesize_uk(settings.EVIDENCE_UNIT_LIMIT_BYTES)
        raise TransitionRefused(
            f"With it the files of the unit would have more than {limit}. Remove another first."
        )
    audit.record("restore evidence", evidence, by=by)


@transaction.atomic
def tag(evidence: Evidence, criteria: Iterable[Criterion], *, by: User) -> None:
    """Set the criteria that an item speaks to. A tutor may do so while marking: tags lie beside the frozen file.

    Raises TransitionRefused once the unit is achieved: then the whole portfolio stays as it is.
    """
    assignment = evidence.assignment
    assignment.lock()
    if not (assignment.is_open or assignment.state == Assignment.State.HANDED_IN):
        raise TransitionRefused(
            f"The work is “{assignment.get_state_display()}”, so its tags cannot be changed."
        )
    before = ", ".join(criterion.ref for criterion in evidence.criteria.all())
    evidence.criteria.set(criteria)
    audit.record(
        "tag", evidence, by=by, before=before, after=", ".join(c.ref for c in evidence.criteria.all())
    )


def open_for_change(assignment: Assignment, *, by: User) -> None:
    """Lock the work and begin it, if that was not done. Raises TransitionRefused if it cannot be changed now."""
    assignment.lock()
    if refusal := rules.why_not_changeable(assignment):
        raise TransitionRefused(refusal)
    if assignment.state != Assignment.State.IN_PROGRESS:
        assignment.move("begin", by=by)


def take(upload: Upload) -> EvidenceVersion:
    """Make evidence of a file that is ready, in the caller's transaction. Raises TransitionRefused."""
    by, evidence = upload.uploaded_by, upload.replaces
    work = cast(Assignment, upload.assignment)  # nothing is taken before it is sorted
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
            raise TransitionRefused("The item whose file it was to replace has been removed.")
        verb = "replace file"
    upload.version = add_version(evidence, upload.stored, by=by)
    upload.remark = _remark(evidence)
    upload.save(update_fields=["version", "remark"])
    audit.record(verb, evidence, by=by, file=upload.file_name)
    return upload.version


def _remark(evidence: Evidence) -> str:
    """What somebody may have overlooked."""
    for _, twin in rules.same_files([evidence]):
        return f"It is the same file as “{twin.title}”. Remove one if that was a slip."
    return ""


def add_version(evidence: Evidence, stored: StoredFile, *, by: User) -> EvidenceVersion:
    """The next version of an item, of a file that is ready."""
    number = evidence.versions.count() + 1
    return EvidenceVersion.objects.create(evidence=evidence, number=number, stored=stored, uploaded_by=by)
