"""Verbs about the people of a centre."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.actions import invite
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..models import Centre, Membership


@transaction.atomic
def add_person(centre: Centre, *, name: str, email: str, role: Role, by: User) -> Membership:
    """Give somebody a role at `centre`; who has no account yet is invited by e-mail to choose a password."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
        invite(user, by=by)
    membership, is_new = Membership.objects.get_or_create(user=user, centre=centre, role=role, ended_at=None)
    if is_new:
        audit.record("give role", membership, by=by, after=role)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """End a person's role at a centre, from their next request on. The last exams officer stays."""
    if membership.role == Role.EXAMS_OFFICER and not (
        Membership.objects.select_for_update()
        .active()
        .filter(centre=membership.centre, role=Role.EXAMS_OFFICER)
        .exclude(pk=membership.pk)
        .exists()
    ):
        raise TransitionRefused("A centre needs an exams officer. Add another one first.")
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    audit.record("end role", membership, by=by, before=membership.role)
