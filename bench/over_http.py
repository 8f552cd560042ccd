"""Pages and files over HTTP, signed in, with 1, 4 and 16 connections: how many a second, beside what nginx makes of a
static file of the same size in the same minute: `make bench-http`.

The portal of `make run` (nginx, gunicorn, workers) on a copy of the large centre of `make bench-pages`. The client
takes its share of the same processors.
"""

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
import psycopg

from bench.pages import database
from bench.pages.sizes import CENTRE, FILES, LARGE, OFFICER, TUTOR
from portal.demo import PASSWORD
from portal.local import stack, web
from portal.local.processes import Unavailable, child, program, wait_until
from portal.local.story.browser import Browser

VAR = database.VAR / "http"
CONNECTIONS = (1, 4, 16)
SECONDS = 8
BLOCK = bytes(1_000_000)
# Of the portal itself, not of the bench that starts it.
OWN = dict.fromkeys(["SITE_URL", "ALLOWED_HOSTS", "STATIC_ROOT", "EMAIL_FILE_PATH"], "")
FLOOR = """
daemon off;
{user}
pid "{folder}/nginx.pid";
error_log stderr warn;
worker_processes 1;
events {{ worker_connections 1000; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    default_type application/octet-stream;
    client_body_temp_path "{folder}/none";
    proxy_temp_path "{folder}/none";
    fastcgi_temp_path "{folder}/none";
    uwsgi_temp_path "{folder}/none";
    scgi_temp_path "{folder}/none";
    server {{ listen {address}:{port}; root "{folder}/files"; }}
}}
"""


@dataclass(frozen=True)
class Target:
    """What is asked for, by whom (the cookie of their session)."""

    name: str
    path: str
    cookie: str


@program()
def main() -> None:
    with database.server() as server_url:
        database.build_missing(server_url, [LARGE])
        with database.clone(server_url, LARGE) as copy:
            _write_files()
            env = {**OWN, "DATABASE_URL": copy, "MEDIA_ROOT": str(database.VAR.resolve() / "media")}
            with stack.running(VAR, env=env) as portal, floor() as floor_url:
                measure(portal.url, floor_url, list(targets(portal.url, copy)))


def measure(url: str, floor_url: str, wanted: list[Target]) -> None:
    print("| Asked for | kB | a second with 1, 4, 16 connections | nginx, the same size | share of nginx |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    for target in wanted:
        size = _prepare(url, target)
        ours = [asked(url + target.path, n, target.cookie) for n in CONNECTIONS]
        plain = [asked(f"{floor_url}/{size}", n) for n in CONNECTIONS]
        share = [a / b for a, b in zip(ours, plain, strict=True)]
        row = (f"{size / 1000:.0f}", _row(ours, 1), _row(plain, 0 if plain[0] > 100 else 1), _row(share, 3))
        print(f"| {target.name} | {' | '.join(row)} |", flush=True)


def _row(numbers: list[float], places: int) -> str:
    return " / ".join(f"{number:.{places}f}" for number in numbers)


def targets(url: str, database_url: str) -> Iterator[Target]:
    """Addresses are looked up in the database, as nobody follows links here."""
    officer, tutor = signed_in(url, OFFICER), signed_in(url, TUTOR)
    with psycopg.connect(database_url) as connection:
        waiting = _one(
            connection, "SELECT id FROM portfolios_assignment WHERE state = 'handed_in' ORDER BY id LIMIT 1"
        )
        file = """SELECT v.id FROM portfolios_evidenceversion v JOIN files_storedfile s ON s.id = v.stored_id
                  WHERE s.name = %s"""
        files = {name: _one(connection, file, f"{name}.bin") for name in FILES}
    yield Target("Home of the exams officer", "/", officer)
    yield Target("Home of a tutor", "/", tutor)
    yield Target("To mark", f"/centres/{CENTRE}/work/", tutor)
    yield Target("Marking page", f"/work/{waiting}/mark/", tutor)
    for name, key in files.items():
        yield Target(f"A file of {name}", f"/files/{key}/", tutor)


def _one(connection: psycopg.Connection, query, *values) -> int:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise Unavailable(f"The database of the bench has no answer to: {query}")
    return row[0]


def signed_in(url: str, email: str) -> str:
    """The cookie of a new session."""
    browser = Browser(url)
    browser.open("/sign-in/").form(with_field="login").fill(login=email, password=PASSWORD).press()
    return f"sessionid={browser.client.cookies['sessionid']}"


def _prepare(url: str, target: Target) -> int:
    """The bytes of the answer; a file of as many lies before the bare nginx."""
    answer = httpx.get(url + target.path, headers={"Cookie": target.cookie}, timeout=60)
    if answer.status_code != 200:
        raise Unavailable(f"{target.name} ({target.path}) answered {answer.status_code}.")
    (VAR / "floor" / "files" / str(len(answer.content))).write_bytes(answer.content)
    return len(answer.content)


def _write_files() -> None:
    for size in FILES.values():
        path = database.VAR / "media" / "bench" / str(size)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for _ in range(size // len(BLOCK)):
                file.write(BLOCK)


# --- Asking ---------------------------------------------------------------------------------------


def asked(url: str, connections: int, cookie: str = "") -> float:
    """Answers a second. By wrk where the machine has it, else by threads in Python."""
    ask = _by_wrk if shutil.which("wrk") else _by_threads
    return ask(url, connections, cookie)


def _by_wrk(url: str, connections: int, cookie: str) -> float:
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{SECONDS}s", "--timeout", "60s"]
    said = subprocess.run(
        [*command, "-H", f"Cookie: {cookie}", url], capture_output=True, text=True, check=True
    ).stdout
    if wrong := re.search(r"Non-2xx.*|Socket errors.*", said):
        raise Unavailable(f"{url}: {wrong[0]}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]


def _by_threads(url: str, connections: int, cookie: str) -> float:
    done = [0] * connections
    began = time.monotonic()

    def ask(place: int) -> None:
        with httpx.Client(headers={"Cookie": cookie}, timeout=60) as client:
            while time.monotonic() - began < SECONDS:
                client.get(url).raise_for_status()
                done[place] += 1

    threads = [threading.Thread(target=ask, args=[place]) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - began)


# --- The floor ------------------------------------------------------------------------------------


@contextmanager
def floor() -> Iterator[str]:
    """The address of an nginx that sends files as they lie there."""
    program = web.nginx()
    if program is None:
        raise Unavailable("nginx is missing, beside which the portal is measured.")
    folder = (VAR / "floor").resolve()
    (folder / "files").mkdir(parents=True, exist_ok=True)
    with web.listening(0) as line:
        address, port = line.getsockname()
        configuration = folder / "nginx.conf"
        configuration.write_text(FLOOR.format(user=web.user(), folder=folder, address=address, port=port))
        command: list = [program, "-p", f"{folder}/", "-c", configuration, "-e", "stderr"]
        env = {"NGINX": f"{line.fileno()};"}
        with child(
            "nginx", command, log=VAR.resolve() / "log" / "floor.log", env=env, pass_fds=[line.fileno()]
        ):
            url = f"http://{address}:{port}"
            wait_until(lambda: _answers(url), seconds=10, what="nginx")
            yield url


def _answers(url: str) -> bool:
    try:
        httpx.get(f"{url}/none")
    except httpx.TransportError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
