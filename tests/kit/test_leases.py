"""Leases: renewed while work continues, free when nobody renews them; a worker that lost one writes nothing."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection, transaction

from portal.kit import leases, outbox
from portal.kit.models import Heartbeat, Lease, OutboxEntry
from tests.factories import centres

pytestmark = pytest.mark.django_db


def ran_out(name: str) -> None:
    """Pretend that nobody has renewed it for long enough."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE kit_lease SET until = clock_timestamp() WHERE name = %s", [name])


def test_one_has_it_at_a_time_and_gives_it_back():
    with leases.held("film"):
        with pytest.raises(leases.Taken), leases.held("film"):
            pytest.fail("two have it in hand")
        with leases.held("other film"):
            pass
    assert not Lease.objects.exists()
    with leases.held("film"):
        pass


def test_it_is_given_back_when_the_work_fails():
    with pytest.raises(ZeroDivisionError), leases.held("film"):
        _ = 1 / 0
    assert not Lease.objects.exists()


def test_one_that_ran_out_is_taken_over_and_the_first_holder_may_not_write():
    with leases.held("film") as first:
        ran_out("film")
        with leases.held("film") as second:
            assert Lease.objects.get().holder == second.holder != first.holder
            with transaction.atomic():
                leases.require()
            for ask in (first.require, first.renew):
                with pytest.raises(leases.Lost), transaction.atomic():
                    ask()
        with pytest.raises(leases.Lost), transaction.atomic():
            leases.require()


def test_one_that_was_taken_over_and_given_back_is_lost_all_the_same():
    with leases.held("film") as first:
        ran_out("film")
        with leases.held("film"):
            pass
        with leases.held("film"), pytest.raises(leases.Lost), transaction.atomic():
            first.require()


def test_renewing_puts_off_its_end():
    with leases.held("film") as lease:
        before = Lease.objects.get().until
        lease.go_on()
        assert Lease.objects.get().until == before  # it was not due
        lease.renew()
        assert Lease.objects.get().until > before


@pytest.mark.django_db(transaction=True)
def test_it_is_asked_for_in_the_transaction_of_the_write():
    with leases.held("film"):
        with pytest.raises(transaction.TransactionManagementError):
            leases.require()
        with transaction.atomic():
            leases.require()


def test_nothing_is_asked_of_who_has_none_in_hand():
    leases.require()


@pytest.fixture
def entry(transactional_db) -> int:
    centre = centres.centre()
    with transaction.atomic():
        outbox.due("note", centre)
    return OutboxEntry.objects.get(kind="note").pk


@pytest.fixture
def worker(entry, tmp_path):
    """`worker("first")`: a process that is working on the entry, and waits for the file `go` before it writes."""
    started = []
    database = settings.DATABASES["default"]

    def begun(name: str, *, is_working: bool = True) -> subprocess.Popen:
        url = f"postgres://{database['USER']}@/{connection.settings_dict['NAME']}?host={database['HOST']}"
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.lease_holder", str(entry), name, str(tmp_path / "go")],
            env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout.readline() == ("working\n" if is_working else "left\n")
        return process

    yield begun
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def due_again() -> None:
    OutboxEntry.objects.update(not_before="2020-01-01T00:00:00Z")


def test_work_that_takes_longer_than_a_lease_is_left_alone(entry, worker, tmp_path):
    first = worker("first")
    time.sleep(3)
    due_again()
    worker("second", is_working=False).wait(20)
    (tmp_path / "go").touch()
    first.wait(20)
    names = set(Heartbeat.objects.filter(name__in=["first", "second"]).values_list("name", flat=True))
    assert (names, OutboxEntry.objects.get(pk=entry).state) == ({"first"}, "done")


def test_a_worker_that_was_frozen_and_wakes_up_after_another_took_over_writes_nothing(
    entry, worker, tmp_path
):
    first = worker("first")
    first.send_signal(signal.SIGSTOP)
    time.sleep(2.5)
    due_again()
    second = worker("second")
    (tmp_path / "go").touch()
    second.wait(20)
    done = OutboxEntry.objects.values().get(pk=entry)
    first.send_signal(signal.SIGCONT)
    assert first.stdout.readline() == "left\n"
    first.wait(20)
    names = set(Heartbeat.objects.filter(name__in=["first", "second"]).values_list("name", flat=True))
    assert (names, OutboxEntry.objects.values().get(pk=entry)) == ({"second"}, done)
    assert (done["state"], Lease.objects.count()) == ("done", 0)


def test_a_worker_that_was_killed_leaves_its_work_to_another(entry, worker, tmp_path):
    worker("first").kill()
    time.sleep(2.5)
    due_again()
    second = worker("second")
    (tmp_path / "go").touch()
    second.wait(20)
    assert OutboxEntry.objects.get(pk=entry).state == "done"
