"""An award counts and prints exactly the units it needs, including the mandatory unit, and no others."""

from datetime import timedelta

import pytest

from moderation.awards.counting import results_that_count
from moderation.awards.models import Result
from portal.catalogue.models import Award
from tests.awards.confirming import confirm
from tests.factories import candidates

pytestmark = pytest.mark.django_db


@pytest.fixture
def hours(level):
    """The level, with hours that differ for each unit: 31, 32, 34, 38, 46, 62."""
    for unit in level.units.all():
        unit.glh = 30 + 2 ** (unit.number - 1)
        unit.save()
    return level


def printed(candidate, kind) -> tuple[list[int], int]:
    """([unit numbers], hours) on the award's certificate."""
    award = candidate.certificates.get(award__kind=kind)
    numbers = {unit.code: unit.number for unit in award.award.qualification.units.all()}
    titles = {unit.code: unit.title for unit in award.award.qualification.units.all()}
    assert [title for _, title in award.units] == [titles[code] for code, _ in award.units]
    return [numbers[code] for code, _ in award.units], award.glh


def test_certificate_of_four_confirmed_units_counts_three(hours):
    candidate = candidates.candidate()
    confirm(candidate, hours, 1, 2, 3, 4)
    assert printed(candidate, Award.Kind.CERTIFICATE) == ([1, 2, 3], 31 + 32 + 34)


def test_the_earliest_confirmed_count(hours):
    candidate = candidates.candidate()
    confirm(candidate, hours, 5)
    confirm(candidate, hours, 1, 2, 6)
    assert printed(candidate, Award.Kind.CERTIFICATE) == ([1, 2, 5], 31 + 32 + 46)


def test_the_mandatory_unit_counts_though_it_was_confirmed_last(hours):
    candidate = candidates.candidate()
    confirm(candidate, hours, 4, 5)
    confirm(candidate, hours, 6)
    confirm(candidate, hours, 1)
    assert printed(candidate, Award.Kind.CERTIFICATE) == ([1, 4, 5], 31 + 38 + 46)


def test_diploma_of_six_counts_five(hours):
    candidate = candidates.candidate()
    confirm(candidate, hours, 6)
    confirm(candidate, hours, 1, 2, 3, 4, 5)
    assert printed(candidate, Award.Kind.DIPLOMA) == ([1, 2, 3, 4, 6], 31 + 32 + 34 + 38 + 62)


def results(candidate, level, **grades) -> list[Result]:
    confirm(candidate, level, *range(1, 1 + len(grades)))
    found = list(Result.objects.standing_of(level, candidate))
    level.grade_scale = "PMD"  # only here: a graded claim cannot be submitted yet
    for result, grade in zip(found, grades.values(), strict=True):
        result.grade = grade
    return found


def counted(award, found) -> list[int]:
    return [result.unit.number for result in results_that_count(award, found)]


def test_a_better_grade_counts_before_an_earlier_one(level):
    found = results(candidates.candidate(), level, one="PASS", two="PASS", three="MERIT", four="DIST")
    assert counted(level.awards.get(units_needed=3), found) == [1, 3, 4]


def test_the_better_attempt_of_one_unit_counts_and_the_unit_once(level):
    found = results(candidates.candidate(), level, one="PASS", two="PASS")
    better = Result(unit=found[1].unit, line=found[1].line, grade="DIST", pk=0)
    award = level.awards.get(units_needed=3)
    assert results_that_count(award, [*found, better]) == []
    award.units_needed = 2
    assert results_that_count(award, [*found, better]) == [found[0], better]


def test_award_without_a_mandatory_unit_counts_the_earliest(level):
    candidate = candidates.candidate()
    award = level.awards.get(units_needed=3)
    award.needs_mandatory = False
    award.save()
    confirm(candidate, level, 2, 3)
    confirm(candidate, level, 4)
    confirm(candidate, level, 1)
    found = list(Result.objects.standing_of(level, candidate))
    assert counted(award, found) == [2, 3, 4]


def test_what_is_not_met_counts_nothing(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 2, 3, 4)
    award = level.awards.get(units_needed=3)
    assert results_that_count(award, Result.objects.standing_of(level, candidate)) == []


def test_date_of_award_is_the_day_on_which_what_counts_was_there(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2)
    Result.objects.update(confirmed_on=Result.objects.first().confirmed_on - timedelta(days=40))
    confirm(candidate, level, 3)
    last = Result.objects.get(unit__number=3)
    assert candidate.certificates.get(kind="award").awarded_on == last.confirmed_on
