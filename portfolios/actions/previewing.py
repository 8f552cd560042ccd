"""Ask for another preview of a file, where the first try failed or stopped early."""

from django.db import transaction

from portal.accounts.models import User
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from ..models import EvidenceVersion

Preview = EvidenceVersion.Preview


@transaction.atomic
def make_preview_again(version: EvidenceVersion, *, by: User) -> None:
    """Make a preview due again. What was made before stays to be looked at until the new one is there.

    Raises TransitionRefused while one is being made, and for kinds of which there never is one.
    """
    locked = EvidenceVersion.objects.select_for_update().get(pk=version.pk)
    if locked.kind == EvidenceVersion.Kind.OTHER:
        raise TransitionRefused(f"There is no preview of files such as “{version.file_name}”. Download it.")
    if locked.is_being_made:
        raise TransitionRefused(f"The preview of “{version.file_name}” is being made already.")
    EvidenceVersion.objects.filter(pk=version.pk).update(preview=Preview.WAITING, preview_fault="")
    outbox.due("make-preview", version)
    audit.record("make preview again", version.evidence, by=by, file=version.file_name)
