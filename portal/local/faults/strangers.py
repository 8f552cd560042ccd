"""Slow and idle connections: those of strangers, and of people signed in whose files arrive a few bytes at a time."""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

DRIP_SECONDS = 1.0
NOTHING = b""
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Half:"
FORM = "application/x-www-form-urlencoded"


def head(method: str, path: str, kind: str, size_bytes: int, **headers: str) -> bytes:
    """The head of a request whose body is still to come."""
    lines = {"Host": "localhost", "Content-Type": kind, "Content-Length": str(size_bytes)}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    said = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{said}\r\n".encode()


WITHHELD = head("POST", "/sign-in/", FORM, 1000)
SLOW_FORM = head("POST", "/sign-in/", FORM, 100_000)
SLOW_FILE = head("POST", "/work/1/uploads/", FORM, 100_000)


def idle(number: int) -> list[bytes]:
    """What this many connections send first, before they send nothing more."""
    kinds = (NOTHING, HALF_A_HEAD, WITHHELD)
    return [kinds[place % len(kinds)] for place in range(number)]


def slow(number: int) -> list[bytes]:
    """The heads of this many strangers' requests, whose bodies never end."""
    return [(SLOW_FORM, SLOW_FILE)[place % 2] for place in range(number)]


@contextmanager
def lines(url: str, firsts: Sequence[bytes], *, drip: bytes = b"") -> Iterator[list[socket.socket]]:
    """A connection for each of `firsts`, which is sent; then `drip` again and again, until the block ends."""
    where, ended = urlsplit(url), threading.Event()
    opened = [socket.create_connection((where.hostname or "", where.port or 80), timeout=5) for _ in firsts]
    for line, first in zip(opened, firsts, strict=True):
        line.sendall(first)

    def drip_on() -> None:
        while drip and not ended.wait(DRIP_SECONDS):
            for line in opened:
                with suppress(OSError):  # the portal has turned this one away
                    line.sendall(drip)

    dripping = threading.Thread(target=drip_on, daemon=True)
    dripping.start()
    try:
        yield opened
    finally:
        ended.set()
        dripping.join()
        for line in opened:
            line.close()
