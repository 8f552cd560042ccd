"""What workers do with the stored files of every room."""

import logging

from celery import shared_task

from portal.kit.outbox import Lane, handles, when_given_up


@handles("take-file", lane=Lane.URGENT)
def take_file(stored_id: int) -> None:
    """Inspect one received file and pass it to its use, or refuse it. Safe to run twice."""
    from . import taking
    from .models import StoredFile

    taking.take(StoredFile.objects.get(pk=stored_id))


@when_given_up("take-file")
def cannot_take(stored_id: int) -> None:
    """The file stays listed, and what arrived stays stored, until staff have it tried again."""
    from . import taking
    from .models import StoredFile

    taking.hold(StoredFile.objects.get(pk=stored_id))


@handles("make-preview", lane=Lane.PREVIEWS)
def make_preview(stored_id: int) -> None:
    """Make the preview of one file. Safe to run twice."""
    from .kinds import Preview
    from .models import StoredFile
    from .renditions import making

    stored = StoredFile.objects.filter(pk=stored_id).first()
    if stored and (stored.is_being_made or stored.preview == Preview.FAILED):
        making.make(stored)


@when_given_up("make-preview")
def no_preview(stored_id: int) -> None:
    """Note an unforeseen failure: the file says so and can still be downloaded; staff see the failed try."""
    from .kinds import Preview
    from .models import StoredFile

    StoredFile.objects.filter(pk=stored_id, preview__in=[Preview.WAITING, Preview.MAKING]).update(
        preview=Preview.FAILED,
        preview_fault="The portal could not make a preview. The awarding body has been told.",
    )


@shared_task(name="portal.files.tasks.expire")
def expire() -> None:
    """Every hour: expire uploads that nobody continued. Safe to run twice."""
    from . import receiving

    receiving.expire()


@shared_task(name="portal.files.tasks.sweep_files", acks_late=False, time_limit=3600, soft_time_limit=3500)
def sweep_files() -> None:
    """Delete files without a use and objects that no row names. Safe to run twice; the next night does what is left."""
    from django.core.files.storage import default_storage

    from . import inventory, keeping

    unused = keeping.sweep()
    swept = list(inventory.sweep(default_storage))
    size = sum(found.size_bytes for found in swept)
    log = logging.getLogger(__name__)
    log.info("Swept %s unused files and %s left-over objects, %s bytes.", unused, len(swept), size)
