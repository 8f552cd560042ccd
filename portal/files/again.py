"""Have workers try again: a preview that failed or stopped early, or a check that could not be made."""

from django.db import transaction

from portal.kit import outbox
from portal.kit.stateful import TransitionRefused

from .kinds import Kind, Preview
from .models import StoredFile


@transaction.atomic
def make_again(stored: StoredFile) -> None:
    """Make a preview due again. The old one can be viewed until the new one is there.

    Raises TransitionRefused while one is being made, and for kinds that never have one.
    """
    stored.lock()
    if stored.kind == Kind.OTHER:
        raise TransitionRefused(f"There is no preview for files such as “{stored}”. Download the file.")
    if stored.is_being_made:
        raise TransitionRefused(f"The preview of “{stored}” is already being made.")
    stored.preview, stored.preview_fault = Preview.WAITING, ""
    stored.save(update_fields=["preview", "preview_fault"])
    outbox.due("make-preview", stored)


@transaction.atomic
def check_again(stored: StoredFile) -> bool:
    """Have a worker inspect a held file again; False if that was due already and now only happens sooner.

    Raises TransitionRefused if the file is not held.
    """
    stored.lock()
    if stored.state != StoredFile.State.HELD:
        raise TransitionRefused(
            f"“{stored}” is “{stored.get_state_display()}”: there is nothing to check again."
        )
    is_new = not outbox.is_due("take-file", stored)
    outbox.due("take-file", stored)
    return is_new
