"""The databases of `make bench-pages`: built once, kept under var/, and built anew when models or builders change.

All lie in one private PostgreSQL. Tables come from the models, as in the tests, so that a change of a model can be
measured before its migration is written. Autovacuum is off: it would work while something else is measured.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from portal.local import services
from portal.local.processes import Unavailable

from .sizes import Size

VAR = Path("var/bench-pages")
BASE, MAKING, CLONE = "base", "making", "clone"


@contextmanager
def server() -> Iterator[str]:
    """The DATABASE_URL of a PostgreSQL that lasts as long as the block; the environment is set up for Django."""
    VAR.mkdir(parents=True, exist_ok=True)
    with services.running(VAR, given={}) as addresses:
        os.environ.update(addresses)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="portal.settings", SECRET_KEY="only-for-measuring",  # noqa: S106
            DEBUG="0", DEMO="0",
            SECOND_FACTOR_REQUIRED="0",  # people of the bench have no phones
            SITE_URL="http://localhost", ALLOWED_HOSTS="localhost", S3_BUCKET="", LOG_LEVEL="ERROR",
            STATIC_ROOT=str(VAR.resolve() / "static"), MEDIA_ROOT=str(VAR.resolve() / "media"),
            EMAIL_FILE_PATH=str(VAR.resolve() / "mail"),
        )  # fmt: skip
        yield addresses["DATABASE_URL"]


def url_of(server_url: str, name: str) -> str:
    """The DATABASE_URL of one of its databases."""
    before, _, after = server_url.partition("/portal?")
    return f"{before}/{name}?{after}"


def build_missing(server_url: str, sizes: Sequence[Size]) -> None:
    """Build the databases that are not there or were made by other models. Raises Unavailable."""
    wanted = run("stamp", url_of(server_url, "portal"), quiet=True).strip()
    if _stamp(server_url, BASE) != wanted:
        _build(server_url, BASE, template="template0", stamp=wanted, task=["base"])
    for size in sizes:
        if _stamp(server_url, size.name) != wanted:
            _build(server_url, size.name, template=BASE, stamp=wanted, task=["centre", size.name])
    run("static", url_of(server_url, BASE))


@contextmanager
def clone(server_url: str, size: Size) -> Iterator[str]:
    """The DATABASE_URL of a copy, for what writes; gone after the block."""
    _do(server_url, *_fresh(CLONE, template=size.name))
    try:
        yield url_of(server_url, CLONE)
    finally:
        _do(server_url, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(CLONE)))


def run(task: str, database_url: str, *arguments: str, quiet: bool = False) -> str:
    """Run `bench.pages.tasks` against a database, in a process of its own; what it printed if `quiet`."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench.pages.tasks", task, *arguments],
        env={**os.environ, "DATABASE_URL": database_url},
        stdout=subprocess.PIPE if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"bench.pages.tasks {task} failed; what it said is above.")
    return done.stdout or ""


def _build(server_url: str, name: str, *, template: str, stamp: str, task: list[str]) -> None:
    """Whole or not at all: it gets its name when it is done."""
    print(f"Building the database “{name}”…", flush=True)
    began = time.monotonic()
    _do(server_url, *_fresh(MAKING, template=template))
    run(task[0], url_of(server_url, MAKING), *task[1:])
    _do(
        server_url,
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(MAKING), sql.Literal(stamp)),
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(MAKING), sql.Identifier(name)),
    )
    print(f"  {time.monotonic() - began:.0f} s", flush=True)


def _fresh(name: str, *, template: str) -> list[sql.Composed]:
    made, source = sql.Identifier(name), sql.Identifier(template)
    return [
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(made),
        sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(made, source),
    ]


def _stamp(server_url: str, name: str) -> str | None:
    """By which models it was made; None if it is not there."""
    found = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with psycopg.connect(server_url) as connection:
        row = connection.execute(found, [name]).fetchone()
    return row[0] if row else None


def _do(server_url: str, *statements: sql.Composable) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
        for statement in statements:
            connection.execute(statement)
