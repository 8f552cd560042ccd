"""What a private database already contains: nothing, what this version of the code prepared, or older data.

The stamp is in the database itself, so that it goes wherever the data goes and disappears with it.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

NO_CODE = {"var", "node_modules", "__pycache__"}  # folders that no start depends on
READ = "SELECT obj_description(to_regnamespace('public'), 'pg_namespace')"


def is_older(database_url: str, checkout: Path) -> bool:
    """Whether migrations were run on it that the code no longer has, or has since changed."""
    known = _migrations(checkout)
    rooms = {key.partition(".")[0] for key in known}
    with psycopg.connect(database_url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return False
        run = connection.execute("SELECT app || '.' || name, app FROM django_migrations").fetchall()
        made_by = _stamp(connection).get("migrations", {})
    ours = [key for key, app in run if app in rooms or key in made_by]
    return any(key not in known or known[key] != made_by.get(key) for key in ours)


def is_prepared(database_url: str, checkout: Path) -> bool:
    """Whether this version of the code has prepared it."""
    with psycopg.connect(database_url) as connection:
        return _stamp(connection).get("code") == _fingerprint(checkout)


def stamp(database_url: str, checkout: Path, *, is_prepared: bool) -> None:
    """Record which migrations made it, and whether the preparation was completed."""
    told = {"migrations": _migrations(checkout), "code": _fingerprint(checkout) if is_prepared else ""}
    with psycopg.connect(database_url) as connection:
        words = sql.Literal(json.dumps(told))
        connection.execute(sql.SQL("COMMENT ON SCHEMA public IS {}").format(words))


def _stamp(connection: psycopg.Connection) -> dict:
    """What was stamped; empty if the comment is not ours (PostgreSQL's own: "standard public schema")."""
    try:
        return dict(json.loads(connection.execute(READ).fetchone()[0] or "{}"))  # type: ignore[index]
    except ValueError:
        return {}


def _migrations(checkout: Path) -> dict[str, str]:
    """The digest of each migration of the checkout, by "app.name"."""
    files = (path for path in _files(checkout) if path.parent.name == "migrations" and path.name[0].isdigit())
    return {f"{path.parts[-3]}.{path.stem}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _fingerprint(checkout: Path) -> str:
    """Changes whenever a file of the checkout does."""
    digest = hashlib.sha256()
    for path in _files(checkout):
        found = path.stat()
        digest.update(f"{path} {found.st_mtime_ns} {found.st_size}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _files(checkout: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(checkout):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in NO_CODE)
        for name in sorted(files):
            yield Path(folder, name)
