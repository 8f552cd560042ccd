"""What slow and idle strangers cost: `/healthz` and sign-in while their connections are open.

For the web servers of `make run`, and for gunicorn on its own: `python -m bench.strangers`.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import httpx

from portal.local import stack
from portal.local.faults import people, strangers
from portal.local.processes import program
from portal.local.story.browser import WentWrong

VAR = Path("var/bench-strangers")
TURNS = 5
OUR_OWN = ["DATABASE_URL", "REDIS_URL", "SITE_URL", "MEDIA_ROOT", "S3_BUCKET", "DEBUG"]


@program()
def main() -> None:
    for name in sys.argv[1:] or ["nginx", "gunicorn"]:
        os.environ["PORTAL_NGINX"] = "1" if name == "nginx" else "0"
        with stack.running(VAR, env=dict.fromkeys(OUR_OWN, "")) as portal:
            print(f"{name}: slowest of {TURNS}, in seconds: /healthz, sign-in", flush=True)
            measure(portal.url)


def measure(url: str) -> None:
    print(f"  pages a second, one connection: {pages(url):.0f}", flush=True)
    priya = people.candidate(url)
    files = [priya.begin(f"slow {n}.txt", 100_000) for n in range(50)]
    parts = [priya.head_of_part(file, 100_000) for file in files]
    told(url, "nobody else", nullcontext)
    told(url, "500 idle connections", lambda: strangers.lines(url, strangers.idle(500)))
    told(url, "50 slow strangers", lambda: strangers.lines(url, strangers.slow(50), drip=b"a"))
    told(url, "50 slow people", lambda: strangers.lines(url, parts, drip=b"a"))
    for file in files:
        priya.give_up(file)


def told(url: str, words: str, lines: Callable) -> None:
    try:
        with lines():
            time.sleep(2)
            probes = max(people.seconds_to_probe(url) for _ in range(TURNS))
            sign_ins = max(people.seconds_to_sign_in(url) for _ in range(TURNS))
        print(f"  {words:24} {probes:6.2f} {sign_ins:6.2f}", flush=True)
    except (httpx.TransportError, WentWrong, OSError) as fault:
        print(f"  {words:24} not answered: {str(fault)[:60]}", flush=True)


def pages(url: str, seconds: float = 5) -> float:
    times = []
    with httpx.Client(base_url=url, timeout=30) as client:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            began = time.monotonic()
            client.get("/sign-in/").raise_for_status()
            times.append(time.monotonic() - began)
    return 1 / statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
