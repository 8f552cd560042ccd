"""Which judgements count for a hand-in: they are read by its number, never by time.

A tutor's judgement counts in every later hand-in until the criterion is judged again. A re-assessment is the
exception: earlier judgements of the criteria in doubt are shown beside it, and do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Judgement, Round


@dataclass(frozen=True)
class Standing:
    """A hand-in by its number, and the latest re-assessment up to it (0: none) with its criteria in doubt, by key."""

    number: int
    reassessed: int = 0
    doubted: frozenset[int] = frozenset()


def number_now(assignment) -> int:
    """The hand-in that a judgement made now belongs to: the newest; while the work is open, the next one."""
    newest = assignment.rounds.order_by("-number").values_list("number", flat=True).first() or 0
    return newest + 1 if assignment.is_open else newest


def standing_at(assignment, of: Round | None = None) -> Standing:
    """How judgements are read at the hand-in `of`, or now."""
    number = of.number if of else number_now(assignment)
    reassessments = assignment.rounds.filter(number__lte=number).exclude(after_claim="")
    latest = reassessments.order_by("-number").first()
    if latest is None:
        return Standing(number)
    return Standing(number, latest.number, frozenset(latest.doubted.values_list("pk", flat=True)))


def by_criterion(judgements) -> dict[int, Judgement]:
    """{criterion's key: judgement} of one assignment, with who judged."""
    return {found.criterion_id: found for found in judgements.select_related("by")}
