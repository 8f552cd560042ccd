"""Propose a sample. Pure and seeded: the same claim and seed give the same sample (moderation (d), A).

Six lines for each unit, or all if there are fewer. Every group (unit, assessor, grade) has a line. A candidate is
not picked twice while there is another equal choice. The numbers come from the domain reference.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

BASE = 6
CAP = 15


@dataclass(frozen=True)
class Claimed:
    """What sampling needs to know about a claim line; all but `unit` are opaque keys."""

    line: int
    unit: int
    candidate: int
    assessor: int
    grade: str


@dataclass(frozen=True)
class Pick:
    """A sampled line and the reason it was picked."""

    line: int
    reason: str


def propose(lines: Iterable[Claimed], *, seed: str, base: int = BASE, cap: int = CAP) -> list[Pick]:
    """The sample of one claim, unit by unit. The order of `lines` does not matter."""
    taken: Counter[int] = Counter()  # how often each candidate is already in the sample
    picks: list[Pick] = []
    units: dict[int, list[Claimed]] = {}
    for line in sorted(lines, key=attrgetter("line")):
        units.setdefault(line.unit, []).append(line)
    for unit in sorted(units):
        chosen = _of_unit(units[unit], taken, seed, base, cap)
        taken.update(claimed.candidate for claimed, _ in chosen)
        picks += [Pick(claimed.line, reason) for claimed, reason in chosen]
    return picks


def _of_unit(
    pool: list[Claimed], taken: Counter, seed: str, base: int, cap: int
) -> list[tuple[Claimed, str]]:
    if len(pool) <= base:
        return [(claimed, f"All lines of the unit, as there are {len(pool)}") for claimed in pool]
    groups: dict[tuple[int, str], list[Claimed]] = {}
    for claimed in pool:
        groups.setdefault((claimed.assessor, claimed.grade), []).append(claimed)
    size = min(max(base, len(groups)), cap, len(pool))
    order = sorted(groups, key=lambda key: (-len(groups[key]), key))
    waiting = {key: sorted(groups[key], key=lambda c: (taken[c.candidate], _rank(seed, c))) for key in groups}
    chosen = [(waiting[key].pop(0), "One line from each assessor") for key in order[:size]]
    counts = Counter((claimed.assessor, claimed.grade) for claimed, _ in chosen)
    while len(chosen) < size:
        key = max(
            (key for key in order if waiting[key]),
            key=lambda key: (size * len(groups[key]) / len(pool) - counts[key], -order.index(key)),
        )
        chosen.append((waiting[key].pop(0), "In proportion to what each assessor claimed"))
        counts[key] += 1
    return chosen


def _rank(seed: str, claimed: Claimed) -> str:
    return hashlib.sha256(f"{seed}:{claimed.unit}:{claimed.candidate}".encode()).hexdigest()
