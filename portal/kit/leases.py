"""Leases: who is working on something, in a row that expires by the database's clock.

A connection's lock can outlive the machine that held it by hours, and a pool between web and database loses it. A lease
is renewed while the work continues, and free once nobody has renewed it for `SECONDS`. A holder that was frozen and
wakes up after somebody else took over writes nothing: every final write calls `require` first, in its own transaction.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

from django.db import connection, transaction

SECONDS = 45
RENEWED_AFTER = 15  # seconds, so that two renewals may fail

TAKE = """
    INSERT INTO kit_lease (name, holder, until)
    VALUES (%(name)s, %(holder)s, clock_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (name) DO UPDATE
       SET holder = EXCLUDED.holder, until = EXCLUDED.until
     WHERE kit_lease.until <= clock_timestamp()
    RETURNING holder
"""
RENEW = """
    UPDATE kit_lease SET until = clock_timestamp() + make_interval(secs => %(seconds)s)
     WHERE name = %(name)s AND holder = %(holder)s
"""
LOOK = "SELECT 1 FROM kit_lease WHERE name = %(name)s AND holder = %(holder)s FOR UPDATE"
GIVE_BACK = "DELETE FROM kit_lease WHERE name = %(name)s AND holder = %(holder)s"


class Taken(Exception):
    """Somebody else holds the lease."""


class Lost(Exception):
    """The lease expired and somebody else took it: what was done under it must not be written."""


class Held:
    """A lease that is held. The holder is new each time: a lease given back and taken again is a different one."""

    def __init__(self, name: str):
        self.name, self.holder = name, uuid4()
        self._renewed_at = time.monotonic()

    def take(self) -> None:
        """Take the lease. Raises Taken."""
        with connection.cursor() as cursor:
            cursor.execute(TAKE, self._about)
            if cursor.fetchone() is None:
                raise Taken(self.name)

    def require(self) -> None:
        """Raise Lost unless it is still ours. In the transaction of a final write: nobody takes it until that ends."""
        with connection.cursor() as cursor:
            cursor.execute(LOOK, self._about)
            if cursor.fetchone() is None:
                raise Lost(self.name)

    def renew(self) -> None:
        """Extend the lease. Raises Lost."""
        with connection.cursor() as cursor:
            cursor.execute(RENEW, self._about)
            if not cursor.rowcount:
                raise Lost(self.name)
        self._renewed_at = time.monotonic()

    def go_on(self) -> None:
        """Renew it if that is due: called often, in work that proceeds step by step. Raises Lost."""
        if time.monotonic() - self._renewed_at > RENEWED_AFTER:
            self.renew()

    def give_back(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(GIVE_BACK, self._about)

    @property
    def _about(self) -> dict[str, str | UUID | int]:
        return {"name": self.name, "holder": self.holder, "seconds": SECONDS}


_in_hand: ContextVar[Held | None] = ContextVar("in_hand", default=None)


@contextmanager
def held(name: str, *, by_itself: bool = False) -> Iterator[Held]:
    """Hold the lease `name`; raises Taken if somebody else does.

    `by_itself`: a thread with its own connection renews it, for work that cannot call `go_on`.
    """
    lease = Held(name)
    lease.take()
    token = _in_hand.set(lease)
    try:
        with _renewing(lease) if by_itself else _by_hand():
            yield lease
    finally:
        _in_hand.reset(token)
        if not connection.needs_rollback:  # then it expires by itself
            lease.give_back()


def require() -> None:
    """Before a final write, in its transaction: raise Lost if somebody else has taken over the lease held here."""
    if lease := _in_hand.get():
        if not connection.in_atomic_block:
            raise transaction.TransactionManagementError(
                "A lease must be checked in the transaction of the write."
            )
        lease.require()


@contextmanager
def _by_hand() -> Iterator[None]:
    yield


@contextmanager
def _renewing(lease: Held) -> Iterator[None]:
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(RENEWED_AFTER):
                try:
                    lease.renew()
                except Lost:
                    return  # the final write will be refused
                except Exception:
                    connection.close()  # the next attempt opens a new connection to the database
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name=f"lease {lease.name}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
