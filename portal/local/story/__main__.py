"""`python -m portal.local.story`: start a portal of its own, play the story, stop the portal."""

import sys
import time
from pathlib import Path

from .. import services, stack
from ..processes import Unavailable
from ..run import stop_on_signals
from . import awarding, claiming, coursework, joining
from .browser import WentWrong
from .cast import FIRST_USER, Cast
from .people import PASSWORD

VAR = Path("var/story")
ACTS = [
    joining.approval, joining.entries, joining.people, joining.first_statement,
    coursework.candidate_works, coursework.tutor_works,
    claiming.claim, claiming.moderation,
    awarding.printing, awarding.checks, awarding.reissue, awarding.balance, awarding.report,
]  # fmt: skip
OUR_OWN = [
    "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "MEDIA_ROOT", "S3_BUCKET", "EMAIL_BACKEND",
    "EMAIL_FILE_PATH", "AWARDING_BODY", "PORTAL_NAME", "ALLOWED_HOSTS", "DEBUG",
]  # fmt: skip


def main() -> int:
    """The exit status: 0 only if everything went as it should."""
    stop_on_signals()
    began = time.monotonic()
    try:
        services.forget(VAR)
        with stack.running(VAR, env=_settings()) as portal:
            print(f"{time.monotonic() - began:6.1f} s  An empty portal runs at {portal.url}", flush=True)
            cast = Cast(portal.url, Path(portal.env["EMAIL_FILE_PATH"]))
            for act in ACTS:
                act(cast)
    except (WentWrong, Unavailable) as problem:
        print(f"\nThe story stopped. {problem}\nLogs are in {VAR / 'log'}.", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"\n{problem.strerror}: {problem.filename}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.")
        return 1
    print(f"\nEverything went as it should, in {time.monotonic() - began:.0f} seconds.")
    return 0


def _settings() -> dict[str, str]:
    """Nothing from the caller's portal, no demo, and the one person that no page can add."""
    name, email = FIRST_USER
    return dict.fromkeys(OUR_OWN, "") | {
        "DEMO": "0",
        "DJANGO_SUPERUSER_NAME": name,
        "DJANGO_SUPERUSER_SIGN_IN_NAME": email,
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
    }


if __name__ == "__main__":
    sys.exit(main())
