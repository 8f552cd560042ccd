"""A private database says which code made it, so old data is never shown as if it were new."""

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from portal.local import past
from tests.local.test_services import running, var  # noqa: F401  (a fixture)


@pytest.fixture
def checkout(tmp_path):
    folder = tmp_path / "room" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_initial.py").write_text("one")
    return tmp_path


@pytest.fixture
def database(var):  # noqa: F811
    with running(var) as addresses:
        yield make_conninfo(addresses["DATABASE_URL"])


def run(database, *names):
    with psycopg.connect(database) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS django_migrations (app text, name text)")
        for name in names:
            connection.execute("INSERT INTO django_migrations VALUES (%s, %s)", name.split("."))


def test_database_knows_by_which_code_it_was_prepared(database, checkout):
    assert (past.is_older(database, checkout), past.is_prepared(database, checkout)) == (False, False)
    past.stamp(database, checkout, is_prepared=False)
    run(database, "room.0001_initial", "auth.0001_initial")
    assert (past.is_older(database, checkout), past.is_prepared(database, checkout)) == (False, False)
    past.stamp(database, checkout, is_prepared=True)
    assert (past.is_older(database, checkout), past.is_prepared(database, checkout)) == (False, True)

    (checkout / "room" / "migrations" / "0002_more.py").write_text("two")
    assert (past.is_older(database, checkout), past.is_prepared(database, checkout)) == (False, False)
    (checkout / "room" / "migrations" / "0001_initial.py").write_text("folded anew")
    assert past.is_older(database, checkout)

    with psycopg.connect(database) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    assert (past.is_older(database, checkout), past.is_prepared(database, checkout)) == (False, False)


def test_migration_that_the_code_has_not_makes_it_older(database, checkout):
    past.stamp(database, checkout, is_prepared=True)
    run(database, "room.0001_initial", "room.0002_since_folded")
    assert past.is_older(database, checkout)


def test_database_of_the_time_before_stamps_is_older(database, checkout):
    run(database, "room.0001_initial")
    assert past.is_older(database, checkout)
