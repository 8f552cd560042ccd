"""Child processes that are stopped by whoever started them, and never outlive it."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path


class Unavailable(Exception):
    """Something the portal needs cannot be had; the message is one line for people."""


@dataclass(frozen=True)
class Child:
    """A running process with a name for people and the file that keeps what it says."""

    name: str
    log: Path
    process: subprocess.Popen

    def last_words(self) -> str:
        """The line of the log that most likely says what went wrong."""
        lines = self.log.read_text(errors="replace").splitlines()
        serious = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror" in line]
        said = [line for line in serious or lines if line.strip()]
        return said[-1].strip() if said else f"none (status {self.process.poll()})"


STARTED: list[Child] = []  # every child of this process that is meant to be running


@contextmanager
def child(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    patience: float = 15,
    aloud: bool = False,
    **options,
) -> Iterator[Child]:
    """`command` running for as long as the block; `options` are those of subprocess.Popen.

    All it says goes to `log`; with `aloud` only its complaints, and the rest to the terminal. It has its
    own process group, so that Ctrl-C reaches only us and we choose the order of stopping.
    """
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as said:
        process = subprocess.Popen(
            [*_leash(stop_signal), *command],
            stdin=subprocess.DEVNULL,
            stdout=None if aloud else said,
            stderr=said,
            start_new_session=True,
            **options,
        )
    started = Child(name, log, process)
    STARTED.append(started)
    try:
        yield started
    finally:
        STARTED.remove(started)
        _stop(process, stop_signal, patience)


def fail_if_one_died() -> None:
    """Raises Unavailable when a child that should be running has ended by itself."""
    for started in STARTED:
        if started.process.poll() is not None:
            raise Unavailable(
                f"{started.name} stopped by itself; last words: {started.last_words()} ({started.log})"
            )


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return as soon as `ready()`; raises Unavailable when a child dies or `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not ready():
        fail_if_one_died()
        if time.monotonic() > deadline:
            raise Unavailable(f"{what} is not ready after {seconds:.0f} seconds.")
        time.sleep(0.01)


def _leash(stop_signal: signal.Signals) -> list[str]:
    """A prefix that makes the kernel stop the child should we be killed outright."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG")] if setpriv else []


def _stop(process: subprocess.Popen, stop_signal: signal.Signals, patience: float) -> None:
    """Ask, wait, then end by force whatever is left of the process group."""
    # Only the leader is asked: Celery's pool would drop its tasks, where its leader lets them finish.
    process.send_signal(stop_signal)
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
