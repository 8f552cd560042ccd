"""Actions for corrections: one person proposes and another decides. Leftover entries expire in the same way."""

from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.kit import audit
from portal.kit.constraints import constraint_of
from portal.kit.stateful import TransitionRefused

from .. import ledger
from ..ledger import NotEnoughEntries
from ..models import Adjustment, EntryAccount


@transaction.atomic
def propose_adjustment(adjustment: Adjustment, *, by: User | None) -> Adjustment:
    """Propose a correction to an account; nothing changes until another person approves it.

    `by`: None when the portal itself proposes what has expired.
    """
    _refuse_early_expiry(adjustment)
    adjustment.proposed_by = by
    adjustment.save()
    audit.record(
        "propose adjustment",
        adjustment,
        by=by,
        after=adjustment.state,
        why=adjustment.reason,
        quantity=adjustment.quantity,
    )
    return adjustment


@transaction.atomic
def approve_adjustment(adjustment: Adjustment, *, by: User) -> None:
    """Approve what somebody else proposed, and post it to the account.

    Raises TransitionRefused, and writes nothing, if `by` proposed it, if it was already decided, or if there are
    too few entries.
    """
    _refuse_early_expiry(adjustment)
    if adjustment.proposed_by_id == by.pk:
        raise TransitionRefused(f"You proposed “{adjustment}” yourself. Somebody else has to approve it.")
    adjustment.move("approve", by=by, why=adjustment.reason)
    try:
        with transaction.atomic():
            ledger.post(adjustment, by=by)
    except NotEnoughEntries:
        raise TransitionRefused(
            f"“{adjustment}” takes away more than the account has available. Nothing was changed."
        ) from None


def _refuse_early_expiry(adjustment: Adjustment) -> None:
    if adjustment.is_early_expiry():
        raise TransitionRefused(Adjustment.NOT_OVER)


def reject_adjustment(adjustment: Adjustment, *, by: User, why: str) -> None:
    """Reject it, with a reason. The person who proposed it may withdraw it in this way."""
    adjustment.move("reject", by=by, why=why)


def propose_expiries() -> int:
    """Propose that what is left after the last certification date expires. Safe to run twice; returns how many."""
    return sum(_propose_expiry(account) for account in EntryAccount.objects.over().order_by("pk"))


@transaction.atomic
def _propose_expiry(account: EntryAccount) -> int:
    over = EntryAccount.objects.select_for_update(of=("self",)).select_related("qualification")
    account = over.get(pk=account.pk)
    if not account.available:  # since used or cancelled
        return 0
    ended_on = account.qualification.last_certification_on
    adjustment = Adjustment(
        account=account,
        kind=Adjustment.Kind.EXPIRE,
        quantity=-account.available,
        reason=f"The last certification date, {ended_on:%-d %B %Y}, has passed.",
    )
    try:
        with transaction.atomic():
            propose_adjustment(adjustment, by=None)
    except IntegrityError as error:
        if constraint_of(error) != "adjustment_one_open_expiry":
            raise
        return 0  # somebody else has just proposed it
    return 1
