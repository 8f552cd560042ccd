"""The database's advisory locks: one list, so that no two purposes share one."""

from enum import IntEnum

from django.db import connection


class Space(IntEnum):
    """What is locked. Each space has as many locks as there are names in it."""

    NUMBERS = 1  # handing out the next number of a series
    FILES = 2  # taking up stored files, while a sweep deletes those left over


def hold(space: Space, name: str = "", *, shared: bool = False) -> None:
    """Wait for a lock and keep it until the transaction ends. Those who share it do not wait for each other."""
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, hashtext(%s))", [space.value, name])
