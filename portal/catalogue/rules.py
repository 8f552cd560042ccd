"""Which awards a set of units makes, and what is still missing. Domain reference 3.1.

Nothing is written. If the qualification was read with `with_combinations()`, there are no queries either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Award, Qualification


@dataclass(frozen=True)
class Missing:
    """What a set of units lacks for an award."""

    units_short: int
    needs_mandatory: bool

    @property
    def is_nothing(self) -> bool:
        return self.units_to_go == 0

    @property
    def units_to_go(self) -> int:
        """How many more units have to be achieved; the mandatory unit is one of them, or one more."""
        return max(self.units_short, int(self.needs_mandatory))

    def for_people(self) -> str:
        if self.is_nothing:
            return "Nothing is missing"
        count = f"{self.units_to_go} more unit{'' if self.units_to_go == 1 else 's'}"
        if not self.needs_mandatory:
            return count
        return "The mandatory unit" if self.units_to_go == 1 else f"{count}, one of them the mandatory unit"


def missing_for(award: Award, unit_ids: Iterable[int]) -> Missing:
    """What `unit_ids` lack for `award`.

    A unit counts once, and only towards awards of its own qualification; other units are ignored.
    Only for awards by a number of units: raises ValueError for one by points.
    """
    if award.units_needed is None:
        raise ValueError(f"{award.code} is not made by a number of units.")
    units = award.qualification.units.all()
    counted = {unit.pk for unit in units} & set(unit_ids)
    has_mandatory = any(unit.is_mandatory and unit.pk in counted for unit in units)
    return Missing(
        units_short=max(0, award.units_needed - len(counted)),
        needs_mandatory=award.needs_mandatory and not has_mandatory,
    )


def counted_awards(qualification: Qualification) -> list[Award]:
    """The awards that a number of units makes, the smallest first; those by points are not worked out in the portal."""
    return [award for award in qualification.awards.all() if award.rule == award.Rule.THRESHOLD]


def awards_met(qualification: Qualification, unit_ids: Iterable[int]) -> list[Award]:
    """The awards that `unit_ids` make, the smallest first; never one by points."""
    unit_ids = set(unit_ids)
    return [award for award in counted_awards(qualification) if missing_for(award, unit_ids).is_nothing]


def glh_of(award: Award) -> tuple[int, int]:
    """(least, most) guided learning hours that the units of `award` can add up to; its size, if by points."""
    if award.glh is not None:
        return award.glh, award.glh
    units = list(award.qualification.units.all())
    fixed = [unit.glh for unit in units if award.needs_mandatory and unit.is_mandatory]
    others = sorted(unit.glh for unit in units if not (award.needs_mandatory and unit.is_mandatory))
    places = max(0, (award.units_needed or 0) - len(fixed))
    return sum(fixed) + sum(others[:places]), sum(fixed) + sum(others[len(others) - places :])
