"""The two tasks of the outbox. Every other task of the portal is a handler in its room's tasks.py."""

from celery import shared_task


@shared_task(name="portal.kit.tasks.work_off")
def work_off(entry_id: int) -> None:
    """Work off one outbox entry. Safe to run twice."""
    from . import outbox

    outbox.work(entry_id)


@shared_task(name="portal.kit.tasks.sweep")
def sweep() -> None:
    """Queue again what is due and not done."""
    from . import outbox

    outbox.sweep()
