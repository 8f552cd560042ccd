"""Verbs of the e-portfolio: assign, upload, hand in, judge, return, record as achieved."""

import hashlib
from collections.abc import Iterable
from datetime import date
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from candidates.models import Candidate
from portal.accounts.models import User
from portal.catalogue.models import Criterion, Unit
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused
from portal.kit.templatetags.kit import filesize_uk

from . import filetypes, rules
from .models import Assignment, Evidence, EvidenceVersion, Judgement, Round

STATEMENT = (
    "This is my own work. Where I used the work of others or an AI tool, I have said so and named the source."
)
STATEMENT_ON_BEHALF = (
    "The candidate has signed a statement, kept at the centre, that this is their own work and that the work of "
    "others and any AI tool is named."
)


@transaction.atomic
def assign(unit: Unit, candidates: Iterable[Candidate], *, due_on: date | None, by: User) -> list[Assignment]:
    """Assign `unit` to those of `candidates` who do not have it yet, pinning its current e-checklist.

    Returns the new assignments. Raises TransitionRefused if the unit has no published e-checklist.
    """
    checklist = unit.current_checklist()
    if checklist is None:
        raise TransitionRefused(f"{unit} has no published e-checklist yet.")
    candidates = list(candidates)
    keys = [candidate.pk for candidate in candidates]
    # Held, so that a second click waits and then finds that they have it.
    list(Candidate.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    have = set(
        Assignment.objects.filter(unit=unit, candidate__in=candidates).values_list("candidate_id", flat=True)
    )
    new = Assignment.objects.bulk_create(
        Assignment(candidate=candidate, unit=unit, checklist=checklist, due_on=due_on, assigned_by=by)
        for candidate in candidates
        if candidate.pk not in have
    )
    audit.record_all("assign", [(assignment, "", assignment.state) for assignment in new], by=by)
    return new


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


@transaction.atomic
def hand_in(assignment: Assignment, *, by: User) -> Round:
    """Pass the work to the tutor: files are frozen as they stand. Raises TransitionRefused."""
    assignment.move("hand_in", by=by)
    statement = STATEMENT if by.pk == assignment.candidate.user_id else STATEMENT_ON_BEHALF
    this_round = Round.objects.create(
        assignment=assignment, number=assignment.rounds.count() + 1, statement=statement, handed_in_by=by
    )
    newest = (
        EvidenceVersion.objects.filter(evidence__in=assignment.evidence.present())
        .order_by("evidence_id", "-number")
        .distinct("evidence_id")
    )
    this_round.versions.set(newest)
    EvidenceVersion.objects.filter(evidence__assignment=assignment, frozen_at=None).update(
        frozen_at=this_round.handed_in_at
    )
    return this_round


class StaleJudgement(Exception):
    """Somebody judged a criterion after the page was opened; nothing was written for it."""

    def __init__(self, newest: Judgement):
        super().__init__(str(newest))
        self.newest = newest


@transaction.atomic
def judge(
    assignment: Assignment,
    criterion: Criterion,
    *,
    side: str,
    outcome: str,
    comment: str,
    seen: int,
    by: User,
) -> Judgement | None:
    """Record one side's judgement of a criterion; None where it says what the newest one says already.

    `seen`: the id of the newest judgement on the page it was typed in, 0 for none. Raises StaleJudgement
    if there is a newer one, and TransitionRefused if the work is not with the tutor.
    """
    assignment.lock()
    if side == Judgement.Side.TUTOR and not rules.may_be_marked(assignment):
        raise TransitionRefused(
            f"The work is “{assignment.get_state_display()}” now, so it cannot be marked."
        )
    newest = assignment.judgements.newest(side).filter(criterion=criterion).first()
    if newest and (newest.outcome, newest.comment) == (outcome, comment):
        return None
    if (newest.pk if newest else 0) != seen:
        raise StaleJudgement(newest)
    judgement = Judgement.objects.create(
        assignment=assignment, criterion=criterion, side=side, outcome=outcome, comment=comment, by=by
    )
    audit.record(
        "judge",
        assignment,
        by=by,
        before=newest.outcome if newest else "",
        after=outcome,
        criterion=criterion.ref,
        side=side,
    )
    return judgement


@transaction.atomic
def return_for_further_work(assignment: Assignment, *, why: str, by: User) -> None:
    """Reopen handed-in work with a reason the candidate reads."""
    assignment.move("send_back", by=by, why=why)
    _decide(assignment, Round.Outcome.RETURNED, why, by=by)


@transaction.atomic
def record_achieved(assignment: Assignment, *, comment: str, by: User) -> None:
    """Record the unit as achieved. Raises TransitionRefused while a required criterion is not met."""
    assignment.move("achieve", by=by, why=comment)
    _decide(assignment, Round.Outcome.ACHIEVED, comment, by=by)


def _decide(assignment: Assignment, outcome: str, comment: str, *, by: User) -> None:
    """Close the newest hand-in. An achieved one that is returned later gets the new outcome."""
    newest = assignment.rounds.latest("number")
    newest.outcome, newest.comment = outcome, comment
    newest.decided_at, newest.decided_by = timezone.now(), by
    newest.save(update_fields=["outcome", "comment", "decided_at", "decided_by"])


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
    has_preview = file_type.kind in (
        EvidenceVersion.Kind.PICTURE,
        EvidenceVersion.Kind.PDF,
        EvidenceVersion.Kind.TEXT,
    )
    plays = file_type.kind in (EvidenceVersion.Kind.AUDIO, EvidenceVersion.Kind.VIDEO)
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
        preview=preview.WAITING if has_preview else preview.READY if plays else preview.NONE,
        uploaded_by=by,
    )
    if has_preview:
        outbox.due("make-preview", version)
    return version
