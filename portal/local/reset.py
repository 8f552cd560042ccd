"""`make reset`: delete the demo data of `make run`."""

import sys
from pathlib import Path

from . import services
from .processes import Unavailable


def main() -> int:
    """The exit status: 1 if a run is using the data, which is then kept."""
    try:
        services.forget(Path("var/run"))
    except Unavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"{problem.strerror}: {problem.filename}", file=sys.stderr)
        return 1
    print("The demo data has been deleted. `make run` makes it again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
