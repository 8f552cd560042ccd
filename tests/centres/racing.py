"""Many sessions that want an entry at the same moment, when only a few are left."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier
from uuid import uuid4

from django.db import connection

from centres import ledger
from centres.ledger import Need, NotEnoughEntries
from centres.models import EntryAccount
from tests.factories import catalogue, centres


@dataclass
class Outcome:
    """One round: `left` entries for `sessions`; `said`: {what a session was told: how many times}."""

    sessions: int
    left: int
    said: Counter
    gained: tuple[int, int, int]  # what the account gained of available, reserved and used
    seconds: float

    def is_right(self) -> bool:
        return (
            self.said == Counter(won=self.left, refused=self.sessions - self.left)
            and self.gained == (-self.left, self.left, 0)
        )  # fmt: skip


def rounds(*, sessions: int, number: int, seed: int = 2026) -> Iterator[Outcome]:
    """Race `number` times for one account, each time with a different number of entries left."""
    chance = random.Random(seed)
    centre, qualification = centres.centre(), catalogue.qualification()
    start = Barrier(sessions)

    def want(_):
        connection.ensure_connection()
        start.wait()
        try:
            ledger.reserve(centre, [Need(uuid4(), qualification)], claim_number="CL-RACE", by=None)
        except NotEnoughEntries:
            return "refused"
        except Exception as fault:
            return f"{type(fault).__name__}: {fault}"
        return "won"

    def hang_up(_):
        start.wait()  # so that each thread closes its own
        connection.close()

    with ThreadPoolExecutor(sessions) as pool:
        try:
            for _ in range(number):
                left = chance.randint(1, sessions - 1)
                centres.entries(centre, qualification, left)
                before, since = balances(centre), time.monotonic()
                said = Counter(pool.map(want, range(sessions)))
                gained = tuple(now - then for now, then in zip(balances(centre), before, strict=True))
                yield Outcome(sessions, left, said, gained, time.monotonic() - since)  # type: ignore[arg-type]
        finally:
            list(pool.map(hang_up, range(sessions)))


def balances(centre) -> tuple[int, int, int]:
    account = EntryAccount.objects.get(centre=centre)
    return account.available, account.reserved, account.used


def report(outcomes: list[Outcome]) -> str:
    first, total = outcomes[0], sum((outcome.said for outcome in outcomes), Counter())
    right = sum(outcome.is_right() for outcome in outcomes)
    slowest = max(outcome.seconds for outcome in outcomes)
    return (
        f"\n{len(outcomes)} rounds of {first.sessions} sessions; entries left: "
        f"{', '.join(str(outcome.left) for outcome in outcomes)}\n"
        f"{sum(outcome.left for outcome in outcomes)} entries; told: {dict(total)}\n"
        f"Exactly as many won as there were entries: {right} of {len(outcomes)} rounds; "
        f"the slowest took {slowest:.2f} s"
    )
