"""How much of the rules do tests hold? `make mutants` changes one place at a time and runs the tests that run it.

A change that no test notices has survived. What is known is kept in var/mutants: a run that was stopped goes on where
it was, and a survivor is tried again once a test has changed.
"""

import argparse
import hashlib
import json
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from portal.local import services
from portal.local.processes import program

from .changes import Change, changed, changes_of, shown
from .copies import VAR, Copy
from .covering import Covering, Test, measure

ROOMS = ("centres", "candidates", "portfolios", "moderation", "portal/catalogue")
RULES = {"rules", "guards", "actions", "ledger", "sampling", "awards", "matching", "standing"}
DOORS = {
    "admin",
    "apps",
    "filters",
    "forms",
    "qr",
    "stored",
    "tasks",
    "urls",
    "views",
    "models",
}  # of awards: no rules
KEPT = VAR / "verdicts.jsonl"
PATIENCE_SECONDS = 60  # besides what the tests take while nothing is changed
TIMES_AS_LONG = 4
MOST_SECONDS = 150  # of tests for one mutant: those nearest to it come first
NOTHING_COLLECTED = 5  # pytest's exit status


@dataclass(frozen=True)
class Mutant:
    """One change of one module."""

    target: str
    source: bytes
    change: Change

    @property
    def key(self) -> str:
        said = f"{self.target} {self.change.start} {self.change.end} {self.change.new} ".encode()
        return hashlib.sha256(said + self.source).hexdigest()[:24]

    def for_people(self) -> str:
        line, before, after = shown(self.source, self.change)
        return f"{self.target}:{line}\n      {before}\n    → {after}"


@dataclass(frozen=True)
class Verdict:
    """`noticed_by` "tests" or, as they never came to an end, "time"; or by nothing, where the mutant survived."""

    noticed_by: str
    tests: int  # that were to be run
    left_out: int = 0  # of those that run the place, as there was no time for them

    def __str__(self) -> str:
        if self.noticed_by:
            return f"noticed by {self.noticed_by}"
        besides = f"; {self.left_out} more were left out" if self.left_out else ""
        return f"survived {self.tests} tests{besides}" if self.tests else "no test runs it"


@program(stopped="Stopped. The next run continues from here.")
def main() -> None:
    asked = _arguments()
    VAR.mkdir(parents=True, exist_ok=True)
    with services.running(VAR / "servers", durable=False, given={}) as addresses:
        copies = [Copy(number, addresses) for number in range(1, asked.jobs + 1)]
        _run(asked, copies)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=300, help="how many mutants (300)")
    parser.add_argument("--seed", type=int, default=1, help="which ones: the same seed chooses the same (1)")
    parser.add_argument("--only", default="", help="those of modules whose path begins so: moderation/")
    parser.add_argument(
        "--near", action="store_true", help="run the tests of the module's own room alone: quicker"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many at once (2)")
    return parser.parse_args()


def targets() -> list[str]:
    """The modules that hold rules, by their names: rules, guards, actions … and awards, its doors apart."""
    found = []
    for room in ROOMS:
        for path in sorted(Path(room).rglob("*.py")):
            names = {*path.parts[:-1], path.stem}
            is_door = "awards" in path.parts and names & DOORS
            if names & RULES and not is_door and "migrations" not in names:
                found.append(str(path))
    return found


def mutants(paths: list[str]) -> list[Mutant]:
    sources = {path: Path(path).read_bytes() for path in paths}
    return [Mutant(path, source, change) for path, source in sources.items() for change in changes_of(source)]


def _run(asked: argparse.Namespace, copies: list[Copy]) -> None:
    paths = targets()
    possible = mutants([path for path in paths if path.startswith(asked.only)])
    chosen = random.Random(asked.seed).sample(possible, min(asked.number, len(possible)))  # noqa: S311  nothing secret
    print(f"{len(chosen)} of {len(possible)} mutants in {len(paths)} modules, seed {asked.seed}.", flush=True)
    for copy in copies:
        copy.make()
    copies[0].make_tables()
    copies[0].keep_database()
    rooms = {part for mutant in chosen for part in Path(mutant.target).parts} if asked.near else None
    covering = measure(copies, paths, rooms)
    _report(Judge(covering, copies).judge_all(chosen))


class Judge:
    """Tries mutants, each once, in whichever copy is free; what is known already is not tried again."""

    def __init__(self, covering: Covering, copies: list[Copy]):
        self.covering, self.copies = covering, copies
        self.free: SimpleQueue[Copy] = SimpleQueue()
        for copy in copies:
            self.free.put(copy)
        self.writing = Lock()
        self.known: dict[str, dict] = {}
        for line in KEPT.read_text().splitlines() if KEPT.exists() else ():
            found = json.loads(line)
            self.known[found["key"]] = found

    def judge_all(self, chosen: list[Mutant]) -> list[tuple[Mutant, Verdict]]:
        with ThreadPoolExecutor(len(self.copies)) as pool:
            judged = []
            for number, (mutant, verdict) in enumerate(
                zip(chosen, pool.map(self.judge, chosen), strict=True), 1
            ):
                print(f"{number:4} of {len(chosen)}: {verdict}: {mutant.for_people()}", flush=True)
                judged.append((mutant, verdict))
        return judged

    def judge(self, mutant: Mutant) -> Verdict:
        tests = _nearest_first(self.covering.tests_of(mutant.target, mutant.change.runs), mutant)
        stamp = self.covering.stamp_of(tests)
        known = self.known.get(mutant.key)
        if known and (known["verdict"]["noticed_by"] or known["stamp"] == stamp):
            return Verdict(**known["verdict"])
        copy = self.free.get()
        try:
            verdict = _try(mutant, tests, copy)
        finally:
            self.free.put(copy)
        with self.writing, KEPT.open("a") as kept:
            kept.write(json.dumps({"key": mutant.key, "stamp": stamp, "verdict": vars(verdict)}) + "\n")
        return verdict


def _nearest_first(tests: set[Test], mutant: Mutant) -> list[Test]:
    """Those of the module's own room, then the others; the quick ones before the slow ones."""
    return sorted(tests, key=lambda test: (not _is_near(test, mutant), test.seconds, test.name))


def _is_near(test: Test, mutant: Mutant) -> bool:
    return Path(test.name).parts[1] in Path(mutant.target).parts


def _try(mutant: Mutant, tests: list[Test], copy: Copy) -> Verdict:
    """In two goes, so that the room's own tests need not wait until all others are collected."""
    within = list(accumulate(test.seconds for test in tests))
    enough = [test for test, seconds in zip(tests, within, strict=True) if seconds <= MOST_SECONDS]
    with _planted(mutant, copy):
        for is_near in (True, False):
            if some := [test for test in enough if _is_near(test, mutant) == is_near]:
                status = _run_tests(some, copy)
                if status is None:
                    status = _run_tests(
                        some, copy, patience=5
                    )  # the machine may have been busy with something else
                if status != 0:
                    return Verdict(
                        "time" if status is None else "tests", len(enough), len(tests) - len(enough)
                    )
    return Verdict("", len(enough), len(tests) - len(enough))


@contextmanager
def _planted(mutant: Mutant, copy: Copy) -> Iterator[None]:
    place = copy.folder / mutant.target
    before = place.stat()
    place.write_bytes(changed(mutant.source, mutant.change))
    try:
        yield
    finally:
        place.write_bytes(mutant.source)
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))  # what is compiled of it is right again


def _run_tests(tests: list[Test], copy: Copy, patience: int = 1) -> int | None:
    """0 where all pass; None where they do not come to an end."""
    chosen = (copy.folder / "chosen.json").absolute()
    chosen.write_text(json.dumps([test.name for test in tests]))
    copy.renew_database()
    expected = sum(test.seconds for test in tests)
    files = list(dict.fromkeys(test.file for test in tests))
    seconds = patience * (PATIENCE_SECONDS + TIMES_AS_LONG * expected)
    status = copy.pytest("--reuse-db", "-x", *files, seconds=seconds, MUTANTS_CHOSEN=str(chosen))
    if status == NOTHING_COLLECTED:
        raise RuntimeError(copy.said())
    return status


def _report(judged: list[tuple[Mutant, Verdict]]) -> None:
    survivors = [(mutant, verdict) for mutant, verdict in judged if not verdict.noticed_by]
    print(f"\n{len(survivors)} survived:")
    for mutant, verdict in sorted(survivors, key=lambda pair: (pair[0].target, pair[0].change)):
        print(f"  {mutant.for_people()}\n      ({verdict})")
    rooms = Counter(_room(mutant) for mutant, _ in judged)
    noticed = Counter(_room(mutant) for mutant, verdict in judged if verdict.noticed_by)
    for room, number in sorted(rooms.items()):
        print(f"{room:<20} {noticed[room]:4} of {number:4} noticed")
    by_time = sum(verdict.noticed_by == "time" for _, verdict in judged)
    print(
        f"Score: {100 * noticed.total() / len(judged):.1f} %: {noticed.total()} of {len(judged)} noticed, "
        f"{by_time} of them because the tests did not come to an end."
    )


def _room(mutant: Mutant) -> str:
    return next(room for room in ROOMS if mutant.target.startswith(f"{room}/"))


if __name__ == "__main__":
    sys.exit(main())
