"""Child processes that are stopped by the process that started them, and never outlive it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import wraps
from pathlib import Path
from threading import RLock
from typing import Any

LOG_TAIL_BYTES = 64 * 1024


class Unavailable(Exception):
    """Something the portal needs is missing; the message is one line for people."""


def program(stopped: str = "Stopped.") -> Callable[[Callable[[], int | None]], Callable[[], int]]:
    """Decorate a program's main function, which returns its exit status, or None for 0.

    What is missing (Unavailable) is one line on standard error, Ctrl-C the line `stopped`; both have exit status 1.
    """

    def decorator(main: Callable[[], int | None]) -> Callable[[], int]:
        @wraps(main)
        def run() -> int:
            try:
                return main() or 0
            except Unavailable as problem:
                print(problem, file=sys.stderr)
            except KeyboardInterrupt:
                print(f"\n{stopped}")
            return 1

        return run

    return decorator


class Child:
    """A process with a name for people and a file for its output; restarted if necessary.

    All its output is appended to `log`; with `aloud`, only its errors are, and the rest goes to the terminal. It has
    its own process group, so that Ctrl-C reaches only us and we choose the order of stopping.
    """

    process: subprocess.Popen

    def __init__(
        self, name: str, command: Sequence, log: Path, stop_signal: signal.Signals, aloud: bool, options: Any
    ):
        self.name, self.command, self.log, self.stop_signal = name, command, log, stop_signal
        self.aloud, self.options = aloud, options
        self.began = 0.0  # by the monotonic clock

    def start(self) -> None:
        self.log.parent.mkdir(exist_ok=True)
        with self.log.open("ab") as said:
            self._log_from = said.tell()
            self.began = time.monotonic()
            self.process = subprocess.Popen(
                [*_leash(self.stop_signal), *self.command],
                stdin=subprocess.DEVNULL,
                stdout=None if self.aloud else said,
                stderr=said,
                start_new_session=True,
                **self.options,
            )

    def stop(self, patience: float) -> None:
        """Ask it to stop, wait, then kill whatever is left of the process group."""
        # Only the leader is asked: Celery's pool would drop its tasks, but its leader lets them finish.
        self.process.send_signal(self.stop_signal)
        self.process.send_signal(signal.SIGCONT)  # so that a frozen one also receives it
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        self.end_group()
        self.process.wait()

    def end_group(self) -> None:
        """Kill what is left of its process group: a leader that was killed leaves its children behind."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def last_words(self) -> str:
        """The line logged since the start that most likely says what went wrong."""
        with self.log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(self._log_from if self._log_from <= size else 0, size - LOG_TAIL_BYTES))
            lines = file.read().decode(errors="replace").splitlines()
        serious = [line for line in lines if "FATAL" in line or "PANIC" in line or "rror" in line]
        said = [line for line in serious or lines if line.strip()]
        return said[-1].strip() if said else f"none (status {self.process.poll()})"


STARTED: list[Child] = []  # every child of this process that is meant to be running
CHANGING = RLock()  # held to start or stop a child, so that none is restarted as it is stopped


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
    """`command`, running while the block lasts; `options` are those of subprocess.Popen."""
    started = Child(name, command, log, stop_signal, aloud, options)
    with CHANGING:
        started.start()
        STARTED.append(started)
    try:
        yield started
    finally:
        with CHANGING:
            STARTED.remove(started)
        started.stop(patience)


def fail_if_one_died() -> None:
    """Raises Unavailable if a child that should be running has ended by itself."""
    for started in STARTED:
        if not started.is_running:
            raise Unavailable(
                f"{started.name} stopped by itself; last words: {started.last_words()} ({started.log})"
            )


def wait_until(ready: Callable[[], bool], *, seconds: float, what: str) -> None:
    """Return as soon as `ready()`; raises Unavailable if a child dies or `seconds` have passed."""
    deadline = time.monotonic() + seconds
    while not ready():
        fail_if_one_died()
        if time.monotonic() > deadline:
            raise Unavailable(f"{what} is not ready after {seconds:.0f} seconds.")
        time.sleep(0.01)


def _leash(stop_signal: signal.Signals) -> list[str]:
    """A command prefix that makes the kernel stop the child if we are killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", stop_signal.name.removeprefix("SIG")] if setpriv else []
