"""What an answer costs: queries, CPU of this process and of its PostgreSQL backend, bytes.

The portal runs in this process on its real settings, asked by Django's test client. CPU and not time is counted, by
the kernel's own clocks, and the least of several runs, so that other work on the machine counts for little.
"""

import gc
import json
import time
import timeit
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from django.db import connection
from django.test import Client

from portal.accounts.models import User

from .listed import Listed, pages

WARM_UPS = 2
RUNS, RUNS_OF_SLOW_PAGES, SLOW_MS = 15, 5, 300


@dataclass(frozen=True)
class Cost:
    """Of one answer; `parallel_ms`: of further processes that PostgreSQL started for it, the mean of all runs."""

    queries: int
    python_ms: float
    postgres_ms: float
    parallel_ms: float
    bytes: int

    @property
    def ms(self) -> float:
        return self.python_ms + self.postgres_ms + self.parallel_ms


class Clocks:
    """CPU in milliseconds: of this process, of its backend, and of the backend's ended fellows."""

    def __init__(self) -> None:
        connection.ensure_connection()
        backend = connection.connection.info.backend_pid
        self.backend = (
            ~backend << 3
        ) | 2  # the clock of another process's CPU, as clock_getcpuclockid makes it
        self.postmaster = Path(f"/proc/{_parent_of(backend)}/stat")

    def read(self) -> tuple[float, float]:
        return time.process_time_ns() / 1e6, time.clock_gettime_ns(self.backend) / 1e6

    def of_fellows(self) -> float:
        """Parallel workers end with their query, and the postmaster counts what they used."""
        fields = self.postmaster.read_text().rpartition(")")[2].split()
        return (int(fields[13]) + int(fields[14])) * 10.0  # cutime and cstime, in hundredths of a second


def _parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def measure_pages(*, only: str, into: str, runs: int = RUNS) -> None:
    """Write {"pages": {page: its kind and cost}, "yardstick_ms": …} of all pages whose name holds `only`, as JSON."""
    clients: dict[str, Client] = {}
    found = {}
    before = yardstick_ms()
    for page in pages():
        if only.lower() in page.name.lower():
            client = clients.setdefault(page.who, signed_in(page.who))
            found[page.name] = {"kind": page.kind, **asdict(cost_of(page, client, runs))}
    Path(into).write_text(json.dumps({"pages": found, "yardstick_ms": max(before, yardstick_ms())}))


def yardstick_ms() -> float:
    """CPU of a fixed piece of Python, the least of some runs: on a busy machine processors are slower."""
    return (
        min(timeit.repeat(lambda: sum(range(100_000)), timer=time.process_time, number=1, repeat=200)) * 1000
    )


def signed_in(name: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(sign_in_name=name))
    return client


def cost_of(page: Listed, client: Client, runs: int) -> Cost:
    """The least of so many runs, of fewer where each takes long, after some that warm caches up."""
    for _ in range(WARM_UPS):
        size = answer(client, page)
    with counted() as queries:
        answer(client, page)
    gc.collect()
    gc.freeze()  # what is there already is not looked through in each run
    clocks = Clocks()
    before = clocks.of_fellows()
    spent = [_spent(clocks, lambda: answer(client, page))]
    more = min(runs, RUNS_OF_SLOW_PAGES if sum(spent[0]) > SLOW_MS else runs) - 1
    spent += [_spent(clocks, lambda: answer(client, page)) for _ in range(more)]
    python, postgres = min(spent, key=sum)
    parallel = (clocks.of_fellows() - before) / len(spent)
    return Cost(queries(), round(python, 2), round(postgres, 2), round(parallel, 2), size)


def _spent(clocks: Clocks, act: Callable[[], object]) -> tuple[float, float]:
    before = clocks.read()
    act()
    return tuple(now - then for now, then in zip(clocks.read(), before, strict=True))  # type: ignore[return-value]


def answer(client: Client, page: Listed) -> int:
    """The bytes of the answer, all of it sent. Raises SystemExit where it is no page."""
    response = client.get(page.path)
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[arg-type]
    if response.status_code != 200:
        raise SystemExit(f"{page.name} ({page.path}) answered {response.status_code} to {page.who}.")
    return len(body)


@contextmanager
def counted():
    """A function that says how many queries the block has made so far."""
    made = 0

    def count(execute, sql, params, many, context):
        nonlocal made
        made += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield lambda: made
