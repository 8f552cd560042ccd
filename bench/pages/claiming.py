"""A claim of many lines from its submission to its results: seconds, CPU and queries of each step."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from moderation import actions
from moderation.models import Claim
from portal.accounts.models import User
from portal.kit import outbox
from portal.kit.models import OutboxEntry

from .making.claims import conclude, decide_sample
from .measuring import Clocks, counted
from .sizes import MODERATOR, OFFICER

LEFT = {"print-certificate", "send-email", "certificates-ready", "match-learners"}  # not the claim's own work


def measure_claim(into: Path) -> None:
    """Write [[step, seconds, CPU ms of Python, of PostgreSQL, queries], …] of the draft in this database."""
    claim = Claim.objects.get(state=Claim.State.DRAFT)
    officer = User.objects.get(email=OFFICER)
    moderator = User.objects.get(email=MODERATOR)
    steps = []

    def step(name: str, act: Callable[[], object]) -> None:
        clocks = Clocks()
        before, began = clocks.read(), time.perf_counter()
        with counted() as queries:
            act()
        seconds = time.perf_counter() - began
        cpu = [now - then for now, then in zip(clocks.read(), before, strict=True)]
        steps.append([name, seconds, *cpu, queries()])

    lines = claim.lines.count()
    step(f"Submit {lines} lines", lambda: actions.submit_claim(claim, by=officer))
    step("Draw the sample", work_off)
    claim.refresh_from_db()
    step("Send the sample", lambda: actions.send_sample(claim, by=moderator))
    decide_sample(claim, by=moderator)
    step("Conclude", lambda: conclude(claim, by=moderator))
    step("Record results", work_off)
    into.write_text(json.dumps(steps))


def work_off() -> None:
    """Do what is due, and what becomes due by it, until nothing is."""
    while keys := list(
        OutboxEntry.objects.filter(state="due")
        .exclude(kind__in=LEFT)
        .order_by("pk")
        .values_list("pk", flat=True)
    ):
        for key in keys:
            outbox.work(key)
