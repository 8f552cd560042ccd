"""Rules of combination: a threshold of distinct units of the level, including the mandatory one."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.catalogue import rules
from portal.catalogue.models import Award, Qualification
from portal.catalogue.rules import Missing
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db

KINDS = [Award.Kind.CERTIFICATE, Award.Kind.DIPLOMA]
unit_sets = st.sets(st.integers(1, 8))
in_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def level():
    """Eight units, the first one mandatory, with a Certificate and a Diploma; as a page would read it."""
    qualification = make.qualification()
    for number in range(1, 9):
        make.unit(qualification=qualification, number=number, is_mandatory=number == 1)
    for kind in reversed(KINDS):
        make.award(qualification=qualification, kind=kind)
    return Qualification.objects.with_combinations().get()


def ids(level, numbers):
    return [unit.pk for unit in level.units.all() if unit.number in numbers]


def kinds(awards):
    return [award.kind for award in awards]


@in_one_database
@given(numbers=unit_sets)
def test_awards_are_those_whose_number_is_reached_with_the_mandatory_unit(level, numbers):
    expected = [
        kind for kind, needed in zip(KINDS, (3, 5), strict=True) if 1 in numbers and len(numbers) >= needed
    ]
    assert kinds(rules.awards_met(level, ids(level, numbers))) == expected


@in_one_database
@given(numbers=unit_sets, more=unit_sets, others=st.lists(st.integers(-99, 0)))
def test_more_units_never_take_an_award_away_and_repeats_and_other_units_add_nothing(
    level, numbers, more, others
):
    units = ids(level, numbers)
    met = rules.awards_met(level, units)
    assert rules.awards_met(level, units * 2 + others) == met
    assert set(met) <= set(rules.awards_met(level, [*units, *ids(level, more)]))


@in_one_database
@given(numbers=unit_sets)
def test_what_is_missing_is_just_what_makes_the_award(level, numbers):
    for award in level.awards.all():
        missing = rules.missing_for(award, ids(level, numbers))
        absent = sorted(set(range(1, 9)) - numbers)  # the mandatory unit first
        filled = numbers | set(absent[: missing.units_to_go])
        assert rules.missing_for(award, ids(level, filled)).is_nothing
        if not missing.is_nothing:
            one_less = numbers | set(absent[: missing.units_to_go - 1])
            assert not rules.missing_for(award, ids(level, one_less)).is_nothing


@pytest.mark.parametrize(
    ("numbers", "missing", "words"),
    [
        ([], Missing(3, True), "3 more units, one of them the mandatory unit"),
        ([1, 2], Missing(1, False), "1 more unit"),
        ([2, 3], Missing(1, True), "The mandatory unit"),
        ([2, 3, 4, 5, 6], Missing(0, True), "The mandatory unit"),
        ([1, 2, 3], Missing(0, False), "Nothing is missing"),
        ([1, 2, 3, 4], Missing(0, False), "Nothing is missing"),
    ],
)
def test_missing_for_a_certificate_in_words(level, numbers, missing, words):
    found = rules.missing_for(level.awards.all()[0], ids(level, numbers))
    assert (found, found.for_people()) == (missing, words)


def test_units_of_another_level_do_not_count(level):
    other = make.qualification(level=3)
    foreign = [make.unit(qualification=other, is_mandatory=number == 0).pk for number in range(5)]
    assert rules.awards_met(level, [*ids(level, [1, 2]), *foreign]) == []


def test_award_may_do_without_the_mandatory_unit(level):
    level.awards.update(needs_mandatory=False)
    fresh = Qualification.objects.with_combinations().get(pk=level.pk)
    assert kinds(rules.awards_met(fresh, ids(fresh, [2, 3, 4]))) == [Award.Kind.CERTIFICATE]


def test_no_query_is_made(level, django_assert_num_queries):
    with django_assert_num_queries(0):
        rules.awards_met(level, ids(level, [1, 2, 3]))
        [rules.glh_of(award) for award in level.awards.all()]


def test_guided_learning_hours_run_from_the_shortest_choice_to_the_longest(level):
    level.units.filter(number__in=[2, 3]).update(glh=60)
    fresh = Qualification.objects.with_combinations().get(pk=level.pk)
    assert [rules.glh_of(award) for award in fresh.awards.all()] == [(90, 150), (150, 210)]


def test_hours_of_the_mandatory_unit_are_counted_once(level):
    level.units.filter(is_mandatory=True).update(glh=10)
    level.units.filter(number=2).update(glh=60)
    fresh = Qualification.objects.with_combinations().get(pk=level.pk)
    assert [rules.glh_of(award) for award in fresh.awards.all()] == [(70, 100), (130, 160)]


def test_hours_of_a_mandatory_unit_are_not_fixed_for_an_award_without_it(level):
    level.awards.update(needs_mandatory=False)
    level.units.filter(is_mandatory=True).update(glh=10)
    level.units.filter(number=2).update(glh=60)
    fresh = Qualification.objects.with_combinations().get(pk=level.pk)
    assert [rules.glh_of(award) for award in fresh.awards.all()] == [(70, 120), (130, 180)]
