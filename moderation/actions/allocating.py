"""Who moderates where: moderators, allocations, conflicts of interest."""

from django.db import transaction
from django.utils import timezone

from centres.models import Centre
from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.catalogue.models import Qualification
from portal.kit import audit
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused

from .. import rules
from ..models import Allocation, Conflict, Moderator


@transaction.atomic
def appoint(moderator: Moderator, *, by: User) -> None:
    """Make somebody a moderator. They see claims once they are allocated to a centre."""
    moderator.save()
    audit.record("appoint moderator", moderator, by=by)


@transaction.atomic
def allocate(moderator: Moderator, centre: Centre, qualification: Qualification, *, by: User) -> Allocation:
    """Let `moderator` moderate the centre's claims for one qualification, and tell them about claims in hand.

    Raises TransitionRefused if a conflict is recorded or another moderator is allocated.
    """
    refusal = rules.why_not_allocatable(moderator, centre, qualification)
    if refusal:
        raise TransitionRefused(refusal)
    allocation = Allocation.objects.create(moderator=moderator, centre=centre, qualification=qualification)
    _tell_of_claims(audit.record("allocate", allocation, by=by, after=str(moderator)), allocation)
    return allocation


def _tell_of_claims(event: Event, allocation: Allocation) -> None:
    """Tell the moderator about claims that arrived when nobody, or somebody else, was allocated."""
    if rules.claims_in_hand(allocation):
        tell("claims_to_moderate", event, to=[allocation.moderator.user])


@transaction.atomic
def end_allocation(
    allocation: Allocation, *, by: User, successor: Moderator | None = None
) -> Allocation | None:
    """End the moderator's access to the centre's claims; `successor` takes over those in hand.

    Returns the successor's allocation. Without a successor the claims stay, and staff see that they have no moderator.
    Raises TransitionRefused, and writes nothing, if it has ended already or the successor cannot be allocated.
    """
    allocation = (
        Allocation.objects.select_for_update(of=("self",))
        .select_related("moderator__user", "centre", "qualification")
        .get(pk=allocation.pk)
    )
    if allocation.ended_at:
        raise TransitionRefused(f"The allocation {allocation} has already ended.")
    if successor == allocation.moderator:
        raise TransitionRefused(f"{successor} cannot take over from themselves.")
    allocation.ended_at = timezone.now()
    allocation.save(update_fields=["ended_at"])
    audit.record(
        "end allocation",
        allocation,
        by=by,
        before=str(allocation.moderator),
        after=str(successor) if successor else "",
    )
    if successor is None:
        return None
    return allocate(successor, allocation.centre, allocation.qualification, by=by)


@transaction.atomic
def record_conflict(conflict: Conflict, *, by: User) -> None:
    """From now on the moderator sees nothing of the centre. An allocation stays, without effect, until it is ended."""
    conflict.save()
    audit.record("record conflict", conflict, by=by, after=str(conflict.centre), why=conflict.reason)


@transaction.atomic
def remove_conflict(conflict: Conflict, *, by: User) -> None:
    """Remove a conflict recorded in error or no longer current. An allocation that was kept takes effect again."""
    found = Conflict.objects.select_for_update(of=("self",)).filter(pk=conflict.pk).first()
    if found is None:
        return  # removed already, by a second click or by somebody else
    audit.record("remove conflict", found, by=by, before=str(found.centre), why=found.reason)
    found.delete()
    for allocation in found.moderator.allocations.standing().filter(centre=found.centre_id):
        _tell_of_claims(audit.record("allocation has effect again", allocation, by=by), allocation)
