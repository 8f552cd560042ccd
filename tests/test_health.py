"""Monitoring gets the truth, whichever host it asks for; and staff see the same on their home page."""

import re
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal import health
from portal.kit.models import Heartbeat, OutboxEntry
from tests.factories import accounts

pytestmark = pytest.mark.django_db
AGO = re.compile(r"\d+ seconds? ago")


@pytest.fixture(autouse=True)
def looked_afresh():
    health.KEPT.forget()
    yield
    health.KEPT.forget()


class NoMigrations:
    """The tables of the tests are made from the models: no migration is pending."""

    def __contains__(self, app) -> bool:
        return True

    def __getitem__(self, app) -> None:
        return None


@pytest.fixture(autouse=True)
def no_migrations(settings):
    settings.MIGRATION_MODULES = NoMigrations()


@pytest.fixture
def in_order():
    """Workers have just given their signs of life."""
    Heartbeat.beat("sweep")
    Heartbeat.beat("clock")


def lines(response) -> dict[str, str]:
    """What is reported for each check, and in the first line whether everything is ready."""
    first, *others = response.content.decode().splitlines()
    return {"": first, **dict(line.split(": ", 1) for line in others)}


def due_since(**ago):
    return OutboxEntry.objects.create(kind="note", subject_id=1, not_before=timezone.now() - timedelta(**ago))


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_any_host_is_answered_on_plain_http(client, in_order, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(path, headers={"host": "10.1.2.3:8000"})
    assert answer.status_code == 200
    assert client.get("/", headers={"host": "10.1.2.3:8000"}).status_code == 400


def test_ready_says_what_was_looked_at(client, in_order):
    found = {name: AGO.sub("just now", words) for name, words in lines(client.get("/readyz")).items()}
    disk = found.pop("disk")
    assert found == {
        "": "ready",
        "database": "ok, all tables are there",
        "background work": "ok, nothing is due",
        "last sweep": "ok, workers last looked for left-over work just now",
        "last clock": "ok, workers last ran by the clock just now",
        "failed work": "ok, 0 failed",
        "static files": "ok, served as they are",
        "file storage": "ok, can be written",
        "queue": "ok, answers",
    }
    assert disk.startswith("ok, ") and disk.endswith(" GB free")


def test_missing_tables_are_missed(client, in_order):
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE accounts_digest CASCADE")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "tables are missing, such as accounts_digest" in lines(answer)["database"]


def test_migrations_that_were_not_run_are_missed(client, in_order, monkeypatch):
    monkeypatch.setattr(health, "_migrations_waiting", lambda: 2)
    answer = client.get("/readyz")
    assert (answer.status_code, lines(answer)["database"]) == (503, "NOT OK, 2 migrations have not been run")


def test_static_files_that_were_not_collected_are_missed(client, in_order, settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "portal.staticfiles.StaticFiles"}}
    answer = client.get("/readyz")
    assert (answer.status_code, lines(answer)["static files"]) == (503, "NOT OK, 0 collected")


def test_work_that_lies_too_long_is_missed(client, in_order):
    row = due_since(minutes=4)
    assert client.get("/readyz").status_code == 200
    OutboxEntry.objects.filter(pk=row.pk).update(not_before=timezone.now() - timedelta(minutes=6))
    health.KEPT.forget()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert lines(answer)["background work"] == "NOT OK, the oldest has been due for 6 minutes"


def test_queue_and_storage_that_do_not_answer_are_missed(client, in_order, settings, tmp_path):
    settings.REDIS_URL = "unix:///nowhere"
    settings.MEDIA_ROOT = "/proc/nowhere"
    answer = client.get("/readyz")
    found = lines(answer)
    assert (answer.status_code, found["queue"][:6], found["file storage"][:6]) == (503, "NOT OK", "NOT OK")


def test_silence_failures_and_a_full_disk_are_told_and_pages_go_on(client, in_order, monkeypatch):
    Heartbeat.objects.update(at=timezone.now() - timedelta(hours=2))
    OutboxEntry.objects.create(kind="note", subject_id=1, state="failed")
    monkeypatch.setattr(health, "FREE_DISK_BYTES", 10**18)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    unwell = [name for name, words in lines(answer).items() if words.startswith("NOT OK")]
    assert unwell == ["last sweep", "last clock", "failed work", "disk"]


def test_whoever_asks_all_the_time_gets_the_last_answer(client, in_order, django_assert_num_queries):
    client.get("/readyz")
    with django_assert_num_queries(0):
        client.get("/readyz")


@pytest.fixture
def slow_look(monkeypatch):
    """A check that does not finish (a bucket that does not respond) before the test ends."""
    begun, ended = threading.Event(), threading.Event()

    def look():
        begun.set()
        ended.wait(30)
        return []

    def begin():
        monkeypatch.setattr(health, "look", look)
        looking.start()
        begun.wait(5)

    looking = threading.Thread(target=health.findings)
    yield begin
    ended.set()
    looking.join()


def test_look_that_takes_long_holds_nobody_else_up(client, in_order, slow_look, monkeypatch):
    found = health.findings()
    monkeypatch.setattr(health, "KEPT_SECONDS", 0)
    slow_look()
    assert health.findings() is found


def test_nothing_is_said_to_be_well_before_it_was_looked_at(client, slow_look):
    slow_look()
    answer = client.get("/readyz")
    said = {"": "not ready", "health check": "NOT OK, not known, as the last check has not finished"}
    assert (answer.status_code, lines(answer)) == (503, said)


def test_old_findings_are_not_told_as_the_truth(client, in_order, slow_look, monkeypatch):
    assert client.get("/readyz").status_code == 200
    monkeypatch.setattr(health.KEPT, "at", time.monotonic() - 61)
    slow_look()
    assert client.get("/readyz").status_code == 503


def test_staff_read_the_same_on_their_home_page(client, in_order):
    client.force_login(accounts.staff(), backend="portal.accounts.backends.ByName")
    assert "The portal is in good order" in client.get(reverse("home")).content.decode()
    due_since(minutes=12)
    health.KEPT.forget()
    page = client.get(reverse("home")).content.decode()
    assert "Background work: the oldest has been due for 12 minutes." in page
    assert "in good order" not in page
