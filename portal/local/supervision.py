"""Children that end by themselves are restarted, and their logs are rotated."""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

from . import processes
from .processes import Child

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
LONG_ALIVE_SECONDS = 60  # after this, earlier failures are forgotten
LOOK_SECONDS = 0.1
LOG_LIMIT_BYTES = 10 * 1024**2
LOGS_KEPT = 3


class Supervisor(threading.Thread):
    """Looks after `processes.STARTED` once `begun` is set.

    It outlives the children: the kernel stops the children that a thread started as soon as the thread ends.
    """

    def __init__(self) -> None:
        super().__init__(name="supervisor", daemon=True)
        self.begun, self.ended = threading.Event(), threading.Event()
        self.pauses: dict[Child, float] = {}  # before the next restart, in seconds
        self.due: dict[Child, float] = {}  # when, by the monotonic clock, a dead one is restarted

    def run(self) -> None:
        self.begun.wait()
        while not self.ended.wait(LOOK_SECONDS):
            with processes.CHANGING:
                for child in list(processes.STARTED):
                    with suppress(OSError):  # a full disk, a lost log or terminal: look after the others
                        self._look_after(child)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.is_running:
            if now - child.began > LONG_ALIVE_SECONDS:
                self.pauses.pop(child, None)
            turn_over(child)
        elif child not in self.due:
            pause = self.pauses.get(child, FIRST_PAUSE_SECONDS)
            self.pauses[child] = min(pause * 2, LONGEST_PAUSE_SECONDS)
            self.due[child] = now + pause
            child.end_group()
            print(
                f"{child.name} stopped by itself. Restarting it in {pause:g} s ({child.log}).",
                file=sys.stderr,
            )
        elif now >= self.due[child]:
            del self.due[child]
            child.start()  # if it cannot, it counts as dead again


def turn_over(child: Child) -> None:
    """Move a log that has grown large to another name, and empty it for the child, which only appends to it."""
    if child.log.stat().st_size < LOG_LIMIT_BYTES:
        return
    copy, *kept = [child.log.with_name(f"{child.log.name}.{number}") for number in range(LOGS_KEPT + 1)]
    shutil.copyfile(child.log, copy)  # first: if the disk is full, no kept log is lost
    for newer, older in reversed(list(pairwise([copy, *kept]))):
        if newer.exists():
            newer.replace(older)
    with child.log.open("r+b") as log:
        log.truncate()


@contextmanager
def supervision() -> Iterator[Supervisor]:
    """A supervisor for everything started in the block; the caller says when it begins."""
    supervisor = Supervisor()
    supervisor.start()
    try:
        yield supervisor
    finally:
        supervisor.ended.set()
        supervisor.begun.set()
        supervisor.join()
