"""The outbox: nothing due is lost, nothing is due twice, and what fails ends where staff see it."""

from datetime import timedelta
from time import sleep

import pytest
from django.db import connection, transaction
from django.utils import timezone

from portal.kit import outbox
from portal.kit.models import OutboxEntry
from portal.kit.tasks import work_off
from tests.factories import centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(monkeypatch):
    """A kind of work that notes what it is given; `fault` makes it fail."""

    class Work(list):
        fault: Exception | None = None

        def __call__(self, subject_id):
            self.append(subject_id)
            if self.fault:
                raise self.fault

    work = Work()
    monkeypatch.setitem(outbox.HANDLERS, "note", work)
    return work


def the_entry():
    return OutboxEntry.objects.get(kind="note")


def make_due_now():
    OutboxEntry.objects.update(not_before=timezone.now())


def test_due_work_is_done_once(worked):
    centre = centres.centre()
    outbox.due("note", centre)
    outbox.work(the_entry().pk)
    outbox.work(the_entry().pk)
    assert worked == [centre.pk]
    assert (the_entry().state, the_entry().tries) == ("done", 1)


def test_same_work_is_never_due_twice(worked):
    centre = centres.centre()
    outbox.due("note", centre)
    outbox.due("note", centre)
    assert OutboxEntry.objects.filter(kind="note").count() == 1


def test_work_done_before_can_become_due_again(worked):
    centre = centres.centre()
    outbox.due("note", centre)
    outbox.work(the_entry().pk)
    outbox.due("note", centre)
    outbox.work(the_entry().pk)
    assert worked == [centre.pk, centre.pk]


def test_nothing_is_due_when_the_transaction_fails(worked):
    centre = centres.centre()
    with pytest.raises(RuntimeError), transaction.atomic():
        outbox.due("note", centre)
        raise RuntimeError
    assert not OutboxEntry.objects.filter(kind="note").exists()


def test_failed_try_waits_longer_each_time_then_fails_for_good(worked, settings):
    worked.fault = OSError("disk full")
    outbox.due("note", centres.centre())
    pauses = []
    for _ in range(5):
        make_due_now()
        outbox.work(the_entry().pk)
        pauses.append(round((the_entry().not_before - timezone.now()) / timedelta(seconds=1)))
    assert pauses[:4] == settings.OUTBOX_PAUSES_SECONDS
    assert (the_entry().state, the_entry().tries, the_entry().last_error) == (
        "failed",
        5,
        "OSError: disk full",
    )
    make_due_now()
    outbox.work(the_entry().pk)
    assert len(worked) == 5


def test_work_that_kills_its_worker_each_time_ends_as_failed(worked):
    outbox.due("note", centres.centre())
    OutboxEntry.objects.update(tries=5)  # counted before each try, and no word of how it went
    outbox.work(the_entry().pk)
    assert the_entry().state == "failed"
    assert "stopped each time" in the_entry().last_error
    assert worked == []


def test_staff_can_have_failed_work_tried_again(worked):
    outbox.due("note", centres.centre())
    OutboxEntry.objects.update(state="failed", tries=5)
    assert outbox.retry(OutboxEntry.objects.all()) == 1
    outbox.work(the_entry().pk)
    assert the_entry().state == "done"


def test_waiting_entry_is_not_worked_before_its_time(worked):
    outbox.due("note", centres.centre())
    OutboxEntry.objects.update(not_before=timezone.now() + timedelta(minutes=1))
    outbox.work(the_entry().pk)
    assert worked == []


def test_sweep_queues_what_is_due_and_nothing_else(worked, monkeypatch):
    queued = []
    monkeypatch.setattr(outbox, "hint", lambda keys, **_: queued.extend(keys))
    due, later, done = (centres.centre() for _ in range(3))
    for subject in (due, later, done):
        outbox.due("note", subject)
    OutboxEntry.objects.filter(subject_id=later.pk).update(not_before=timezone.now() + timedelta(hours=1))
    OutboxEntry.objects.filter(subject_id=done.pk).update(state="done")
    assert outbox.sweep() == 1
    assert queued == [OutboxEntry.objects.get(subject_id=due.pk).pk]


def test_broker_that_is_down_loses_nothing(worked, monkeypatch, django_capture_on_commit_callbacks, caplog):
    def unreachable(*args, **kwargs):
        raise work_off.OperationalError("connection refused")

    monkeypatch.setattr(work_off, "apply_async", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.due("note", centres.centre())
    assert the_entry().state == "due"
    assert "the sweep will find what is due" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_have_one_entry_in_hand(worked):
    outbox.due("note", centres.centre())
    key = the_entry().pk
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [outbox.ADVISORY_LOCK_SPACE, key])
        outbox.work(key)
        assert worked == []
    finally:
        other.close()  # as when the other worker dies
    for _ in range(100):  # the server needs a moment to notice
        outbox.work(key)
        if worked:
            break
        sleep(0.05)
    assert len(worked) == 1
