"""What is broken, one thing at a time, and what must still be true. Each trial returns a few words on the result."""

import os
import random
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from .. import processes, web
from ..processes import child
from ..story.browser import WentWrong, need
from . import people, strangers
from .claims import claims
from .mailbox import mailbox
from .world import PART_BYTES, World

KILLS, KILL_SECONDS = 60, 7
SEEN_THROUGH_SECONDS = 300  # after the last kill, to conclude the open claims
MOST_PROBE_SECONDS, MOST_SIGN_IN_SECONDS = 2, 6


def beat_killed(world: World) -> str:
    """Work that is due without a message in the queue is found, although there is no beat."""
    beat = world.child("The beat")
    before = beat.process
    beat.process.send_signal(signal.SIGSTOP)  # one that is frozen does not come back by itself
    world.sql(
        "UPDATE kit_outboxentry SET state = 'due', tries = 0, not_before = now() "
        "WHERE kind = 'print-certificate' AND state = 'done'"
    )
    found = world.until(lambda: world.due() == 0, "Finding the left-over work")
    before.kill()
    back = world.until(lambda: world.is_back(beat, before), "The return of beat")
    return f"left-over work found in {found:.0f} s, beat back in {back:.1f} s"


def worker_killed(world: World) -> str:
    """While it has a task."""
    worker = world.child("The worker of urgent")
    before = worker.process
    name = world.send()
    os.killpg(before.pid, signal.SIGKILL)
    back = world.until(lambda: world.is_back(worker, before), "The return of the worker")
    took = world.until(lambda: name in world.taken(), "Accepting the file")
    world.need_all_taken_once()
    return f"worker back in {back:.1f} s, its file accepted {took:.0f} s later"


def valkey_killed(world: World) -> str:
    valkey = world.child("Redis")
    before = valkey.process
    before.kill()
    seconds = people.seconds_to_sign_in(world.portal.url)
    world.send()
    back = world.until(lambda: world.is_back(valkey, before), "The return of Valkey")
    world.need_all_taken_once()
    need(seconds < MOST_SIGN_IN_SECONDS, f"Signing in took {seconds:.1f} s.")
    return f"signing in meanwhile took {seconds:.1f} s, Valkey back in {back:.1f} s"


def valkey_hung(world: World) -> str:
    valkey = world.child("Redis")
    valkey.process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(1)
        seconds = people.seconds_to_sign_in(world.portal.url)
        began = time.monotonic()
        world.send(PART_BYTES)
        sending = time.monotonic() - began
        time.sleep(10)
    finally:
        valkey.process.send_signal(signal.SIGCONT)
    world.need_all_taken_once()
    need(seconds < MOST_SIGN_IN_SECONDS, f"Signing in took {seconds:.1f} s.")
    need(sending < MOST_SIGN_IN_SECONDS, f"Sending a small file took {sending:.1f} s.")
    return f"signing in meanwhile took {seconds:.1f} s, sending a file {sending:.1f} s"


def postgresql_restarted(world: World) -> str:
    server = world.child("PostgreSQL")
    before = server.process
    before.send_signal(signal.SIGQUIT)  # at once: every connection is cut
    back = world.until(lambda: world.is_back(server, before), "The return of PostgreSQL")
    pages = world.until(lambda: people.seconds_to_sign_in(world.portal.url), "Signing in")
    world.send()
    world.need_all_taken_once()
    return f"PostgreSQL back in {back:.1f} s, pages {pages:.1f} s later"


def disk_full(world: World) -> str:
    """A separate web server, whose folder of files has only 3 MB."""
    folder = world.portal.var / "small-disk"
    folder.mkdir(exist_ok=True)
    with web.listening(0) as line:
        command = shlex.join([sys.executable, *web.gunicorn(f"fd://{line.fileno()}", 1, 4)])
        mount = f"mount -t tmpfs -o size=3m none {shlex.quote(str(folder))} && exec {command}"
        apart = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        env = {**world.portal.env, "MEDIA_ROOT": str(folder), "BEHIND_PROXY": "0", "NGINX_SENDS_FILES": "0"}
        log = world.portal.var / "log" / "small-disk.log"
        options: dict[str, Any] = {"env": env, "cwd": web.CHECKOUT, "pass_fds": [line.fileno()]}
        with child("The web server with a small disk", [*apart, "sh", "-c", mount], log=log, **options):
            url = f"http://localhost:{line.getsockname()[1]}"
            world.until(lambda: httpx.get(f"{url}/healthz").is_success, "The web server with a small disk")
            candidate = people.candidate(url)
            address = candidate.begin("too large.txt", 8_000_000)
            statuses, reached = list[int](), 0
            while not statuses or statuses[-1] == 204:
                headers = candidate.headers | {"Upload-Offset": str(reached), "Content-Type": people.PART}
                answer = candidate.client.patch(address, headers=headers, content=b"a" * 1_000_000)
                statuses.append(answer.status_code)
                reached = candidate.reached(address)
            need(statuses[-1] == 507, f"The portal answered {statuses}, and not 507 in the end.")
            candidate.give_up(address)
    return f"507, and the file can be continued at {reached}"


def mail_refused(world: World) -> str:
    """Pages respond, and the e-mail is sent once the mail server is back."""
    who = "kwame.boateng@awarding-body.example"
    browser = people.Browser(world.portal.url)
    page = browser.open("/forgotten-password/").form(with_field="email").fill(email=who).press()
    need(page.is_html, "There was no page.")
    with mailbox(world.mail_port) as letters:
        took = world.until(lambda: who in letters, "Sending the e-mail")
    return f"the page responded, and the e-mail was sent {took:.0f} s after the mail server was back"


def slow_lines(world: World) -> str:
    """500 idle connections, 50 slow strangers, 50 slow connections of somebody signed in, one after another."""
    url, candidate = world.portal.url, world.candidate
    files = [candidate.begin(f"slow {number}.txt", PART_BYTES) for number in range(50)]
    kinds = {
        "500 idle": (strangers.idle(500), b""),
        "50 slow strangers": (strangers.slow(50), b"a"),
        "50 slow files": ([candidate.head_of_part(file, PART_BYTES) for file in files], b"a"),
    }
    told = []
    for words, (firsts, drip) in kinds.items():
        with strangers.lines(url, firsts, drip=drip):
            time.sleep(2)
            probe = max(people.seconds_to_probe(url) for _ in range(5))
            sign_in = max(people.seconds_to_sign_in(url) for _ in range(3))
        need(probe < MOST_PROBE_SECONDS, f"With {words} connections, /healthz took {probe:.1f} s.")
        need(sign_in < MOST_SIGN_IN_SECONDS, f"With {words} connections, signing in took {sign_in:.1f} s.")
        told.append(f"{words}: {probe:.2f} and {sign_in:.1f} s")
    for file in files:
        candidate.give_up(file)
    return "/healthz and signing in, " + "; ".join(told)


def line_cut_after_commit(world: World) -> str:
    """Tested by the suite, with a proxy that cuts the connection to PostgreSQL."""
    found = list(Path(web.CHECKOUT, "tests").rglob("test_lost_answers.py"))
    need(found, "The test of lost answers is missing.")
    run: list = [sys.executable, "-m", "pytest", "-n", "0", "-q", *found]
    done = subprocess.run(run, cwd=web.CHECKOUT, capture_output=True, text=True, check=False)
    need(done.returncode == 0, done.stdout[-600:])
    return done.stdout.strip().splitlines()[-1].strip("= ")


def random_kills(world: World) -> str:
    """Kill random children while files are sent and claims are submitted and concluded: nothing is lost, nothing
    is done twice, and every child is restarted."""
    chance, ended, faults = random.Random(2026), threading.Event(), list[Exception]()  # noqa: S311
    claiming = claims(world, pace_seconds=KILL_SECONDS)

    def send_on() -> None:
        while not ended.is_set():
            world.send()

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as fault:
            faults.append(fault)

    before, concluded = len(world.sent), claiming.concluded()
    acts: list[Callable[[], None]] = [send_on, lambda: claiming.see_through(ended)]
    busy = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    with world.waits_watched():
        for one in busy:
            one.start()
        _kill_at_random(chance)
        ended.set()
        for one in busy:
            one.join(SEEN_THROUGH_SECONDS)
        if faults:
            raise WentWrong(f"Sending a file or a claim failed: {faults[0]!r}")
        need(not any(one.is_alive() for one in busy), "Not every claim was concluded.")
        world.until(lambda: all(one.is_running for one in processes.STARTED), "The return of every child")
        world.need_all_taken_once(300)
        world.until(lambda: world.due() == 0, "The work that is due", 300)
    sent, claimed, certificates = (
        len(world.sent) - before,
        claiming.concluded() - concluded,
        claiming.need_whole(),
    )
    return (
        f"{KILLS} kills while {sent} files were sent and {claimed} claims concluded: 0 lost, 0 twice, {certificates} "
        f"certificates, the ledger balances, every child is back; the longest that a due row waited was "
        f"{world.longest_wait_seconds:.0f} s"
    )


def _kill_at_random(chance: random.Random) -> None:
    for _ in range(KILLS):
        time.sleep(KILL_SECONDS * chance.uniform(0.5, 1.5))
        victim = chance.choice([one for one in processes.STARTED if one.is_running])
        victim.process.kill()


TRIALS = [
    line_cut_after_commit, beat_killed, worker_killed, valkey_killed, valkey_hung, postgresql_restarted, disk_full,
    mail_refused, slow_lines, random_kills,
]  # fmt: skip
