"""How long a call took and how much memory it added at its peak; and a table of many calls."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    seconds: float
    megabytes: float


def measured(call: Callable[[], str]) -> tuple[str, Cost]:
    """Linux records the peak of a process's memory, and resets it on request (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")
    before, started = _kilobytes("VmRSS"), time.perf_counter()
    answer = call()
    seconds = time.perf_counter() - started
    return answer, Cost(seconds, max(_kilobytes("VmHWM") - before, 0) / 1000)


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def table(rows: list[tuple[str, bool, Cost]], head: str) -> str:
    """One line for each kind: how many, how many with the right answer, the slowest, the largest."""
    lines = [f"\n{head:<40}{'files':>7}{'right':>7}{'slowest':>10}{'grew by':>10}"]
    for kind in [*dict.fromkeys(kind for kind, _, _ in rows), "all"]:
        mine = [(right, cost) for name, right, cost in rows if kind in (name, "all")]
        slowest, largest = max(cost.seconds for _, cost in mine), max(cost.megabytes for _, cost in mine)
        lines.append(
            f"{kind:<40}{len(mine):>7}{sum(right for right, _ in mine):>7}{slowest:>8.2f} s{largest:>7.1f} MB"
        )
    return "\n".join(lines)
