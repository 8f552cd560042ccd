"""Processes that open strangers' files: their limits, their environment, and why they ended."""

import json
import subprocess
import sys

import pytest

from portal.files import confined

TRIES = """
import json, resource, sys
from portal.files import confined

hard = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))
confined.limit(memory_bytes=2**31, processor_seconds=100, written_bytes=1000)
limited = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))
           for name in ("AS", "CPU", "FSIZE", "NOFILE", "CORE")}
with confined.opening():
    print(json.dumps(limited))
    raise {fault}
"""


def ended(fault: str, *, hard: int = 1000) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", TRIES.replace("{fault}", fault), str(hard)]
    return subprocess.run(command, env=confined.surroundings(), capture_output=True)


@pytest.mark.parametrize(("hard", "processor"), [(1000, 100), (50, 50)])
def test_limits_hold_and_are_never_above_those_of_the_machine(hard, processor):
    assert json.loads(ended("SystemExit", hard=hard).stdout) == {
        "AS": [2**31, 2**31],
        "CPU": [processor, processor],
        "FSIZE": [1000, 1000],
        "NOFILE": [256, 256],
        "CORE": [0, 0],
    }


@pytest.mark.parametrize("fault", ["KeyError('/Root')", "MemoryError", "RecursionError"])
def test_file_over_which_a_process_stumbles_is_to_blame_itself(fault):
    process = ended(fault)
    confined.require_own_end(process.returncode, process.stderr)
    assert process.returncode == confined.STUMBLED
    assert fault.partition("(")[0] in confined.last_of(process.stderr)


@pytest.mark.parametrize("status", [0, -9, -11])
def test_process_that_was_killed_was_killed_by_its_file(status):
    confined.require_own_end(status, b"")


def test_missing_part_of_the_portal_is_no_fault_of_the_file():
    process = ended("ImportError('no pikepdf')")
    with pytest.raises(confined.Broken, match=r"ended with 1.*no pikepdf"):
        confined.require_own_end(process.returncode, process.stderr.replace(b"\n", b" "))


def test_secrets_of_the_portal_are_not_handed_on(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "hush")
    assert set(confined.surroundings(HOME="/somewhere")) == {"PATH", "PYTHONPATH", "LANG", "HOME"}
