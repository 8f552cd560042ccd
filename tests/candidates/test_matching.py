"""Who may be the same person."""

from datetime import date

import pytest

from candidates.matching import NEAR_NAME, SAME_NAME, SAME_UCI, SAME_ULN, Lookalikes, Person, in_one_order

BORN = date(2010, 3, 14)


def person(name: str, where="candidate 0001", born=BORN, known_as="", uci="", uln="") -> Person:
    first, _, last = name.rpartition(" ")
    return Person(where, where[-4:], first, last, known_as, born, uci, uln)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siân O'Connor", "SIAN OCONNOR"),
        ("Siân O’Connor-Hughes", "Sian  OConnor Hughes"),
        ("Łukasz Świętek", "Lukasz Swietek"),
        ("Evans Megan", "Megan Evans"),
        ("Ŵyn ab Ŷnyr", "wyn ab ynyr"),
        ("Ħabib O‘Neill", "Habib O'Neill"),
        ("Ǿrsted Ǽbelø", "Orsted Aebelo"),
    ],
)
def test_names_written_in_two_ways_are_the_same(one, other):
    assert in_one_order(one) == in_one_order(other)


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (person("Megan Evans"), person("megan  EVANS"), SAME_NAME),
        (person("Megan Evans"), person("Megan Evens"), NEAR_NAME),
        (person("Megan Evans"), person("Meghan Evans"), NEAR_NAME),
        (person("Elizabeth Evans", known_as="Beth"), person("Beth Evans"), NEAR_NAME),
        (
            person("Ann Lee", uci="999990260001T"),
            person("Ann Ng", born=date(2011, 1, 1), uci="999990260001T"),
            SAME_UCI,
        ),
        (person("Ann Lee", uln="1234567899"), person("Bob Ng", uln="1234567899"), SAME_ULN),
    ],
)
def test_lookalikes_are_found_with_the_reason(one, other, why):
    (match,) = Lookalikes([one]).of(other._replace(where="line 2"))
    assert (match.person, match.why) == (one, why)


@pytest.mark.parametrize(
    "other",
    [
        person("Megan Evans", born=date(2010, 3, 15)),
        person("Amy Evans"),
        person("Megan Pritchard"),
        person("Owen Roberts"),
    ],
)
def test_others_are_not(other):
    assert Lookalikes([person("Megan Evans")]).of(other) == []


def test_the_likeliest_comes_first_and_each_once():
    people = [
        person("Megan Evens", "candidate 0001"),
        person("Megan Evans", "candidate 0002", known_as="Megan", uln="1234567899"),
        person("Megann Evans", "candidate 0003"),
        person("Mega Evans", "candidate 0004"),
        person("Megan Evanss", "candidate 0005"),
    ]
    found = Lookalikes(people).of(person("Megan Evans", uln="1234567899"))
    assert (len(found), found[0].person.where, found[0].why) == (3, "candidate 0002", SAME_ULN)
