"""Ask for another preview of a file if the first try failed or stopped early."""

from django.db import transaction

from portal.accounts.models import User
from portal.files import again
from portal.kit import audit

from ..models import EvidenceVersion


@transaction.atomic
def make_preview_again(version: EvidenceVersion, *, by: User) -> None:
    """Raises TransitionRefused while one is being made, and for kinds that never have one."""
    again.make_again(version.stored)
    audit.record("make preview again", version.evidence, by=by, file=version.file_name)
