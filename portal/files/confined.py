"""A process that opens an untrusted file: what it is given, how it limits itself, and what made it end.

The parent gives it an environment without secrets. The process itself does not import Django, sets its limits, puts
up the walls (`walls`) and only then opens the file.
"""

import os
import resource
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STUMBLED = 3  # the status of a process that a file ended in an unforeseen way
HOUSE = Path(__file__).resolve().parents[2]


class Broken(Exception):
    """The process ended before it could judge or show the file: a fault of the portal. The words are for staff."""


def surroundings(**more: str) -> dict[str, str]:
    """No secrets, no proxies, no home."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(HOUSE),
        "LANG": "C.UTF-8",
        **more,
    }


def limit(*, memory_bytes: int, processor_seconds: int, written_bytes: int) -> None:
    """Limit this process and all that it starts, never above its existing limits.

    `memory_bytes`: of address space, most of which a decoder never uses.
    """
    for what, most in {
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_CPU: processor_seconds,
        resource.RLIMIT_FSIZE: written_bytes,
        resource.RLIMIT_NOFILE: 256,
        resource.RLIMIT_CORE: 0,
    }.items():
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


@contextmanager
def opening() -> Iterator[None]:
    """What goes wrong in the block is blamed on the file, as the status says, unless a library is missing."""
    try:
        yield
    except ImportError:
        raise
    except Exception:
        traceback.print_exc()
        sys.exit(STUMBLED)


def require_own_end(status: int, complaint: bytes) -> None:
    """Raise Broken if a process that ended with `status` never opened its file."""
    if status > 0 and status != STUMBLED:
        raise Broken(f"A process that was to open a file ended with {status}: {last_of(complaint)}")


def last_of(complaint: bytes) -> str:
    """The end of its error output, for the log."""
    return complaint[-2000:].decode(errors="replace")
