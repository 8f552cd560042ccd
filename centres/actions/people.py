"""Actions on the people of a centre. Each locks the centre first: two officers who end each other take turns."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.second_step import factors
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..models import Centre, Membership


def give_role(centre: Centre, user: User, role: Role, *, by: User) -> None:
    """Give one more role at the centre, which is locked. Does nothing if the person already has it."""
    membership, is_new = Membership.objects.get_or_create(user=user, centre=centre, role=role, ended_at=None)
    if is_new:
        event = audit.record("give role", membership, by=by, after=role)
        if user != by:
            tell("role_given", event, to=[user])


@transaction.atomic
def change_roles(centre: Centre, user: User, roles: Iterable[Role], *, by: User) -> None:
    """Give the person these roles at `centre`, and no others, from their next request on.

    Raises TransitionRefused if the centre would be left without an exams officer who can sign in.
    """
    hold_people_of(centre)
    wanted = {Role(role) for role in roles}
    held = {Role(each.role): each for each in centre.memberships.active().filter(user=user)}
    if Role.EXAMS_OFFICER in held and Role.EXAMS_OFFICER not in wanted:
        _require_another_officer(centre, user)
    for role in sorted(wanted - set(held)):
        give_role(centre, user, role, by=by)
    for role in sorted(set(held) - wanted):
        held[role].ended_at = timezone.now()
        held[role].save(update_fields=["ended_at"])
        audit.record("end role", held[role], by=by, before=role)


def _require_another_officer(centre: Centre, user: User) -> None:
    others = centre.memberships.active().filter(role=Role.EXAMS_OFFICER, user__is_active=True)
    if not others.exclude(user=user).exists():
        raise TransitionRefused("A centre needs an exams officer. Add another one first.")


@transaction.atomic
def end_access(centre: Centre, user: User, *, by: User) -> None:
    """End all of a person's roles at `centre`, from their next request on. Refused for the last exams officer."""
    change_roles(centre, user, [], by=by)


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """End one role of a person at a centre. Refused for the last exams officer."""
    others = membership.centre.memberships.active().filter(user=membership.user).exclude(pk=membership.pk)
    roles = [Role(role) for role in others.values_list("role", flat=True)]
    change_roles(membership.centre, membership.user, roles, by=by)


@transaction.atomic
def reset_second_step(centre: Centre, user: User, *, by: User) -> None:
    """Reset two-step verification for somebody who works here and nowhere else; they set it up again.

    Elsewhere it protects what is not this centre's, so a superuser resets it (docs/decisions/second-step.md).
    """
    hold_people_of(centre)
    works_elsewhere = (
        user.is_staff
        or hasattr(user, "moderator")
        or Membership.objects.active().filter(user=user).exclude(centre=centre).exists()
    )
    if works_elsewhere:
        raise TransitionRefused(
            f"{user} also works elsewhere. Ask the awarding body to reset two-step verification."
        )
    factors.reset(user, by=by, centre=centre.number)


def hold_people_of(centre: Centre) -> None:
    """Make changes to the people of one centre wait for each other."""
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
