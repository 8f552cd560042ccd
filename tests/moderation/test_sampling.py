"""The proposed sample, for any claim there might be."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from moderation.sampling import BASE, CAP, Claimed, propose

seeds = st.text("0123456789abcdef", min_size=1, max_size=16)


@st.composite
def claims(draw, most_units: int = 4, most_candidates: int = 30):
    """Lines as a claim may hold them: a candidate at most once in a unit."""
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


@given(claims(), seeds)
def test_sample_holds_all_lines_of_a_small_unit_and_enough_of_a_large_one(lines, seed):
    picked = {pick.line for pick in propose(lines, seed=seed)}
    for pool in by_unit(lines).values():
        chosen = [line for line in pool if line.line in picked]
        groups = {(line.assessor, line.grade) for line in pool}
        expected = len(pool) if len(pool) <= BASE else min(max(BASE, len(groups)), CAP, len(pool))
        assert len(chosen) == expected


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
    samples = [frozenset(pick.line for pick in propose(lines, seed=str(seed))) for seed in range(60)]
    assert len(set(samples)) == 60  # of 593,775 possible ones: no two alike
    assert {line for sample in samples for line in sample} == set(
        range(1, 31)
    )  # and no line is left out for good


def test_candidate_is_not_taken_again_while_an_equal_choice_is_left():
    units = [
        [Claimed(100 * unit + place, unit, place, 1, "PASS") for place in range(1, 13)] for unit in (1, 2)
    ]
    lines = [line for unit in units for line in unit]
    candidates = {line.line: line.candidate for line in lines}
    counts = Counter(candidates[pick.line] for pick in propose(lines, seed="a"))
    assert set(counts.values()) == {1}
    assert len(counts) == 2 * BASE
