"""Invite, let in for the first time, and change passwords: each with its audit line."""

from collections.abc import Iterable
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.kit import audit
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused

from . import codes, tries
from .mailing import tell
from .models import Invitation, OneTime, PasswordRequest, SignInCode, User

GUESSED_AT = "too many wrong tries"
PASSWORD_REQUEST_DAYS = 3  # as the e-mail and the pages say


@transaction.atomic
def invite(user: User, *, by: User | None, **details) -> Invitation:
    """Send `user` a link that lets them choose a password; an earlier unused link stops working.

    `details`: what else the audit line says, such as the centre.
    """
    _lock([user])
    now = timezone.now()
    Invitation.objects.filter(user=user, ended_at=None).update(ended_at=now)
    invitation = Invitation.objects.create(
        user=user, issued_by=by, expires_at=now + timedelta(days=settings.INVITATION_DAYS)
    )
    event = audit.record("invite", user, by=by, invitation=invitation.pk, **details)
    tell("invitation", event, to=[user])
    return invitation


@transaction.atomic
def accept_invitation(invitation: Invitation, password: str) -> User:
    """Set the password of the invited person and end the invitation. Raises TransitionRefused if it is over."""
    return _let_in(invitation, password, verb="accept invitation")


def find_invitation(pk: int, token: str) -> Invitation | None:
    """The open invitation that a link means."""
    return _find_by_link(Invitation.objects.filter(pk=pk), token)


def _find_by_link(secrets: QuerySet, token: str):
    """The open one of `secrets` (one at most) whose link holds `token`."""
    found = secrets.filter(user__is_active=True).select_related("user").first()
    # Compared also when there is none, so that the answer takes the same time.
    matches = codes.is_link_token(token, found.nonce if found else "")
    return found if found and matches and found.is_open else None


@transaction.atomic
def ask_for_password(email: str) -> None:
    """Send the owner of an address a link for a new password; whom nobody has is told so, by the same way.

    An earlier link stops working. The link itself is made when the letter is written.
    """
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    _lock([user] if user else [])
    now = timezone.now()
    PasswordRequest.objects.filter(user=user, ended_at=None).update(ended_at=now)
    request = PasswordRequest.objects.create(
        user=user, expires_at=now + timedelta(days=PASSWORD_REQUEST_DAYS), ended_at=None if user else now
    )
    event = audit.record("ask for new password", request, by=None)
    if user:
        tell("password_reset_key", event, to=[user], unasked=True)
    else:
        tell("unknown_account", event, to=[email], unasked=True)


def find_password_request(pk: int, token: str) -> PasswordRequest | None:
    """The open request that a link means."""
    return _find_by_link(PasswordRequest.objects.filter(pk=pk), token)


@transaction.atomic
def answer_password_request(request: PasswordRequest, password: str) -> User:
    """Set the new password and end the request. Raises TransitionRefused if it is over."""
    user = _let_in(request, password, verb="change password")
    transaction.on_commit(lambda: tries.renew([user.sign_in_name]))
    return user


@transaction.atomic
def create_person(user: User, *, by: User) -> User:
    """Save a new adult, who cannot sign in yet, and invite them."""
    user.sign_in_name = user.email or user.sign_in_name
    user.set_unusable_password()
    user.save()
    audit.record("add person", user, by=by, after="awarding-body staff" if user.is_staff else "")
    invite(user, by=by)
    return user


@transaction.atomic
def join(email: str, password: str, *, name: str) -> User:
    """The adult who proved that an address is theirs, with a first password of their own; an account is made if there
    is none. Raises TransitionRefused if it has a password, as it is the owner who signs in then."""
    user = User.objects.filter(sign_in_name=email).first() or _new_adult(email, name)
    (user,) = _lock([user])
    if user.has_usable_password():
        raise TransitionRefused("You have an account with this address. Sign in to accept.")
    _set_password(user, password, verb="accept invitation")
    return user


def _new_adult(email: str, name: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name=name)
    except IntegrityError:  # the same person follows two links at the same moment
        return User.objects.get(sign_in_name=email)


@transaction.atomic
def change_person(user: User, *, by: User) -> None:
    """Save an adult's changed details. From now on they sign in by their new e-mail address alone."""
    was = User.objects.select_for_update().get(pk=user.pk)
    changed = {
        name: [str(getattr(was, name)), str(getattr(user, name))]
        for name in ("name", "email", "is_active", "is_staff", "is_superuser")
        if getattr(was, name) != getattr(user, name)
    }
    user.sign_in_name = user.email or user.sign_in_name
    user.save()
    # allauth keeps addresses of its own and would go on letting the person in by the old one.
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    if changed:
        audit.record("change person", user, by=by, changed=changed)


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """A password the person chose themselves; whatever else was out to let them in stops working."""
    _set_password(user, password, verb="change password")


@transaction.atomic
def warn_of_guessing(name: str) -> None:
    """Tell the owner of `name`, once an hour, that strangers have used up all tries; candidates see it at sign-in."""
    user = User.objects.filter(sign_in_name=name.strip().lower(), is_active=True).first()
    if user and tries.is_to_be_told(name):
        tell("guessed_at", audit.record(GUESSED_AT, user, by=None), to=[user])


def was_guessed_since(user: User, moment) -> bool:
    """Whether strangers used up all tries with the person's name after `moment` (None: ever)."""
    return Event.objects.about(user).filter(verb=GUESSED_AT, at__gt=moment or user.date_joined).exists()


@transaction.atomic
def issue_codes(users: Iterable[User], *, by: User) -> list[SignInCode]:
    """New one-time codes for candidates' accounts; their earlier unused codes stop working.

    Who has a password needs none: it is asked after locking, as they may just have chosen it.
    """
    users = [user for user in _lock(users) if not user.has_usable_password()]
    now = timezone.now()
    SignInCode.objects.filter(user__in=users, ended_at=None).update(ended_at=now)
    issued = SignInCode.objects.bulk_create(
        SignInCode(user=user, issued_by=by, expires_at=now + timedelta(days=settings.SIGN_IN_CODE_DAYS))
        for user in users
    )
    audit.record_all("issue sign-in code", [(user, "", "") for user in users], by=by)
    transaction.on_commit(lambda: tries.renew([user.sign_in_name for user in users]))
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
    """Set the candidate's own password and end the code. Raises TransitionRefused if it is over."""
    return _let_in(code, password, verb="first sign-in")


def _let_in(secret: OneTime, password: str, *, verb: str) -> User:
    # The person first, as everywhere. Both are read again: it may have been used or replaced meanwhile.
    (user,) = _lock([secret.user])
    secret = type(secret)._base_manager.select_for_update(of=("self",)).get(pk=secret.pk)
    if not secret.is_open:
        raise TransitionRefused("This has been used or replaced meanwhile.")
    _set_password(user, password, verb=verb)
    return user


def _set_password(user: User, password: str, *, verb: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    for secrets in (user.invitations, user.signincodes, user.passwordrequests):
        secrets.filter(ended_at=None).update(ended_at=timezone.now())
    audit.record(verb, user, by=user)


def _lock(users: Iterable[User]) -> list[User]:
    """The same people as they are now, locked in one order: two who press a button at once wait for each other."""
    keys = [user.pk for user in users]
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
