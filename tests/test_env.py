"""Settings from the environment."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from portal import env


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("", {"options": "-c jit=off"}),
        ("?sslmode=require", {"options": "-c jit=off", "sslmode": "require"}),
        ("?options=", {"options": ""}),
        ("?options=-c%20work_mem%3D8MB", {"options": "-c work_mem=8MB"}),
    ],
)
def test_database_address_says_options(monkeypatch, query, options):
    monkeypatch.setenv("X_URL", f"postgres://ann:p%40ss@db:6543/portal{query}")
    found = env.database("X_URL", "")
    assert [found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")] == [
        "portal", "ann", "p@ss", "db", "6543", options,
    ]  # fmt: skip


def test_address_of_another_kind_is_refused(monkeypatch):
    monkeypatch.setenv("X_URL", "mysql://db/portal")
    with pytest.raises(ImproperlyConfigured, match="X_URL must look like"):
        env.database("X_URL", "")


@pytest.mark.django_db
def test_queries_are_not_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)
