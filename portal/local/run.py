"""`make run`: the whole portal on this machine, until Ctrl-C."""

import os
import signal
import sys
from pathlib import Path

from . import stack
from .processes import Unavailable

VAR = Path("var/run")


def main() -> int:
    """The exit status: 0 if asked to stop, 1 if something was missing or broke."""
    stop_on_signals()
    try:
        print("Starting the portal…", flush=True)
        address = os.environ.get("LISTEN_ADDRESS") or stack.ADDRESS
        with stack.running(VAR, port=_port(), address=address) as portal:
            print(_welcome(portal), flush=True)
            portal.watch()
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"{problem.strerror}: {problem.filename}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
    return 0


def stop_on_signals() -> None:
    """Let Ctrl-C, TERM and a closed terminal end the program once, so that every block exits cleanly."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(*_) -> None:
        for number in signals:
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the shutdown
        raise KeyboardInterrupt

    for number in signals:
        signal.signal(number, stop)


def _port() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise Unavailable(f"PORT must be a number from 1 to 65535, not {given!r}.")
    return int(given)


def _welcome(portal: stack.Portal) -> str:
    return f"\nThe portal is at {portal.url}\n\n{portal.sign_ins}\nCtrl-C stops it and keeps the data.\n"


if __name__ == "__main__":
    sys.exit(main())
