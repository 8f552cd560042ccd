"""A grade from the tiers of the criteria, and what the database knows of scales."""

import pytest
from django.db import IntegrityError, transaction

from portal.catalogue.grades import PASS_MERIT_DISTINCTION, PASS_ONLY, SCALES, Grade, Outcome, Scale
from portal.catalogue.models import Qualification
from tests.factories import catalogue as make

TIERED = Scale(
    "T", "Tiered", (Grade("PASS", "Pass", "met"), Grade("FAIR", "Fair"), Grade("BEST", "Best", "well"))
)


def reached(scale: Scale, *outcomes: str) -> str | None:
    grade = scale.reached(outcomes)
    return grade.code if grade else None


@pytest.mark.parametrize(
    ("scale", "outcomes", "grade"),
    [
        (PASS_ONLY, ["met", "met"], "PASS"),
        (PASS_ONLY, ["met", "not_yet"], None),
        (PASS_ONLY, [], "PASS"),
        (PASS_MERIT_DISTINCTION, ["met", "met"], "PASS"),
        (PASS_MERIT_DISTINCTION, ["not_yet"], None),
        (TIERED, ["well", "met"], "PASS"),
        (TIERED, ["well", "well"], "BEST"),
        (TIERED, ["well", "not_yet"], None),
        (TIERED, ["well", "strange"], None),
    ],
)
def test_the_lowest_tier_makes_the_grade(scale, outcomes, grade):
    assert reached(scale, *outcomes) == grade


def test_grades_are_ranked_and_printed_by_the_scale():
    found = {
        scale.code: [(scale.rank(grade.code), grade.code, grade.on_certificate) for grade in scale.grades]
        for scale in SCALES.values()
    }
    assert found == {
        "PASS": [(0, "PASS", "")],
        "PMD": [(0, "PASS", "Pass"), (1, "MERIT", "Merit"), (2, "DIST", "Distinction")],
    }
    assert [scale.is_graded for scale in SCALES.values()] == [False, True]


def test_criterion_is_judged_in_the_tiers_of_the_scale():
    assert PASS_ONLY.outcomes == PASS_MERIT_DISTINCTION.outcomes == Outcome.choices


@pytest.mark.django_db
def test_database_knows_the_scales():
    with pytest.raises(IntegrityError, match="qualification_known_scale"), transaction.atomic():
        make.qualification(grade_scale="STARS")
    assert not Qualification.objects.exists()
