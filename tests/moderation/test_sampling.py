"""The proposed sample, for any possible claim."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.sampling import Claimed, propose

seeds = st.text("0123456789abcdef", min_size=1, max_size=16)


@st.composite
def claims(draw, most_units: int = 4, most_candidates: int = 30):
    """Lines that a claim may have: each candidate at most once for each unit."""
    pairs = draw(
        st.sets(
            st.tuples(st.integers(1, most_units), st.integers(1, most_candidates)),
            max_size=most_units * most_candidates,
        )
    )
    return [
        Claimed(
            number,
            unit,
            candidate,
            assessor=draw(st.integers(1, 5)),
            grade=draw(st.sampled_from(["PASS", "MERIT"])),
        )
        for number, (unit, candidate) in enumerate(sorted(pairs), start=1)
    ]


def by_unit(lines):
    units = {}
    for line in lines:
        units.setdefault(line.unit, []).append(line)
    return units


def pool(*groups: int) -> list[Claimed]:
    """Lines of one unit: the given number for each assessor, all passes."""
    assessors = [assessor for assessor, size in enumerate(groups, start=1) for _ in range(size)]
    return [
        Claimed(number, 1, number, assessor, "PASS") for number, assessor in enumerate(assessors, start=1)
    ]


@pytest.mark.parametrize(
    ("groups", "sampled"),
    [
        ([1], [1]),
        ([6], [6]),
        ([7], [6]),
        ([200], [6]),
        ([1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]),
        ([20, 4], [5, 1]),
        ([50, 50, 50], [2, 2, 2]),
        ([30, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1]),
        ([2] * 15, [1] * 15),
        ([3] * 5 + [2] * 15, [1] * 15 + [0] * 5),
    ],
)
def test_so_many_lines_of_each_assessor_are_sampled(groups, sampled):
    lines = pool(*groups)
    picked = {pick.line for pick in propose(lines, seed="a")}
    counts = Counter(line.assessor for line in lines if line.line in picked)
    assert [counts[assessor] for assessor in range(1, len(groups) + 1)] == sampled


def test_sample_of_a_unit_never_has_more_than_15_lines():
    assert len(propose(pool(*[9] * 40), seed="a")) == 15


def test_grades_of_one_assessor_are_groups_of_their_own():
    lines = [Claimed(n, 1, n, 1, "DISTINCTION" if n == 20 else "PASS") for n in range(1, 21)]
    assert 20 in {pick.line for pick in propose(lines, seed="a")}


@given(claims(), seeds)
def test_every_group_is_touched(lines, seed):
    picked = {pick.line for pick in propose(lines, seed=seed)}
    groups = {(line.unit, line.assessor, line.grade) for line in lines}
    assert {(line.unit, line.assessor, line.grade) for line in lines if line.line in picked} == groups


@given(claims(), seeds)
def test_no_line_is_picked_twice_and_every_pick_has_a_reason(lines, seed):
    picks = propose(lines, seed=seed)
    assert max(Counter(pick.line for pick in picks).values(), default=1) == 1
    assert all(pick.reason for pick in picks)
    assert {pick.line for pick in picks} <= {line.line for line in lines}


@given(claims(), seeds, st.randoms())
def test_same_seed_gives_the_same_sample_whatever_the_order_of_the_lines(lines, seed, random):
    shuffled = list(lines)
    random.shuffle(shuffled)
    assert propose(lines, seed=seed) == propose(shuffled, seed=seed)


def test_seed_decides_between_equal_choices():
    lines = [Claimed(number, 1, number, assessor=1, grade="PASS") for number in range(1, 31)]
    samples = {tuple(pick.line for pick in propose(lines, seed=str(seed))) for seed in range(20)}
    assert len(samples) == 20


def test_candidate_is_not_taken_again_while_an_equal_choice_is_left():
    units = [
        [Claimed(100 * unit + place, unit, place, 1, "PASS") for place in range(1, 13)] for unit in (1, 2)
    ]
    lines = [line for unit in units for line in unit]
    candidates = {line.line: line.candidate for line in lines}
    counts = Counter(candidates[pick.line] for pick in propose(lines, seed="a"))
    assert set(counts.values()) == {1}
    assert len(counts) == 12
