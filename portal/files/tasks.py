"""What workers do for stored files of every room."""

import logging

from celery import shared_task


@shared_task(name="portal.files.tasks.sweep_files", acks_late=False, time_limit=3600, soft_time_limit=3500)
def sweep_files() -> None:
    """Delete stored files that no row names. Safe to run twice; what one night leaves the next one takes."""
    from django.core.files.storage import default_storage

    from . import inventory

    swept = list(inventory.sweep(default_storage))
    size = sum(found.size_bytes for found in swept)
    logging.getLogger(__name__).info("Swept %s left-over files, %s bytes.", len(swept), size)
