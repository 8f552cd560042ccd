"""Which of a candidate's results an award counts (domain reference 3.1). Nothing here writes to the database."""

from collections.abc import Iterable

from portal.catalogue.grades import Scale
from portal.catalogue.models import Award
from portal.catalogue.rules import missing_for

from .models import Result


def results_that_count(award: Award, results: Iterable[Result]) -> list[Result]:
    """The results that make up `award`, as many as it needs, in order of unit number; empty if it is not met.

    Picks the mandatory unit first, then the best grades, and among equal grades those confirmed earliest. Further units
    do no harm and are not on the certificate. `results` must count and have their unit and claim line loaded.
    """
    attempts = sorted(results, key=lambda result: _preferred(result, award.qualification.scale))
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


def _preferred(result: Result, scale: Scale) -> tuple:
    """Best grade first, then the claim concluded earliest, then unit order."""
    return -scale.rank(result.grade), result.line.claim.concluded_at, result.unit.number, result.pk
