"""Invite, let in for the first time, and change passwords: each with its audit line."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.kit import audit, outbox

from . import codes
from .models import Invitation, SignInCode, User


@transaction.atomic
def invite(user: User, *, by: User | None) -> Invitation:
    """Send `user` a link that lets them choose a password; an earlier unused link stops working."""
    now = timezone.now()
    Invitation.objects.filter(user=user, ended_at=None).update(ended_at=now)
    invitation = Invitation.objects.create(
        user=user, issued_by=by, expires_at=now + timedelta(days=settings.INVITATION_DAYS)
    )
    audit.record("invite", user, by=by)
    outbox.due("send-invitation", invitation)
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, password: str) -> User:
    """Set the password of the invited person and end the invitation."""
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    invitation.ended_at = timezone.now()
    invitation.save(update_fields=["ended_at"])
    audit.record("accept invitation", user, by=user)
    return user


@transaction.atomic
def issue_codes(users: Iterable[User], *, by: User) -> list[SignInCode]:
    """New one-time codes for candidates' accounts; their earlier unused codes stop working."""
    users = list(users)
    now = timezone.now()
    SignInCode.objects.filter(user__in=users, ended_at=None).update(ended_at=now)
    issued = SignInCode.objects.bulk_create(
        SignInCode(user=user, issued_by=by, expires_at=now + timedelta(days=settings.SIGN_IN_CODE_DAYS))
        for user in users
    )
    audit.record_all("issue sign-in code", [(user, "", "") for user in users], by=by)
    return issued


def find_code(sign_in_name: str, typed: str) -> SignInCode | None:
    """The open code that `typed` is, for the candidate's account `sign_in_name`."""
    code = (
        SignInCode.objects.filter(
            user__sign_in_name=sign_in_name,
            user__is_active=True,
            ended_at=None,
            expires_at__gt=timezone.now(),
        )
        .select_related("user")
        .first()
    )
    # Compared also when there is none, so that the answer takes the same time.
    matches = codes.is_paper_code(typed, code.nonce if code else "")
    return code if code and matches else None


@transaction.atomic
def use_code(code: SignInCode, password: str) -> User:
    """Set the candidate's own password and end the code."""
    user = code.user
    user.set_password(password)
    user.save(update_fields=["password"])
    code.ended_at = timezone.now()
    code.save(update_fields=["ended_at"])
    audit.record("first sign-in", user, by=user)
    return user
