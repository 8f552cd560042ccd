"""Prints one line for each step, with the time it took; and waits for workers."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from ..processes import fail_if_one_died
from .browser import WentWrong

PATIENCE_SECONDS = 45
PAUSE_SECONDS = 0.25  # between two looks, so that waiting does not slow the worker down
Found = TypeVar("Found")


@contextmanager
def step(who: str, does: str) -> Iterator[None]:
    """Print who did what and how long it took; names the step in WentWrong."""
    began = time.monotonic()
    try:
        yield
    except WentWrong as problem:
        raise WentWrong(f"{who} {does}: {problem}") from None
    print(f"{time.monotonic() - began:6.1f} s  {who} {does}", flush=True)


def wait_for(look: Callable[[], Found | None], what: str) -> Found:
    """Return what `look` finds, as soon as it finds something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        fail_if_one_died()
        if time.monotonic() > deadline:
            raise WentWrong(f"{what} did not come within {PATIENCE_SECONDS} seconds")
        time.sleep(PAUSE_SECONDS)
    return found
