"""Why a claimed unit was not confirmed, or no longer counts, for the people at the centre.

Claims are a room below this one: their lines are reached only by name (style, section 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from .models import Assignment, Judgement
from .sides import MODERATOR

State = Assignment.State


@dataclass(frozen=True)
class Refusal:
    """Why a claim line has no result that counts: it was not agreed, or claimed in error, or its certificate revoked.

    `comment` is for the centre, `for_candidate` for the candidate; `doubts` are the moderator's judgements of the
    criteria not found met in that hand-in, which lists leave out.
    """

    claim: str
    is_error: bool
    is_revoked: bool
    comment: str
    for_candidate: str
    at: datetime
    doubts: list[Judgement]

    @property
    def is_not_agreed(self) -> bool:
        return not self.is_error and not self.is_revoked


def refusals_of(work: Iterable[Assignment]) -> dict[int, Refusal]:
    """{assignment's key: why its newest claim has no result that counts}, for work not claimed again since.

    A fixed number of queries.
    """
    return {line.assignment_id: _refusal(line, []) for line in _refused(work)}


def refusal_of(assignment: Assignment) -> Refusal | None:
    """With the moderator's doubts, for work read with `for_pages()`."""
    was_claimed = any(found.frozen_at for found in assignment.rounds.all())
    for line in _refused([assignment]) if was_claimed else []:
        return _refusal(line, _doubts(line))
    return None


def _refused(work: Iterable[Assignment]) -> list[Any]:
    """The newest claim line of each, if it has no result that counts, for work not claimed again since."""
    waiting = [found.pk for found in work if found.state not in (State.CLAIMED, State.CONFIRMED)]
    lines: Any = Assignment.claim_lines.rel.related_model
    state = lines.State
    submitted = lines.objects.filter(assignment__in=waiting).exclude(state=state.DRAFT).order_by("pk")
    shown = submitted.select_related("claim", "round")
    shown = shown.only("state", "assignment", "claim__number", "round__number")
    newest = {line.assignment_id: line for line in shown}
    refused = [
        line for line in newest.values() if line.state in (state.RETURNED, state.WITHDRAWN, state.VOIDED)
    ]
    prefetch_related_objects(refused, Prefetch("decisions", to_attr="said"))
    revoked = [line for line in refused if line.state == state.VOIDED]
    prefetch_related_objects(revoked, "certificates__because_of__certificate")
    return refused


def show_refusals(work: Iterable[Assignment]) -> None:
    """Set `refusal` on each, for a list; None if there is none."""
    work = list(work)
    found = refusals_of(work)
    for row in work:
        row.refusal = found.get(row.pk)  # type: ignore[attr-defined]


def _doubts(line) -> list[Judgement]:
    """What the moderator did not find met in the hand-in of a claim line, in the e-checklist's order."""
    judged = Judgement.objects.filter(assignment=line.assignment_id).newest_by(MODERATOR)
    found = judged.select_related("criterion__objective", "by")
    in_doubt = (each for each in found if not each.is_met and each.round_number == line.hand_in.number)
    return sorted(in_doubt, key=_place)


def _place(judgement: Judgement) -> tuple:
    criterion = judgement.criterion
    return criterion.objective.number, criterion.position, criterion.ref


def _refusal(line, doubts: list[Judgement]) -> Refusal:
    if line.state == line.State.VOIDED:
        return _revocation(line)
    decision = line.said[-1]
    return Refusal(
        claim=line.claim.number,
        is_error=line.state == line.State.WITHDRAWN,
        is_revoked=False,
        comment=decision.comment,
        for_candidate=decision.for_candidate,
        at=decision.at,
        doubts=doubts,
    )


def _revocation(line) -> Refusal:
    (certificate,) = (found for found in line.certificates.all() if found.state == found.State.REVOKED)
    return Refusal(
        claim=line.claim.number,
        is_error=False,
        is_revoked=True,
        comment=certificate.why_revoked_at_the_centre(),
        for_candidate=certificate.why_revoked(),
        at=certificate.revoked_at,
        doubts=[],
    )
