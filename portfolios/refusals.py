"""Why a claimed unit was not confirmed, or no longer counts, for the people at the centre.

Claims are a room below this one: their lines are reached only by name (style, section 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from .models import Assignment, Judgement
from .sides import MODERATOR

State = Assignment.State


@dataclass(frozen=True)
class Refusal:
    """Why a claim line has no result that counts: it was not agreed, or claimed in error, or its certificate revoked.

    `comment` is for the centre, `for_candidate` for the candidate; `doubts` are the moderator's judgements of the
    criteria not found met in that hand-in.
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
    waiting = [found for found in work if found.state not in (State.CLAIMED, State.CONFIRMED)]
    lines_of_claims = Assignment.claim_lines.rel.related_model._default_manager
    of_claims = lines_of_claims.select_related("claim", "round")
    prefetch_related_objects(
        waiting, Prefetch("claim_lines", queryset=of_claims.prefetch_related("decisions"))
    )
    lines = {}
    for found in waiting:
        submitted = [line for line in found.claim_lines.all() if line.state != line.State.DRAFT]
        newest = max(submitted, key=lambda line: line.pk, default=None)
        if newest and newest.state in (newest.State.RETURNED, newest.State.WITHDRAWN, newest.State.VOIDED):
            lines[found.pk] = newest
    revoked = [line for line in lines.values() if line.state == line.State.VOIDED]
    prefetch_related_objects(revoked, "certificates__because_of__certificate")
    doubts = _doubts(lines)
    return {key: _refusal(line, doubts.get((key, line.hand_in.number), [])) for key, line in lines.items()}


def refusal_of(assignment: Assignment) -> Refusal | None:
    """For work read with `for_pages()`."""
    was_claimed = any(found.frozen_at for found in assignment.rounds.all())
    return refusals_of([assignment]).get(assignment.pk) if was_claimed else None


def show_refusals(work: Iterable[Assignment]) -> None:
    """Set `refusal` on each, for a list; None if there is none."""
    work = list(work)
    found = refusals_of(work)
    for row in work:
        row.refusal = found.get(row.pk)  # type: ignore[attr-defined]


def _doubts(keys: Iterable[int]) -> dict[tuple[int, int], list[Judgement]]:
    """{(assignment's key, hand-in): what the moderator did not find met, in the e-checklist's order}."""
    judged = Judgement.objects.filter(assignment__in=list(keys)).newest_by(MODERATOR)
    found: dict[tuple[int, int], list[Judgement]] = {}
    for judgement in judged.select_related("criterion__objective", "by"):
        if not judgement.is_met:
            found.setdefault((judgement.assignment_id, judgement.round_number), []).append(judgement)
    for judgements in found.values():
        judgements.sort(key=_place)
    return found


def _place(judgement: Judgement) -> tuple:
    criterion = judgement.criterion
    return criterion.objective.number, criterion.position, criterion.ref


def _refusal(line, doubts: list[Judgement]) -> Refusal:
    if line.state == line.State.VOIDED:
        return _revocation(line)
    decision = list(line.decisions.all())[-1]
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
