"""The whole portal on this machine: servers, web servers, workers and beat, for as long as a block lasts."""

import http.client
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from . import past, services, web
from .places import Place
from .processes import Unavailable, child, wait_until
from .supervision import supervision
from .web import ADDRESS, CHECKOUT

LANES = {"urgent": 2, "print": 1, "previews": 1}  # processes in each


@dataclass(frozen=True)
class Portal:
    """A running portal at `url`; `env` is what its processes were started with."""

    url: str
    var: Path
    env: Mapping[str, str]

    @property
    def sign_ins(self) -> str:
        """The table of demo sign-ins, if the demo data has written one."""
        table = Path(self.env["DEMO_SIGN_INS"])
        # The data stays when the port changes, so the file has a placeholder for the site's address.
        return table.read_text().replace("{site}", self.url) if table.exists() else ""

    def watch(self) -> None:
        """Wait for ever; processes that die are restarted in the meantime."""
        while True:
            time.sleep(3600)


@contextmanager
def running(
    var: Path, port: int = 0, env: Mapping[str, str] | None = None, address: str = ADDRESS
) -> Iterator[Portal]:
    """A separate portal on `var`, once it responds; port 0 means any free port.

    `env` overrides the environment, which overrides our defaults. An empty DATABASE_URL or REDIS_URL
    in `env` asks for private servers even if the environment names real ones. Raises Unavailable.
    """
    given = {name: value for name, value in {**os.environ, **(env or {})}.items() if value}
    with ExitStack() as parts:
        line = parts.enter_context(web.listening(port, address))
        supervisor = parts.enter_context(supervision())
        addresses = parts.enter_context(_servers(var, given))
        var = var.resolve()
        private = "DATABASE_URL" not in given
        settings = {**_defaults(var, web.url_of(line), private, given), **given, **addresses}
        _prepare_if_changed(var, settings, private)
        parts.enter_context(web.serving(line, var, Place(var).sockets, settings))
        wait_until(lambda: _is_healthy(line), seconds=60, what="The web server")
        for name, arguments in _workers(var):
            parts.enter_context(_process(f"The {name}", name.replace(" ", "-"), arguments, var, settings))
        supervisor.begun.set()
        yield Portal(settings["SITE_URL"], var, settings)


DEMO_CONTACT = {  # made up: numbers that Ofcom reserves for drama
    "CONTACT_TELEPHONE": "01632 960 460",
    "CONTACT_EMAIL": "imedia@example.org",
    "CONTACT_ADDRESS": "Example House, 1 Quay Street, Westport ZZ1 1ZZ",
}


@contextmanager
def _servers(var: Path, given: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Private servers, unless others are named. A private database made by older code is put aside first."""
    with ExitStack() as servers:
        addresses = servers.enter_context(services.running(var, given=given))
        if "DATABASE_URL" not in given and past.is_older(addresses["DATABASE_URL"], CHECKOUT):
            servers.close()
            with services.claimed(var) as place:
                kept = place.put_aside()
            print(
                f"An older version made the demo data: it has been moved to {kept} and is made again.",
                flush=True,
            )
            addresses = servers.enter_context(services.running(var, given=given))
        yield addresses


def _defaults(var: Path, url: str, private: bool, given: Mapping[str, str]) -> dict[str, str]:
    """Settings of a portal that only this machine sees. Demo people are never added to a real database."""
    hosts = {"localhost", ADDRESS, *map(_host, (url, given.get("SITE_URL", url)))} - {""}
    return {
        "DEBUG": "0",
        "SECRET_KEY": _secret_key(var),
        "ALLOWED_HOSTS": ",".join(sorted(hosts)),
        "SITE_URL": url,
        "BEHIND_PROXY": "1" if web.nginx() else "0",
        "NGINX_SENDS_FILES": "1" if web.nginx() else "0",
        # A separate origin. An IP address has none: then websites are listed but not opened.
        "USER_CONTENT_ORIGIN": url.replace("localhost", "content.localhost") if "localhost" in url else "",
        "MEDIA_ROOT": str(var / "media"),
        "EMAIL_FILE_PATH": str(var / "mail"),
        "DEMO": "1" if private else "0",
        "SECOND_FACTOR_REQUIRED": "0" if private else "1",  # demo people have no phones
        "DEMO_SIGN_INS": str(var / "demo-sign-ins.txt"),
        **(DEMO_CONTACT if private else {}),
    }


def _host(url: str) -> str:
    """The host as written in ALLOWED_HOSTS."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _secret_key(var: Path) -> str:
    """A key made once and kept, so that people stay signed in when the portal is restarted."""
    kept = var / "secret-key"
    if not kept.exists():
        with open(os.open(kept, os.O_WRONLY | os.O_CREAT, mode=0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return kept.read_text()


def _prepare_if_changed(var: Path, settings: Mapping[str, str], private: bool) -> None:
    """Prepare, unless this version of the code has already prepared this private database.

    This saves a second start from loading Django, which takes longer than everything else.
    """
    database = settings["DATABASE_URL"]
    if private and past.is_prepared(database, CHECKOUT):
        return
    if private:
        past.stamp(database, CHECKOUT, is_prepared=False)
    _prepare(var, settings)
    if private:
        past.stamp(database, CHECKOUT, is_prepared=True)


def _prepare(var: Path, settings: Mapping[str, str]) -> None:
    """Bring the database, static files and demo data up to date; progress is shown on the terminal."""
    command = ["manage.py", "prepare"]
    with _process("The preparation", "prepare", command, var, settings, aloud=True) as prepare:
        if prepare.process.wait():
            raise Unavailable(f"Preparing the portal failed: {prepare.last_words()} ({prepare.log})")


def _process(name: str, log: str, arguments: list[str], var: Path, settings: Mapping[str, str], aloud=False):
    """A Python process of the portal, running while the block lasts."""
    return child(
        name,
        [sys.executable, *arguments],
        log=var / "log" / f"{log}.log",
        aloud=aloud,
        cwd=CHECKOUT,
        env={**settings, "PYTHONUNBUFFERED": "1"},
    )


def _workers(var: Path) -> Iterator[tuple[str, list[str]]]:
    """A name and Python arguments for each background process of the portal: one for each lane, and the clock."""
    celery = ["-m", "celery", "--app", "portal", "--quiet"]
    for lane, processes in LANES.items():
        yield (
            f"worker of {lane}",
            [
                *(*celery, "worker", "--queues", lane, "--hostname", f"{lane}@%h"),
                *("--concurrency", str(processes), "--prefetch-multiplier", "1"),
                *("--without-gossip", "--without-mingle"),  # it does not need other workers
                *("--loglevel", "INFO"),
            ],
        )
    yield "beat", [*celery, "beat", "--schedule", str(var / "beat-schedule"), "--pidfile", ""]


def _is_healthy(line) -> bool:
    """Whether pages are served, and the server for uploads has loaded all that it needs."""
    connection = http.client.HTTPConnection(web.host_of(line), line.getsockname()[1], timeout=10)
    try:
        if all(_answer(connection, path) < 500 for path in ("/healthz", "/work/0/uploads/")):
            return True
        time.sleep(0.1)
        return False
    except (OSError, http.client.HTTPException):
        time.sleep(0.1)
        return False
    finally:
        connection.close()


def _answer(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return answer.status
