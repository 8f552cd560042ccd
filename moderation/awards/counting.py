"""Which of a candidate's results an award counts (domain reference 3.1), without writing."""

from collections.abc import Iterable

from portal.catalogue.models import Award
from portal.catalogue.rules import missing_for

from .models import Result

BEST_FIRST = ["DIST", "MERIT", "PASS"]  # codes of grades, as claim lines carry them


def results_that_count(award: Award, results: Iterable[Result]) -> list[Result]:
    """The results that make `award`, as many as it needs, by the number of their unit; empty if it is not met.

    The mandatory unit first, then the best, and among equals those confirmed earliest: further units are
    harmless, and are not on the certificate. `results` stand, and carry unit and claim line.
    """
    attempts = sorted(results, key=_preferred)
    of_unit: dict[int, Result] = {}
    for result in attempts:
        of_unit.setdefault(result.unit_id, result)
    if not missing_for(award, of_unit).is_nothing:
        return []
    ranked = list(of_unit.values())
    if award.needs_mandatory:
        mandatory = next(result for result in ranked if result.unit.is_mandatory)
        ranked = [mandatory, *(result for result in ranked if result is not mandatory)]
    return sorted(ranked[: award.units_needed], key=lambda result: result.unit.number)


def _preferred(result: Result) -> tuple:
    """The best grade first, then the claim that was concluded first, then the order of the units."""
    rank = BEST_FIRST.index(result.grade) if result.grade in BEST_FIRST else len(BEST_FIRST)
    return rank, result.line.claim.concluded_at, result.unit.number, result.pk
