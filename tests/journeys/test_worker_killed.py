"""A real worker is killed in the middle of printing: nothing is lost and nothing is printed twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from moderation.awards.models import Certificate
from portal.kit.models import OutboxEntry
from tests.factories import moderation

CERTIFICATES = 8
PATIENCE_SECONDS = 120  # a killed worker's tasks are released after 45


def worker(log: Path) -> subprocess.Popen:
    """A Celery worker with beat, in its own process group, on this test's database and queue."""
    database = connection.settings_dict
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "MEDIA_ROOT": django_settings.MEDIA_ROOT,
        "OUTBOX_SWEEP_SECONDS": "1",
    }
    command = [sys.executable, "-m", "celery", "-A", "portal", "worker", "-B", "-c", "2", "-l", "WARNING"]
    command += ["-s", str(log.with_suffix(".beat"))]
    with log.open("ab") as output:
        return subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )


def wait_until(condition, what: str, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"{what} did not happen in {PATIENCE_SECONDS} s:\n{log.read_text()[-2000:]}")
        time.sleep(0.02)


def printed() -> int:
    return Certificate.objects.printed().count()


@pytest.mark.django_db(transaction=True)
def test_worker_killed_in_the_middle_of_printing_loses_nothing_and_repeats_nothing(tmp_path):
    moderation.certificated_claim(CERTIFICATES)
    log = tmp_path / "worker.log"
    first = worker(log)
    try:
        wait_until(lambda: printed() >= 2, "the second certificate", log)
    finally:
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert printed() < CERTIFICATES, "the worker was done before it could be killed"
    second = worker(log)
    try:
        wait_until(lambda: printed() == CERTIFICATES, "the last certificate", log)
        due = OutboxEntry.objects.filter(kind="print-certificate").exclude(state="done")
        wait_until(lambda: not due.exists(), "the last word in the outbox", log)
    finally:
        os.killpg(second.pid, signal.SIGTERM)
        second.wait(timeout=30)
    files = [path.name for path in Path(django_settings.MEDIA_ROOT, "certificates").rglob("*.pdf")]
    digests = Certificate.objects.values_list("pdf_sha256", flat=True)
    assert sorted(files) == sorted(f"{digest}.pdf" for digest in digests)
    assert Certificate.objects.count() == CERTIFICATES
