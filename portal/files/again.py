"""Have workers try again: a preview that failed or stopped early, an inspection that could not be made."""

from django.db import transaction

from portal.kit import outbox
from portal.kit.stateful import TransitionRefused

from .kinds import Kind, Preview
from .models import StoredFile


@transaction.atomic
def make_again(stored: StoredFile) -> None:
    """Make a preview due again. What was made before stays to be looked at until the new one is there.

    Raises TransitionRefused while one is being made, and for kinds of which there never is one.
    """
    stored.lock()
    if stored.kind == Kind.OTHER:
        raise TransitionRefused(f"There is no preview of files such as “{stored}”. Download it.")
    if stored.is_being_made:
        raise TransitionRefused(f"The preview of “{stored}” is being made already.")
    stored.preview, stored.preview_fault = Preview.WAITING, ""
    stored.save(update_fields=["preview", "preview_fault"])
    outbox.due("make-preview", stored)


@transaction.atomic
def check_again(stored: StoredFile) -> bool:
    """Have a worker inspect a held file once more; False if that was due already, and is only hurried.

    Raises TransitionRefused for one that is not held.
    """
    stored.lock()
    if stored.state != StoredFile.State.HELD:
        raise TransitionRefused(
            f"“{stored}” is “{stored.get_state_display()}”: there is nothing to check again."
        )
    is_new = not outbox.is_due("take-file", stored)
    outbox.due("take-file", stored)
    return is_new
