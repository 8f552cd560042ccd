"""Who may be the same person: same name and date of birth, same UCI or ULN, or nearly the same name."""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz, process

from portal.kit.names import words

NEAR = 85  # per cent of the letters; found by trying typing mistakes and pairs of siblings
AT_MOST = 3  # look-alikes shown for one person
SAME_NAME = "Same name and date of birth"
NEAR_NAME = "Nearly the same name, same date of birth"
SAME_UCI, SAME_ULN = "Same UCI", "Same ULN"


class Person(NamedTuple):
    """A person in the form in which they are compared. `where`: "line 17" of the file, or "candidate 0012"."""

    where: str
    number: str
    first_names: str
    last_name: str
    known_as: str
    date_of_birth: date
    uci: str = ""
    uln: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_names} {self.last_name}".strip()


class Match(NamedTuple):
    person: Person
    why: str


@lru_cache(maxsize=10_000)
def in_one_order(name: str) -> str:
    """A name for comparing: its plain words in alphabetical order, as "Evans Megan" is Megan Evans."""
    return " ".join(sorted(words(name)))


def is_same(one: Person, other: Person) -> bool:
    """Whether the name and date of birth are the same, however they are written."""
    return one.date_of_birth == other.date_of_birth and in_one_order(one.name) == in_one_order(other.name)


def names_of(person: Person) -> set[str]:
    """The names that a person uses, for comparing."""
    known_as = f"{person.known_as} {person.last_name}" if person.known_as else person.name
    return {in_one_order(person.name), in_one_order(known_as)}


class Lookalikes:
    """People to compare with. Only people born on the same day are compared by name, which keeps it fast."""

    def __init__(self, people=()):
        self._by_identifier: dict[tuple[str, str], Person] = {}
        self._names: dict[date, list[str]] = defaultdict(list)
        self._people: dict[date, list[Person]] = defaultdict(list)
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        for why, value in ((SAME_UCI, person.uci), (SAME_ULN, person.uln)):
            if value:
                self._by_identifier.setdefault((why, value), person)
        for name in names_of(person):
            self._names[person.date_of_birth].append(name)
            self._people[person.date_of_birth].append(person)

    def of(self, person: Person) -> list[Match]:
        """Who may be the same as `person`, the likeliest first; each once."""
        found = [
            Match(self._by_identifier[why, value], why)
            for why, value in ((SAME_UCI, person.uci), (SAME_ULN, person.uln))
            if (why, value) in self._by_identifier
        ]
        found += self._by_name(person)
        once: dict[str, Match] = {}
        for match in found:
            once.setdefault(match.person.where, match)
        return list(once.values())[:AT_MOST]

    def _by_name(self, person: Person) -> list[Match]:
        names = self._names.get(person.date_of_birth)
        if not names:
            return []
        people = self._people[person.date_of_birth]
        near = [
            (score, place)
            for name in names_of(person)
            for _, score, place in process.extract(
                name, names, scorer=fuzz.ratio, processor=None, score_cutoff=NEAR, limit=2 * AT_MOST
            )
        ]
        near.sort(key=lambda found: (-found[0], found[1]))
        return [
            Match(people[place], SAME_NAME if is_same(people[place], person) else NEAR_NAME)
            for _, place in near
        ]
