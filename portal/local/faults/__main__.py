"""`python -m portal.local.faults`: start a portal of its own, break it in every way, stop it. Names as arguments
choose which trials to run."""

import socket
import sys
import time
from pathlib import Path

import httpx

from .. import services, stack
from ..processes import Unavailable
from ..run import stop_on_signals
from ..story.browser import WentWrong
from . import people
from .trials import TRIALS
from .world import World

VAR = Path("var/faults")
OUR_OWN = [
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "SITE_URL",
    "MEDIA_ROOT",
    "S3_BUCKET",
    "ALLOWED_HOSTS",
    "DEBUG",
]


def main() -> int:
    """The exit status: 0 only if every trial passed."""
    stop_on_signals()
    mail_port, failed = _free_port(), 0
    try:
        services.forget(VAR)
        with stack.running(VAR, env=_settings(mail_port)) as portal:
            world = World(portal, people.candidate(portal.url), mail_port)
            world.until(lambda: world.due() == 0, "The workers' tasks from the demo", 600)
            for trial in TRIALS:
                if not sys.argv[1:] or trial.__name__ in sys.argv[1:]:
                    failed += not _holds(trial, world)
    except (Unavailable, WentWrong) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 1
    print("Every trial passed." if not failed else f"{failed} failed. Logs are in {VAR / 'log'}.")
    return 1 if failed else 0


def _holds(trial, world: World) -> bool:
    """Run it, and print one line about the result."""
    began, words = time.monotonic(), trial.__name__.replace("_", " ").capitalize()
    try:
        told, held = trial(world), True
    except (WentWrong, httpx.HTTPError, OSError) as fault:
        told, held = str(fault), False
    print(f"{'passed' if held else 'FAILED'} {words} ({time.monotonic() - began:.0f} s): {told}", flush=True)
    return held


def _settings(mail_port: int) -> dict[str, str]:
    """Nothing from the caller's portal; mail that is refused until a trial accepts it; room for many files."""
    return dict.fromkeys(OUR_OWN, "") | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(mail_port),
        "EVIDENCE_UNIT_FILES_LIMIT": "5000",
        "EVIDENCE_UNIT_LIMIT_BYTES": "5000000000",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
