"""Which test runs which line: measured once, and again for test files that changed."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .copies import VAR, Copy

KEPT = VAR / "covering.json"
# Slow ones that look at much and hold few rules: what only they notice is better held by a test beside the rule.
LEFT_OUT = ("browser", "demo", "deploy", "files", "guide", "journeys", "local")
LEFT_OUT_FILES = (
    "tests/access/test_crawl.py",
    "tests/test_alone.py",
    "tests/test_imports.py",
    "tests/test_migrations.py",
)


@dataclass(frozen=True)
class Test:
    """One that passes while nothing is changed."""

    name: str
    seconds: float

    @property
    def file(self) -> str:
        return self.name.partition("::")[0]


class Covering:
    """`tests_of`: the tests that run any of some lines of a module."""

    def __init__(self, files: dict[str, dict]):
        self._digests = {name: found["digest"] for name, found in files.items()}
        self._by_line: dict[tuple[str, int], set[Test]] = defaultdict(set)
        self._by_target: dict[str, set[Test]] = defaultdict(set)
        for found in files.values():
            of_file = {name: Test(name, test["seconds"]) for name, test in found["tests"].items()}
            for name, test in found["tests"].items():
                self._add([of_file[name]], test["lines"])
            self._add(of_file.values(), found["shared"])

    def _add(self, tests: Iterable[Test], lines: dict[str, list[int]]) -> None:
        for target, numbers in lines.items():
            self._by_target[target].update(tests)
            for number in numbers:
                self._by_line[target, number].update(tests)

    def tests_of(self, target: str, lines: range) -> set[Test]:
        """Of what runs when a module is imported (no `lines`): all tests that run anything of it."""
        if not lines:
            return set(self._by_target[target])
        return set().union(*(self._by_line[target, line] for line in lines))

    def stamp_of(self, tests: Iterable[Test]) -> str:
        """Another one as soon as one of these tests is another, or stands in a file that was changed."""
        said = sorted(f"{test.name} {self._digests[test.file]}" for test in tests)
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:24]


def measure(copies: list[Copy], targets: list[str], rooms: Set[str] | None) -> Covering:
    """From what is kept, as far as neither the targets nor the test file changed since. `rooms`: their tests alone."""
    stamp = _digest(*targets)
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    files = kept["files"] if kept.get("targets") == stamp else {}
    digests = {name: _digest(name) for name in test_files()}
    files = {name: found for name, found in files.items() if found["digest"] == digests.get(name)}
    wanted = {name for name in digests if rooms is None or Path(name).parts[1] in rooms}
    missing = sorted(wanted - set(files))
    if missing:
        print(f"Finding out which tests run which lines, in {len(missing)} files of tests…", flush=True)
        shares = [missing[place :: len(copies)] for place in range(len(copies))]
        with ThreadPoolExecutor(len(copies)) as pool:
            for found in pool.map(lambda copy, share: _record(copy, share, targets), copies, shares):
                files |= {name: value | {"digest": digests[name]} for name, value in found.items()}
        KEPT.write_text(json.dumps({"targets": stamp, "files": files}))
    return Covering({name: found for name, found in files.items() if name in wanted})


def test_files() -> list[str]:
    return [
        str(path)
        for path in sorted(Path("tests").rglob("test_*.py"))
        if path.parts[1] not in LEFT_OUT and str(path) not in LEFT_OUT_FILES
    ]


def _digest(*names: str) -> str:
    digest = hashlib.sha256()
    for name in names:
        digest.update(name.encode() + b"\0" + Path(name).read_bytes())
    return digest.hexdigest()


def _record(copy: Copy, names: list[str], targets: list[str]) -> dict[str, dict]:
    """{test file: {"tests": {name: {"seconds", "lines": {target: [line, …]}}}, "shared": {target: [line, …]}}}"""
    if not names:
        return {}
    record = (copy.folder / "record.json").absolute()
    copy.renew_database()
    copy.pytest("--reuse-db", *names, MUTANTS_RECORD=str(record), MUTANTS_TARGETS=json.dumps(targets))
    if not record.exists():
        raise RuntimeError(copy.said())
    found = json.loads(record.read_text())
    files: dict[str, dict] = {name: {"tests": {}, "shared": found["shared"].get(name, {})} for name in names}
    for name, test in found["tests"].items():
        files[name.partition("::")[0]]["tests"][name] = test
    return files
