"""Which judgements count for a hand-in: they are read by its number, never by time.

Those of a side that carries over (the tutor's) count in every later hand-in until the criterion is judged again. A
re-assessment is the exception: earlier judgements of the criteria in doubt are shown beside it, and do not count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .models import Judgement, Round
    from .sides import Side


@dataclass(frozen=True)
class Standing:
    """A hand-in by its number, and the latest re-assessment up to it (0: none) with its criteria in doubt, by key."""

    number: int
    reassessed: int = 0
    doubted: frozenset[int] = frozenset()


def standing_at(assignment, of: Round | None = None, *, rounds: Iterable[Round] | None = None) -> Standing:
    """How judgements are read at the hand-in `of`, or now. `rounds`: all of them, where a page has read them."""
    rounds = list(assignment.rounds.order_by("number") if rounds is None else rounds)
    number = of.number if of else _number_now(assignment, rounds)
    reassessments = [found for found in rounds if found.number <= number and found.is_reassessment]
    if not reassessments:
        return Standing(number)
    latest = max(reassessments, key=lambda found: found.number)
    return Standing(number, latest.number, frozenset(latest.doubted.values_list("pk", flat=True)))


def _number_now(assignment, rounds: list[Round]) -> int:
    """The hand-in that a judgement made now belongs to: the newest; while the work is open, the next one."""
    newest = max((found.number for found in rounds), default=0)
    return newest + 1 if assignment.is_open else newest


def by_criterion(judgements) -> dict[int, Judgement]:
    """{criterion's key: judgement} of one assignment, with who judged."""
    return {found.criterion_id: found for found in judgements.select_related("by")}


def by_side(judgements, sides: Iterable[Side]) -> dict[Side, dict[int, Judgement]]:
    """As `by_criterion`, for each of these sides that has judged, in their order."""
    found: dict[str, dict[int, Judgement]] = {}
    for judgement in judgements.select_related("by"):
        found.setdefault(judgement.side, {})[judgement.criterion_id] = judgement
    return {side: found[side.code] for side in sides if side.code in found}
