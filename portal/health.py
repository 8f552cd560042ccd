"""Whether the portal is up and ready, for monitoring and for staff.

`/healthz` and `/readyz` are answered before anything else: for any host, on plain HTTP, without a session.
"""

import math
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import redis
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count, F, Min, Q
from django.db.models.functions import Now
from django.http import HttpResponse

from portal.kit.models import Heartbeat, OutboxEntry

OLDEST_DUE_SECONDS = 300  # a row that has been due for longer means that no worker is running
SILENCE_SECONDS = {"sweep": 120, "clock": 300}  # after which a heartbeat is missed
FREE_DISK_BYTES = 1_000_000_000
KEPT_SECONDS = 2  # requests within this time get the last answer
LONGEST_LOOK_SECONDS = 60  # findings older than this are no longer reported
BROKER_SECONDS = 1


@dataclass(frozen=True)
class Finding:
    """One check: what was found, and whether that is as it should be. `needed`: without it the portal is not ready."""

    name: str
    says: str
    is_well: bool
    needed: bool = True


def middleware(get_response):
    """Answer the two addresses here: a probe may name any host, and has no certificate."""
    answers = {"/healthz": healthz, "/readyz": readyz}

    def answer(request):
        return answers.get(request.path_info, get_response)(request)

    return answer


def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request):
    """200 if everything that pages need is there, otherwise 503; one line for each check."""
    found = findings()
    is_ready = all(finding.is_well for finding in found if finding.needed)
    marks = {True: "ok", False: "NOT OK"}
    lines = [f"{finding.name}: {marks[finding.is_well]}, {finding.says}" for finding in found]
    words = "\n".join(["ready" if is_ready else "not ready", *lines, ""])
    return HttpResponse(words, status=200 if is_ready else 503, content_type="text/plain; charset=utf-8")


class _Kept:
    """The last findings. One request at a time looks again; requests in the meantime read what was found last."""

    found: list[Finding]
    at: float  # by the monotonic clock

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def get(self) -> list[Finding]:
        if time.monotonic() - self.at > KEPT_SECONDS and self.lock.acquire(blocking=False):
            try:
                self.found, self.at = look(), time.monotonic()
            finally:
                self.lock.release()
        if time.monotonic() - self.at > LONGEST_LOOK_SECONDS:
            return [Finding("health check", "not known, as the last check has not finished", is_well=False)]
        return self.found

    def forget(self) -> None:
        self.found, self.at = [], -math.inf


KEPT = _Kept()


def findings() -> list[Finding]:
    """What was found in the last two seconds, or the last findings while another request looks. Never waits."""
    return KEPT.get()


def look() -> list[Finding]:
    """Run every check, one after the other; a check that fails to run is not well."""
    checks: dict[str, Callable[[], Finding | list[Finding]]] = {
        "database": _database, "static files": _static_files, "file storage": _storage, "queue": _broker,
        "disk": _disk,
    }  # fmt: skip
    found = []
    for name, check in checks.items():
        try:
            result = check()
        except Exception as fault:  # whatever it is, the monitoring must know
            result = Finding(name, f"{type(fault).__name__}", is_well=False, needed=name != "disk")
        found += result if isinstance(result, list) else [result]
    return found


def _database() -> list[Finding]:
    """Tables and migrations; and if they are there, the state of background work."""
    with connection.cursor() as cursor:
        held = {table.name for table in connection.introspection.get_table_list(cursor)}
    wanted = {model._meta.db_table for model in apps.get_models() if model._meta.managed}
    missing, waiting = sorted(wanted - held), _migrations_waiting()
    says = "all tables are there"
    if missing:
        says = f"{len(missing)} of {len(wanted)} tables are missing, such as {missing[0]}"
    elif waiting:
        says = f"{waiting} migrations have not been run"
    found = [Finding("database", says, is_well=not missing and not waiting)]
    return found if missing else [*found, *_work()]


def _migrations_waiting() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _work() -> list[Finding]:
    """Due rows, the last sweep and the clock, by the database's clock; and rows that failed."""
    about = OutboxEntry.objects.aggregate(
        waits=Now() - Min("not_before", filter=Q(state=OutboxEntry.State.DUE, not_before__lte=Now())),
        failed=Count("pk", filter=Q(state=OutboxEntry.State.FAILED)),
    )
    waits = about["waits"] or timedelta()
    silent = dict(Heartbeat.objects.annotate(silent=Now() - F("at")).values_list("name", "silent"))
    oldest = f"the oldest has been due for {_words(waits)}" if waits > timedelta() else "nothing is due"
    found = [Finding("background work", oldest, is_well=waits.total_seconds() <= OLDEST_DUE_SECONDS)]
    for name, words in {"sweep": "looked for left-over work", "clock": "ran by the clock"}.items():
        ago = silent.get(name)
        says = f"workers last {words} {_words(ago)} ago" if ago is not None else "no sign of life yet"
        well = ago is not None and ago.total_seconds() <= SILENCE_SECONDS[name]
        found.append(Finding(f"last {name}", says, is_well=well, needed=False))
    failed = about["failed"]
    return [*found, Finding("failed work", f"{failed} failed", is_well=not failed, needed=False)]


def _static_files() -> Finding:
    """The names under which browsers fetch them; there are none if they are served as they are."""
    names = getattr(staticfiles_storage, "hashed_files", None)
    if names is None:
        return Finding("static files", "served as they are", is_well=True)
    return Finding("static files", f"{len(names)} collected", is_well=bool(names))


def _storage() -> Finding:
    if settings.S3_BUCKET:
        default_storage.exists("there-is-no-such-file")
        return Finding("file storage", "the bucket answers", is_well=True)
    folder = settings.MEDIA_ROOT
    os.makedirs(folder, exist_ok=True)
    is_well = os.access(folder, os.W_OK | os.X_OK)
    return Finding("file storage", "can be written" if is_well else "cannot be written", is_well=is_well)


def _broker() -> Finding:
    seconds = BROKER_SECONDS / 2
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=seconds, socket_connect_timeout=seconds, retry=None
    ) as client:
        client.ping()
    return Finding("queue", "answers", is_well=True)


def _disk() -> Finding:
    """The disk that files are on; with S3, the machine's own disk, which uploads pass through."""
    free = shutil.disk_usage("/tmp" if settings.S3_BUCKET else settings.MEDIA_ROOT).free  # noqa: S108
    says = f"{free / 1e9:.1f} GB free"
    return Finding("disk", says, is_well=free >= FREE_DISK_BYTES, needed=False)


def _words(time_passed: timedelta) -> str:
    seconds = max(0, round(time_passed.total_seconds()))
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "0 seconds"
