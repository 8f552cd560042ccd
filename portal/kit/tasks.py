"""Working off the outbox, the clock's sign of life, and the nightly sweep of files. Every other task of the portal is
a handler in its room's tasks.py."""

import logging

from celery import shared_task


@shared_task(name="portal.kit.tasks.work_off")
def work_off(entry_id: int) -> None:
    """Work off one outbox entry. Safe to run twice."""
    from . import outbox

    outbox.work(entry_id)


@shared_task(name="portal.kit.tasks.clock")
def clock() -> None:
    """Every minute: beat is alive, and its tasks are taken."""
    from .models import Heartbeat

    Heartbeat.beat("clock")


@shared_task(name="portal.kit.tasks.sweep_files", acks_late=False, time_limit=3600, soft_time_limit=3500)
def sweep_files() -> None:
    """Delete stored files that no row names. Safe to run twice; what one night leaves the next one takes."""
    from django.core.files.storage import default_storage

    from . import inventory

    swept = list(inventory.sweep(default_storage))
    size = sum(found.size_bytes for found in swept)
    logging.getLogger(__name__).info("Swept %s left-over files, %s bytes.", len(swept), size)
