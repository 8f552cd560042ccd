"""Files being uploaded to a unit: start one, accept one from a form, remove one from the list."""

from collections.abc import Iterable
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction

from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.files import again, keeping, receiving, taking
from portal.files.receiving import Busy
from portal.files.states import UNDER_WAY
from portal.files.uses import USES
from portal.kit import audit
from portal.kit.amounts import filesize_uk
from portal.kit.stateful import TransitionRefused

from .. import guards
from ..limits import Limits, limits_of
from ..models import Assignment, Evidence, EvidenceVersion, Upload

__all__ = ["Busy", "begin", "check_again", "refuse_too_much", "replace_file", "take_off_list", "upload"]


@transaction.atomic
def begin(
    assignment: Assignment,
    *,
    file_name: str,
    size_bytes: int,
    title: str = "",
    note: str = "",
    criteria: Iterable[Criterion] = (),
    replaces: Evidence | None = None,
    mark: str = "",
    by: User,
) -> Upload:
    """List a file that is about to be uploaded to a unit, if its name and size are accepted.

    Raises ValidationError or TransitionRefused; then nothing is written.
    """
    assignment.lock()
    if refusal := guards.why_not_changeable(assignment):
        raise TransitionRefused(refusal)
    stored = receiving.begin(USES["evidence"], file_name, size_bytes, mark=mark, by=by)
    refuse_too_much(limits_of(assignment), file_name, size_bytes, is_new=replaces is None)
    begun = Upload.objects.create(
        stored=stored,
        assignment=assignment,
        replaces=replaces,
        title=(title or PurePath(stored.name).stem)[:120],
        note=note,
    )
    begun.criteria.set(criteria)
    if stored.is_complete:
        receiving.finish(stored)
    return begun


def upload(
    assignment: Assignment, file, *, title: str, note: str, criteria: Iterable[Criterion], by: User
) -> Evidence:
    """Inspect a file and add it as a new item of evidence. Raises ValidationError or TransitionRefused."""
    return _take(assignment, file, title=title, note=note, criteria=criteria, by=by).evidence


def replace_file(evidence: Evidence, file, *, by: User) -> EvidenceVersion:
    """Inspect a file and make it the next version; earlier ones stay. Raises as `upload`."""
    return _take(evidence.assignment, file, replaces=evidence, by=by)


def _take(assignment: Assignment, file, *, by: User, **about) -> EvidenceVersion:
    if refusal := guards.why_not_changeable(assignment):
        raise TransitionRefused(refusal)
    whole = taking.inspected_now(file, USES["evidence"])  # slow, so outside the transaction
    with transaction.atomic():
        begun = begin(assignment, file_name=file.name, size_bytes=file.size, by=by, **about)
        taking.accept(begun.stored, whole)
        return EvidenceVersion.objects.get(upload=begun)


@transaction.atomic
def check_again(waiting: Upload, *, by: User) -> None:
    """Have a worker check a held file again. Raises TransitionRefused if it is not held."""
    if waiting.stored is None:
        raise TransitionRefused(
            f"“{waiting}” is “{waiting.get_state_display()}”: there is nothing to check again."
        )
    if again.check_again(waiting.stored):
        audit.record("check again", waiting, by=by)


def take_off_list(listed: Upload, *, by: User) -> None:
    """Remove it from the list; an upload that has not finished is cancelled. Raises TransitionRefused while it is
    being checked, and Busy while a part of it is arriving."""
    if listed.stored and listed.state in UNDER_WAY:
        receiving.cancel_alone(listed.stored, by=by)
    elif listed.state == Upload.State.SORTING:
        leave_out(listed, by=by)
    else:
        _unlist(listed, by=by)


@transaction.atomic
def leave_out(listed: Upload, *, by: User | None, how: str = Upload.Ended.CANCELLED) -> None:
    """Exclude a file that waits to be sorted and delete it. Raises TransitionRefused if it no longer waits."""
    listed.lock()
    if listed.state != Upload.State.SORTING:
        raise TransitionRefused(f"“{listed}” is “{listed.get_state_display()}” now, so it stays.")
    stored = listed.stored
    listed.end(how, by=by)
    keeping.release(stored)


@transaction.atomic
def _unlist(listed: Upload, *, by: User) -> None:
    listed.lock()
    if listed.is_listed:
        listed.is_listed = False
        listed.save(update_fields=["is_listed"])
        audit.record("take off the list", listed, by=by)


def refuse_too_much(limits: Limits, name: str, size_bytes: int, *, is_new: bool = True) -> None:
    """Raises ValidationError. Call it under a lock of what is limited, so that two uploads cannot pass together."""
    if limits.bytes_used + size_bytes > limits.bytes_most:
        raise ValidationError(
            f"“{name}” was not accepted: the files in {limits.whole} may be up to {filesize_uk(limits.bytes_most)} "
            f"together. {limits.way_out}",
            code="too-much",
        )
    if is_new and limits.files >= limits.files_most:
        raise ValidationError(
            f"“{name}” was not accepted: {limits.whole} can have up to {limits.files_most} files. {limits.way_out}",
            code="too-many",
        )
