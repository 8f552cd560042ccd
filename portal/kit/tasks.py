"""Work off the outbox, and record the clock's heartbeat. Other tasks are handlers in the rooms' own tasks.py."""

from celery import shared_task


@shared_task(name="portal.kit.tasks.work_off")
def work_off(entry_id: int) -> None:
    """Work off one outbox entry. Safe to run twice."""
    from . import outbox

    outbox.work(entry_id)


@shared_task(name="portal.kit.tasks.clock")
def clock() -> None:
    """Every minute: record that beat is alive and its tasks are run, and delete forms remembered for some minutes."""
    from . import once
    from .models import Heartbeat

    Heartbeat.beat("clock")
    once.forget_old()
