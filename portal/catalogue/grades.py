"""Grades: how well a unit was done, on the scale of its qualification (domain reference 3.3).

A scale is data, from the e-checklist to the certificate: in which tier each criterion was met makes the grade that the
tutor records, which is claimed, moderated, counted for awards and printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.db.models import Q

from portal.kit.states import States, Tone


class Outcome(States):
    """Of a criterion: the tier in which it is met, or not yet met."""

    MET = "met", Tone.GOOD, "Met"
    NOT_YET = "not_yet", Tone.NEUTRAL, "Not yet met"


@dataclass(frozen=True)
class Grade:
    """`tier`: the outcome by which a criterion counts towards this grade and lower ones; empty if there is none yet."""

    code: str
    words: str
    tier: str = ""
    is_printed: bool = True

    @property
    def on_certificate(self) -> str:
        return self.words if self.is_printed else ""


@dataclass(frozen=True)
class Scale:
    """The grades of a qualification's units, the lowest first; there is none for a unit that is not achieved."""

    code: str
    words: str
    grades: tuple[Grade, ...]

    @property
    def is_graded(self) -> bool:
        """Whether the grade tells achieved units apart."""
        return len(self.grades) > 1

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """What a criterion can be judged as: choices for a form."""
        found = [Outcome(grade.tier) for grade in self._with_tiers]
        return [(outcome.value, outcome.label) for outcome in (*found, Outcome.NOT_YET)]

    def grade(self, code: str) -> Grade:
        return self.grades[self.rank(code)]

    def rank(self, code: str) -> int:
        """The place of a grade, 0 for the lowest."""
        return [grade.code for grade in self.grades].index(code)

    def reached(self, outcomes: Iterable[str]) -> Grade | None:
        """The grade of a unit with these outcomes of its required criteria: the lowest tier stands.

        None while one of them counts towards no grade.
        """
        tiers = [grade.tier for grade in self._with_tiers]
        places = [tiers.index(outcome) if outcome in tiers else -1 for outcome in outcomes]
        lowest = min(places, default=len(tiers) - 1)
        return self._with_tiers[lowest] if lowest >= 0 else None

    @property
    def _with_tiers(self) -> list[Grade]:
        return [grade for grade in self.grades if grade.tier]


PASS_ONLY = Scale("PASS", "Pass only", (Grade("PASS", "Pass", tier=Outcome.MET, is_printed=False),))
# The e-checklists have no tiers for Merit and Distinction yet, so nobody can record these.
PASS_MERIT_DISTINCTION = Scale(
    "PMD",
    "Pass, Merit, Distinction",
    (Grade("PASS", "Pass", tier=Outcome.MET), Grade("MERIT", "Merit"), Grade("DIST", "Distinction")),
)
SCALES = {scale.code: scale for scale in (PASS_ONLY, PASS_MERIT_DISTINCTION)}
WORDS = {grade.code: grade.words for scale in SCALES.values() for grade in scale.grades}  # of every scale


def grade_field(**options) -> models.CharField:
    """A field with the code of a grade. Beside it belongs `known_grades`."""
    return models.CharField(max_length=5, choices=list(WORDS.items()), **options)


def known_grades(name: str) -> models.CheckConstraint:
    """The database's own list of the grades a row may have."""
    return models.CheckConstraint(condition=Q(grade__in=list(WORDS)), name=name)
