"""Receive a file and make it evidence here and now: for the workspace, seeds and tests.

Upload forms leave the second half to a worker, who can be asked to try again.
"""

from collections.abc import Iterable

from django.db import transaction

from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from ..models import Assignment, Evidence, EvidenceVersion, Upload
from ..uploads import joining, receiving


@transaction.atomic
def upload(
    assignment: Assignment, file, *, title: str, note: str, criteria: Iterable[Criterion], by: User
) -> Evidence:
    """Check a file and add it as a new item of evidence. Raises ValidationError or TransitionRefused."""
    begun = receiving.begin(
        assignment,
        file_name=file.name,
        size_bytes=file.size,
        title=title,
        note=note,
        criteria=criteria,
        by=by,
    )
    return joining.take_now(begun, file).evidence


@transaction.atomic
def replace_file(evidence: Evidence, file, *, by: User) -> EvidenceVersion:
    """Check a file and make it the next version; the earlier ones stay. Raises as `upload`."""
    begun = receiving.begin(
        evidence.assignment, file_name=file.name, size_bytes=file.size, replaces=evidence, by=by
    )
    return joining.take_now(begun, file)


@transaction.atomic
def check_again(waiting: Upload, *, by: User) -> None:
    """Have a worker check a held file once more. Raises TransitionRefused for one that is not held."""
    waiting.lock()
    if waiting.state != Upload.State.HELD:
        raise TransitionRefused(
            f"“{waiting}” is “{waiting.get_state_display()}”: there is nothing to check again."
        )
    outbox.due("take-upload", waiting)
    audit.record("check again", waiting, by=by)
