"""The outbox: nothing due is lost, nothing is due twice, and staff can see what fails."""

import shutil
import signal
import tempfile
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.utils import timezone

from portal.kit import leases, outbox
from portal.kit.cache import CACHE, ForgivingRedisCache
from portal.kit.models import Heartbeat, OutboxEntry
from portal.kit.outbox import Lane
from portal.kit.tasks import work_off
from portal.local import services
from portal.local.processes import STARTED
from tests.factories import centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def worked(monkeypatch):
    """A kind of work that records what it is given; `fault` makes it fail."""

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


@pytest.mark.parametrize("fault", [None, OSError("disk full")])
def test_work_made_due_while_it_is_done_is_done_once_more(worked, monkeypatch, fault):
    centre = centres.centre()

    def change_meanwhile(subject_id):
        worked(subject_id)
        if len(worked) == 1:
            outbox.due("note", centre)
            if fault:
                raise fault

    monkeypatch.setitem(outbox.HANDLERS, "note", change_meanwhile)
    outbox.due("note", centre)
    outbox.work(the_entry().pk)
    assert (the_entry().state, the_entry().tries, the_entry().last_error) == ("due", 0, "")
    outbox.work(the_entry().pk)
    assert worked == [centre.pk, centre.pk]
    assert (the_entry().state, the_entry().tries) == ("done", 1)


def test_last_try_does_not_fail_what_was_made_due_meanwhile(worked, monkeypatch):
    centre, told = centres.centre(), []

    def change_and_fail(subject_id):
        outbox.due("note", centre)
        raise OSError("disk full")

    monkeypatch.setitem(outbox.HANDLERS, "note", change_and_fail)
    monkeypatch.setitem(outbox.GIVEN_UP, "note", told.append)
    outbox.due("note", centre)
    OutboxEntry.objects.update(tries=4)
    outbox.work(the_entry().pk)
    assert (the_entry().state, the_entry().tries, told) == ("due", 0, [])


def test_entry_made_due_since_it_was_read_is_not_begun_as_it_was(worked, monkeypatch):
    centre = centres.centre()
    outbox.due("note", centre)
    OutboxEntry.objects.update(tries=2)
    count_try = outbox._count_try
    monkeypatch.setattr(outbox, "_count_try", lambda entry: outbox.due("note", centre) or count_try(entry))
    outbox.work(the_entry().pk)
    assert (worked, the_entry().state, the_entry().tries) == ([], "due", 0)


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
    OutboxEntry.objects.update(tries=5)  # counted before each try, whatever the result
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


@pytest.fixture
def queued(monkeypatch):
    """What is queued: {key: lane}; every lane is empty before."""
    found = {}
    monkeypatch.setattr(work_off, "apply_async", lambda args, retry, queue: found.update({args[0]: queue}))
    monkeypatch.setattr(outbox, "_queued", lambda lane: 0)
    outbox.QUEUE.try_again()
    return found


def test_sweep_queues_what_is_due_and_nothing_else(worked, queued):
    due, later, done = (centres.centre() for _ in range(3))
    for subject in (due, later, done):
        outbox.due("note", subject)
    OutboxEntry.objects.filter(subject_id=later.pk).update(not_before=timezone.now() + timedelta(hours=1))
    OutboxEntry.objects.filter(subject_id=done.pk).update(state="done")
    assert outbox.sweep() == 1
    assert queued == {OutboxEntry.objects.get(subject_id=due.pk).pk: "urgent"}


def test_each_kind_is_queued_in_its_lane(queued, django_capture_on_commit_callbacks):
    kinds = {"send-email": "urgent", "print-certificate": "print", "make-preview": "previews"}
    with django_capture_on_commit_callbacks(execute=True):
        for kind in kinds:
            outbox.due(kind, centres.centre())
    assert {OutboxEntry.objects.get(pk=key).kind: queue for key, queue in queued.items()} == kinds


def test_every_registered_kind_has_a_lane_that_workers_know(settings):
    assert set(outbox.LANES) == set(outbox.HANDLERS)
    assert [queue.name for queue in settings.CELERY_TASK_QUEUES] == Lane.values


def test_sweep_adds_nothing_to_a_lane_that_has_enough(worked, queued, monkeypatch):
    outbox.due("note", centres.centre())
    monkeypatch.setattr(outbox, "_queued", lambda lane: outbox.ENOUGH_QUEUED)
    assert outbox.sweep() == 0
    assert queued == {}


def test_full_lane_of_older_entries_holds_up_no_other(worked, queued, monkeypatch):
    monkeypatch.setattr(outbox, "SWEPT_AT_ONCE", 2)
    monkeypatch.setattr(outbox, "_queued", lambda lane: 100 if lane == Lane.PREVIEWS else 0)
    for kind in ("make-preview", "make-preview", "make-preview", "note", "send-email", "print-certificate"):
        outbox.due(kind, centres.centre())
    assert outbox.sweep() == 3
    found = {OutboxEntry.objects.get(pk=key).kind: lane for key, lane in queued.items()}
    assert found == {"note": "urgent", "send-email": "urgent", "print-certificate": "print"}


def test_whoever_looks_first_after_a_silence_sweeps(worked, queued, settings):
    outbox.due("note", centres.centre())
    assert outbox.sweep_if_silent() is True
    assert len(queued) == 1
    assert outbox.sweep_if_silent() is False
    long_ago = timezone.now() - timedelta(seconds=settings.OUTBOX_SWEEP_SECONDS)
    Heartbeat.objects.filter(name="sweep").update(at=long_ago)
    assert (outbox.sweep_if_silent(), outbox.sweep_if_silent()) == (True, False)


def test_work_is_due_by_the_clock_of_the_database_alone(worked, monkeypatch):
    """A machine whose clock is five minutes fast neither delays its work nor starts work too early."""
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=5))
    outbox.due("note", centres.centre())
    outbox.work(the_entry().pk)
    assert len(worked) == 1
    outbox.due("note", centres.centre(), at=now + timedelta(minutes=3))
    outbox.work(OutboxEntry.objects.get(state="due").pk)
    assert len(worked) == 1


def test_what_is_asked_for_too_late_has_waited_only_since_then(worked):
    """Last week's news that is e-mailed from now on does not count as work a week late."""
    outbox.due("note", centres.centre(), at=timezone.now() - timedelta(days=7))
    assert timedelta() < timezone.now() - the_entry().not_before < timedelta(minutes=1)
    outbox.work(the_entry().pk)
    assert len(worked) == 1


@pytest.fixture
def hung(settings):
    """A separate Redis that accepts connections but no longer responds."""
    folder = Path(tempfile.mkdtemp())
    with services.running(folder, given={"DATABASE_URL": "postgres://elsewhere/portal"}) as addresses:
        server = next(child for child in STARTED if child.log.is_relative_to(folder))
        server.process.send_signal(signal.SIGSTOP)
        yield addresses["REDIS_URL"]
        server.process.send_signal(signal.SIGCONT)
    shutil.rmtree(folder)


def broker_of(address: str) -> str:
    return address.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")


def test_broker_that_hangs_costs_a_second_and_then_nothing(
    worked, hung, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(work_off.app.conf, "broker_write_url", broker_of(hung))
    monkeypatch.setattr(work_off.app.amqp, "_producer_pool", None)
    outbox.QUEUE.try_again()
    took = []
    for subjects in ([centres.centre() for _ in range(20)], [centres.centre()]):
        began = monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            outbox.due("note", *subjects)
        took.append(monotonic() - began)
    outbox.QUEUE.try_again()
    assert 0.7 < took[0] < 2, took  # a second, on a busy machine
    assert took[1] < 0.6, took
    assert OutboxEntry.objects.filter(state="due").count() == 21


def test_cache_that_hangs_costs_half_a_second_and_then_nothing(hung):
    CACHE.try_again()
    options = {"OPTIONS": django_settings.CACHES["default"]["OPTIONS"]}
    cache = ForgivingRedisCache(hung, options)
    began = monotonic()
    answers = [cache.add("tries", 0), cache.get("tries"), cache.get_many(["a", "b"])]
    took = monotonic() - began
    CACHE.try_again()
    assert answers == [True, None, {}]
    assert took < 0.9


def test_broker_that_is_down_loses_nothing(worked, monkeypatch, django_capture_on_commit_callbacks, caplog):
    def unreachable(*args, **kwargs):
        raise work_off.OperationalError("connection refused")

    outbox.QUEUE.try_again()
    monkeypatch.setattr(work_off, "apply_async", unreachable)
    with django_capture_on_commit_callbacks(execute=True):
        outbox.due("note", centres.centre())
    outbox.QUEUE.try_again()
    assert the_entry().state == "due"
    assert "The queue cannot be reached" in caplog.text


def test_two_workers_never_have_one_entry_in_hand(worked):
    outbox.due("note", centres.centre())
    key = the_entry().pk
    with leases.held(f"outbox-{key}"):
        outbox.work(key)
        assert worked == []
    outbox.work(key)
    assert len(worked) == 1
