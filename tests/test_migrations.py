"""On an empty database, the migrations make exactly the tables that the models define (and the other tests use)."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from portal.management.commands.prepare import Migrate

pytestmark = pytest.mark.django_db

SHAPE = {
    "columns": """
        SELECT table_name, column_name, data_type, is_nullable, character_maximum_length
        FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """
        SELECT conrelid::regclass::text, pg_get_constraintdef(oid, true)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": """
        SELECT tablename, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON')
        FROM pg_indexes WHERE schemaname = 'public'""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, tgtype, tgdeferrable, tginitdeferred
        FROM pg_trigger WHERE NOT tgisinternal""",
}
# Made only by migrations; or with keys that Django’s own migrations still make smaller than its models define.
LEFT_OUT = ("django_migrations", "auth_")


def shape(cursor) -> dict[str, set]:
    found = {}
    for name, query in SHAPE.items():
        cursor.execute(query)
        found[name] = {row for row in cursor.fetchall() if not str(row[0]).startswith(LEFT_OUT)}
    return found


def test_migrations_and_models_make_the_same_tables():
    name = f"{connection.settings_dict['NAME']}_migrated"
    with connection.cursor() as cursor:
        wanted = shape(cursor)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        made = _shape_of_migrated(name)
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')
    differences = {kind: wanted[kind] ^ made[kind] for kind in SHAPE}
    assert differences == {kind: set() for kind in SHAPE}


def _shape_of_migrated(name: str) -> dict[str, set]:
    """Migrate the empty database `name` as a deployment would, in a separate process, and inspect it."""
    held = connection.settings_dict
    port = f"&port={held['PORT']}" if held["PORT"] else ""
    url = f"postgres://{held['USER']}@/{name}?host={held['HOST']}{port}"
    env = os.environ | {"DATABASE_URL": url}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, check=True, env=env, cwd=settings.BASE_DIR)
    with psycopg.connect(**{**connection.get_connection_params(), "dbname": name}) as other:
        return shape(other.cursor())


def test_preparing_says_how_far_the_migrations_are():
    said = []
    steps = Migrate(said.append)
    for _ in range(25):
        steps.migration_progress_callback("apply_start")
        steps.migration_progress_callback("apply_success")
    assert said == ["  10 steps done…", "  20 steps done…"]
