"""The portal that is broken on purpose, as seen by those who break it and watch it."""

import hashlib
import io
import os
import random
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import httpx
import psycopg

from .. import processes
from ..stack import Portal
from ..story.browser import WentWrong
from .people import Candidate

PATIENCE_SECONDS = 120
PART_BYTES = 100_000


@dataclass
class World:
    """A running portal, a candidate who uses it, and what was sent: {file name: SHA-256}."""

    portal: Portal
    candidate: Candidate
    mail_port: int
    sent: dict[str, str] = field(default_factory=dict)
    longest_wait_seconds: float = 0

    def child(self, name: str) -> processes.Child:
        return next(child for child in processes.STARTED if child.name == name)

    def sql(self, query: str) -> tuple | None:
        """The first row that `query` returns, if any."""
        with psycopg.connect(self.portal.env["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(query)  # type: ignore[arg-type]
            return cursor.fetchone() if cursor.description else None

    def until(self, holds: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> float:
        """How long it takes until `holds()` is true; an error counts as not yet. Raises WentWrong."""
        began = time.monotonic()
        while True:
            with suppress(psycopg.Error, httpx.HTTPError, OSError, WentWrong):
                if holds():
                    return time.monotonic() - began
            if time.monotonic() - began > seconds:
                raise WentWrong(f"{what} did not happen within {seconds:.0f} seconds.")
            time.sleep(0.2)

    def is_back(self, child: processes.Child, before) -> bool:
        return child.process is not before and child.is_running

    # --- Files of the candidate ---------------------------------------------------------------

    def send(self, size_bytes: int = 3 * PART_BYTES, *, retry: bool = True) -> str:
        """Send a file in parts, continuing from where it stopped; returns its name once all of it is received."""
        name = f"file-{len(self.sent):04d}-{os.urandom(3).hex()}.txt"  # as the zip names it
        content = random.Random(name).randbytes(size_bytes // 2).hex().encode()[:size_bytes]  # noqa: S311
        address = self._persist(lambda: self.candidate.begin(name, size_bytes), retry)
        reached = 0
        while reached < size_bytes:
            reached = self._persist(lambda: self._go_on(address, content), retry)
        self.sent[name] = hashlib.sha256(content).hexdigest()
        return name

    def _go_on(self, address: str, content: bytes) -> int:
        reached = self.candidate.reached(address)
        if reached == len(content):  # the part had arrived, but its response had not
            return reached
        return self.candidate.append(address, reached, content[reached : reached + PART_BYTES])

    def _persist(self, act: Callable, retry: bool):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return act()
            except httpx.HTTPError:
                if not retry or time.monotonic() > deadline:
                    raise
                time.sleep(0.5)

    def taken(self) -> dict[str, list[str]]:
        """The evidence that the portal made of what was sent: {file name: SHA-256 of each}, read from its own zip."""
        answer = self.candidate.client.get(f"{self.candidate.unit}files.zip", timeout=120)
        answer.raise_for_status()
        found: dict[str, list[str]] = {}
        with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
            for entry in opened.infolist():
                for name in self.sent:
                    if name.removesuffix(".txt") in entry.filename:
                        found.setdefault(name, []).append(hashlib.sha256(opened.read(entry)).hexdigest())
        return found

    def need_all_taken_once(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Raises WentWrong unless each file sent is there exactly once, as it was sent."""
        self.until(lambda: len(self.taken()) == len(self.sent), "Accepting every file", seconds)
        if self.taken() != {name: [digest] for name, digest in self.sent.items()}:
            raise WentWrong("A file was accepted twice, or changed.")

    # --- The outbox -----------------------------------------------------------------------------

    def due(self) -> int:
        """How many rows are waiting that should have been done."""
        row = self.sql("SELECT count(*) FROM kit_outboxentry WHERE state = 'due' AND not_before <= now()")
        return row[0] if row else 0

    @contextmanager
    def waits_watched(self) -> Iterator[None]:
        """Record the longest that a due row waits while the block lasts."""
        ended = threading.Event()
        query = (
            "SELECT max(now() - not_before) FROM kit_outboxentry WHERE state = 'due' AND not_before <= now()"
        )

        def watch() -> None:
            while not ended.wait(0.5):
                with suppress(psycopg.Error):
                    row = self.sql(query)
                    if row and row[0]:
                        self.longest_wait_seconds = max(self.longest_wait_seconds, row[0].total_seconds())

        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        try:
            yield
        finally:
            ended.set()
            watching.join()
