"""The whole portal on this machine: servers, web server and worker, for as long as a block lasts."""

import hashlib
import http.client
import os
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import services
from .processes import Unavailable, child, fail_if_one_died, wait_until

CHECKOUT = Path(__file__).resolve().parents[2]
ADDRESS = "127.0.0.1"
NO_CODE = {"var", "node_modules", "__pycache__"}  # folders that no start depends on


@dataclass(frozen=True)
class Portal:
    """A portal that answers at `url`; `env` is what its processes were started with."""

    url: str
    var: Path
    env: Mapping[str, str]

    @property
    def sign_ins(self) -> str:
        """The table of demo sign-ins, if the demo data has written one."""
        table = Path(self.env["DEMO_SIGN_INS"])
        # The data stays when the port changes, so the file leaves the site's address open.
        return table.read_text().replace("{site}", self.url) if table.exists() else ""

    def watch(self) -> None:
        """Wait until a process ends by itself; raises Unavailable naming it."""
        while True:
            fail_if_one_died()
            time.sleep(0.5)


@contextmanager
def running(var: Path, port: int = 0, env: Mapping[str, str] | None = None) -> Iterator[Portal]:
    """A portal of its own on `var`, once it answers; port 0 takes a free one.

    `env` goes before the environment, and that before our defaults. An empty DATABASE_URL or REDIS_URL
    in `env` asks for private servers even where the environment names real ones. Raises Unavailable.
    """
    given = {name: value for name, value in {**os.environ, **(env or {})}.items() if value}
    port = free_port(port)
    with ExitStack() as parts:
        addresses = parts.enter_context(services.running(var, given=given))
        var = var.resolve()
        url = f"http://localhost:{port}"
        private = "DATABASE_URL" not in given
        settings = {**_defaults(var, url, private), **given, **addresses}
        _prepare_if_changed(var, settings, private)
        parts.enter_context(_process("The web server", "web", web_arguments(port), var, settings))
        parts.enter_context(_process("The worker", "worker", _worker_arguments(var), var, settings))
        wait_until(lambda: _is_healthy(port), seconds=60, what="The web server")
        yield Portal(settings["SITE_URL"], var, settings)


DEMO_CONTACT = {  # made up: numbers that Ofcom keeps for stories
    "CONTACT_TELEPHONE": "01632 960 460",
    "CONTACT_EMAIL": "imedia@example.org",
    "CONTACT_ADDRESS": "Example House, 1 Quay Street, Westport ZZ1 1ZZ",
}


def _defaults(var: Path, url: str, private: bool) -> dict[str, str]:
    """Settings of a portal that only this machine sees. Demo people never get into a real database."""
    return {
        "DEBUG": "0",
        "SECRET_KEY": _secret_key(var),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_URL": url,
        "USER_CONTENT_ORIGIN": url.replace("localhost", "content.localhost"),
        "MEDIA_ROOT": str(var / "media"),
        "EMAIL_FILE_PATH": str(var / "mail"),
        "DEMO": "1" if private else "0",
        "SECOND_FACTOR_REQUIRED": "0" if private else "1",  # demo people have no phones
        "DEMO_SIGN_INS": str(var / "demo-sign-ins.txt"),
        **(DEMO_CONTACT if private else {}),
    }


def _secret_key(var: Path) -> str:
    """A key made once and kept, so that people stay signed in when the portal is started again."""
    kept = var / "secret-key"
    if not kept.exists():
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT, mode=0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return kept.read_text()


def _prepare_if_changed(var: Path, settings: Mapping[str, str], private: bool) -> None:
    """Prepare, unless this very code has already prepared this private database.

    That spares a second start the loading of Django, which takes longer than all the rest.
    """
    stamp, code = var / "prepared", _fingerprint(CHECKOUT)
    if private and stamp.exists() and stamp.read_text() == code:
        return
    _prepare(var, settings)
    stamp.write_text(code)


def _fingerprint(checkout: Path) -> str:
    """Changes whenever a file of the checkout does."""
    digest = hashlib.sha256()
    for folder, below, files in os.walk(checkout):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in NO_CODE)
        for name in sorted(files):
            path = os.path.join(folder, name)
            found = os.stat(path)
            digest.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode())
    return digest.hexdigest()


def _prepare(var: Path, settings: Mapping[str, str]) -> None:
    """Bring database, static files and demo data up to date; it says on the terminal what it does."""
    command = ["manage.py", "prepare"]
    with _process("The preparation", "prepare", command, var, settings, aloud=True) as prepare:
        if prepare.process.wait():
            raise Unavailable(f"Preparing the portal failed: {prepare.last_words()} ({prepare.log})")


def _process(name: str, log: str, arguments: list[str], var: Path, settings: Mapping[str, str], aloud=False):
    """A Python process of the portal, as a block."""
    return child(
        name,
        [sys.executable, *arguments],
        log=var / "log" / f"{log}.log",
        aloud=aloud,
        cwd=CHECKOUT,
        env={**settings, "PYTHONUNBUFFERED": "1"},
    )


def web_arguments(port: int, application: str = "portal.wsgi") -> list[str]:
    """How gunicorn is called, here and in measurements beside the portal."""
    return [
        *("-m", "gunicorn", application),
        *("--bind", f"{ADDRESS}:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8"),
        *("--timeout", "120", "--graceful-timeout", "10"),
        "--preload",  # Django is loaded once, not once for each worker
        *("--access-logfile", "-"),
        "--no-control-socket",  # its default place is shared by every gunicorn of this user
    ]


def _worker_arguments(var: Path) -> list[str]:
    return [
        *("-m", "celery", "--app", "portal", "--quiet", "worker"),
        *("--beat", "--schedule", str(var / "beat-schedule")),
        *("--concurrency", "2", "--prefetch-multiplier", "1"),
        *("--without-gossip", "--without-mingle"),  # it has no fellow workers to wait for
        *("--loglevel", "INFO"),
    ]


def free_port(port: int) -> int:
    """`port`, or any free one for 0. Raises Unavailable when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except PermissionError:
            raise Unavailable(f"Port {port} is for root. Choose another: make run PORT=8000") from None
        except OSError:
            raise Unavailable(f"Port {port} is in use. Choose another: make run PORT={port + 1}") from None
        return probe.getsockname()[1]


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
