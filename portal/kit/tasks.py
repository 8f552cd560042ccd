"""Working off the outbox, and the clock's sign of life. Other tasks are handlers in their rooms' tasks.py."""

from celery import shared_task


@shared_task(name="portal.kit.tasks.work_off")
def work_off(entry_id: int) -> None:
    """Work off one outbox entry. Safe to run twice."""
    from . import outbox

    outbox.work(entry_id)


@shared_task(name="portal.kit.tasks.clock")
def clock() -> None:
    """Every minute: beat is alive, and its tasks are taken. What was remembered for minutes is forgotten."""
    from . import once
    from .models import Heartbeat

    Heartbeat.beat("clock")
    once.forget_old()
