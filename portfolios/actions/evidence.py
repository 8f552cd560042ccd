"""Add, change, tag and take out evidence while the work is open."""

import hashlib
from collections.abc import Iterable
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused
from portal.kit.templatetags.kit import filesize_uk

from .. import filetypes, rules
from ..models import Assignment, Evidence, EvidenceVersion


def upload(
    assignment: Assignment, file, *, title: str, note: str, criteria: Iterable[Criterion], by: User
) -> Evidence:
    """Check a file and add it as a new item of evidence. Raises ValidationError or TransitionRefused."""
    file_type = filetypes.check(file)
    with transaction.atomic():
        _open_for_change(assignment, by=by)
        _refuse_too_much(assignment, file)
        evidence = Evidence.objects.create(assignment=assignment, title=title, note=note, uploaded_by=by)
        evidence.criteria.set(criteria)
        _add_version(evidence, 1, file, file_type, by=by)
        audit.record("upload", evidence, by=by, file=file.name)
    return evidence


def replace_file(evidence: Evidence, file, *, by: User) -> EvidenceVersion:
    """Check a file and make it the next version; the earlier ones stay. Raises as `upload`."""
    file_type = filetypes.check(file)
    with transaction.atomic():
        _open_for_change(evidence.assignment, by=by)
        _refuse_too_much(evidence.assignment, file)
        version = _add_version(evidence, evidence.versions.count() + 1, file, file_type, by=by)
        audit.record("replace file", evidence, by=by, file=file.name)
    return version


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
    _open_for_change(evidence.assignment, by=by)
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
    _open_for_change(evidence.assignment, by=by)
    evidence.removed_at = timezone.now()
    evidence.save(update_fields=["removed_at"])
    audit.record("remove evidence", evidence, by=by)


@transaction.atomic
def restore_evidence(evidence: Evidence, *, by: User) -> None:
    """Undo a removal."""
    _open_for_change(evidence.assignment, by=by)
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


def _refuse_too_much(assignment: Assignment, file) -> None:
    """Under the assignment's lock, so that two uploads cannot pass the limit together."""
    if rules.bytes_used(assignment) + file.size > settings.EVIDENCE_UNIT_LIMIT_BYTES:
        limit = filesize_uk(settings.EVIDENCE_UNIT_LIMIT_BYTES)
        raise ValidationError(
            f"“{file.name}” was not taken: the files of one unit may have {limit} together. Remove a file first."
        )


def _open_for_change(assignment: Assignment, *, by: User) -> None:
    assignment.lock()
    if not assignment.is_open:
        raise TransitionRefused(
            f"The work is “{assignment.get_state_display()}”, so its evidence cannot be changed."
        )
    if assignment.state != Assignment.State.IN_PROGRESS:
        assignment.move("begin", by=by)


def _add_version(
    evidence: Evidence, number: int, file, file_type: filetypes.FileType, *, by: User
) -> EvidenceVersion:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    is_shown = file_type.kind != EvidenceVersion.Kind.OTHER
    stored = default_storage.save(f"evidence/{evidence.assignment_id}/{uuid4().hex}", file)
    # A transaction that fails after this leaves an object without a row, never a row without its object.
    preview = EvidenceVersion.Preview
    version = EvidenceVersion.objects.create(
        evidence=evidence,
        number=number,
        file=stored,
        file_name=file.name,
        sha256=digest.hexdigest(),
        size_bytes=file.size,
        media_type=file_type.serve_as,
        kind=file_type.kind,
        preview=preview.WAITING if is_shown else preview.NONE,
        uploaded_by=by,
    )
    if is_shown:
        outbox.due("make-preview", version)
    return version
