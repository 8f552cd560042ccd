"""Invite people, let them in for the first time and change passwords: each with its audit line."""

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
from .mailing import may_be_told_unasked, tell
from .models import Invitation, OneTime, PasswordRequest, SignInCode, User

# What was guessed (the kinds of portal.accounts.tries): the verb of the audit line, and the e-mail that tells of it.
GUESSED_AT = {"sign-in": "too many wrong tries", "second-step": "too many wrong codes"}
LETTERS_OF_GUESSING = {"sign-in": "guessed_at", "second-step": "codes_guessed_at"}
PASSWORD_REQUEST_DAYS = 3  # as the e-mail and the pages say


@transaction.atomic
def invite(user: User, *, by: User | None, **details) -> Invitation:
    """Send `user` a link that lets them choose a password; an earlier unused link stops working.

    `details`: anything else for the audit line, such as the centre.
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
    """Set the password of the invited person and end the invitation. Raises TransitionRefused if it has ended."""
    return _let_in(invitation, password, verb="accept invitation")


def find_invitation(pk: int, token: str) -> Invitation | None:
    """The open invitation that a link refers to."""
    return _find_by_link(Invitation.objects.filter(pk=pk), token)


def _find_by_link(secrets: QuerySet, token: str):
    """The open one of `secrets` (at most one) whose link contains `token`."""
    found = secrets.filter(user__is_active=True).select_related("user").first()
    # Compared even when there is none, so that the answer takes the same time.
    matches = codes.is_link_token(token, found.nonce if found else "")
    return found if found and matches and found.is_open else None


@transaction.atomic
def ask_for_password(email: str) -> None:
    """Send the owner of an address a link for a new password; an address without an account is told so by e-mail.

    An earlier link stops working, unless the address has had all its e-mails for the day: then nothing is done, so
    that the last link still works, whoever asks. The link itself is made when the e-mail is written.
    """
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    _lock([user] if user else [])
    kind = "password_reset_key" if user else "unknown_account"
    if not may_be_told_unasked(kind, email):
        return
    now = timezone.now()
    PasswordRequest.objects.filter(user=user, ended_at=None).update(ended_at=now)
    request = PasswordRequest.objects.create(
        user=user, expires_at=now + timedelta(days=PASSWORD_REQUEST_DAYS), ended_at=None if user else now
    )
    event = audit.record("ask for new password", request, by=None)
    tell(kind, event, to=[user or email])


def find_password_request(pk: int, token: str) -> PasswordRequest | None:
    """The open request that a link refers to."""
    return _find_by_link(PasswordRequest.objects.filter(pk=pk), token)


@transaction.atomic
def answer_password_request(request: PasswordRequest, password: str) -> User:
    """Set the new password and end the request. Raises TransitionRefused if it has ended."""
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
    """Give the adult who proved that an address is theirs a first password; create the account if there is none.

    Raises TransitionRefused if the account has a password, as the owner then signs in with it.
    """
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
    except IntegrityError:  # the same person followed two links at the same moment
        return User.objects.get(sign_in_name=email)


@transaction.atomic
def change_person(user: User, *, by: User) -> None:
    """Save an adult's changed details. From now on they sign in by their new e-mail address alone.

    Links sent to the old address stop working; a person invited there is invited at the new one.
    """
    was = User.objects.select_for_update().get(pk=user.pk)
    changed = {
        name: [str(getattr(was, name)), str(getattr(user, name))]
        for name in ("name", "email", "is_active", "is_staff", "is_superuser")
        if getattr(was, name) != getattr(user, name)
    }
    if not changed:
        return
    user.sign_in_name = user.email or user.sign_in_name
    user.save()
    # allauth keeps its own addresses and would still let the person in by the old one.
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    audit.record("change person", user, by=by, changed=changed)
    if "email" in changed:
        was_invited = user.invitations.filter(ended_at=None).exists()
        _end_ways_in(user)
        if was_invited and user.is_active:
            invite(user, by=by)


@transaction.atomic
def set_password(user: User, password: str) -> None:
    """Set a password that the person chose; every other open way to let them in stops working."""
    _set_password(user, password, verb="change password")


@transaction.atomic
def warn_of_guessing(name: str, *, kind: str = "sign-in") -> None:
    """Tell the owner of `name`, at most once an hour, that strangers have used up all attempts of a kind.

    Candidates see it at sign-in.
    """
    user = User.objects.filter(sign_in_name=name.strip().lower(), is_active=True).first()
    if user and tries.is_to_be_told(name, kind):
        tell(LETTERS_OF_GUESSING[kind], audit.record(GUESSED_AT[kind], user, by=None), to=[user])


def guesses_since(user: User, moment) -> list[str]:
    """The kinds of attempts that strangers used up on the person's account after `moment` (None: ever)."""
    since = Event.objects.about(user).filter(at__gt=moment or user.date_joined)
    verbs = set(since.filter(verb__in=GUESSED_AT.values()).values_list("verb", flat=True))
    return [kind for kind, verb in GUESSED_AT.items() if verb in verbs]


@transaction.atomic
def issue_codes(users: Iterable[User], *, by: User) -> list[SignInCode]:
    """Issue new one-time codes for candidates' accounts; their earlier unused codes stop working.

    People with a password need none. That is checked after locking, as they may just have chosen one.
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
    """The open code that `typed` matches, for the candidate's account `sign_in_name`."""
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
    # Compared even when there is none, so that the answer takes the same time.
    matches = codes.is_paper_code(typed, code.nonce if code else "")
    return code if code and matches else None


@transaction.atomic
def use_code(code: SignInCode, password: str) -> User:
    """Set the candidate's own password and end the code. Raises TransitionRefused if it has ended."""
    return _let_in(code, password, verb="first sign-in")


def _let_in(secret: OneTime, password: str, *, verb: str) -> User:
    # The person is locked first, as everywhere. Both are read again: the secret may have been used or replaced.
    (user,) = _lock([secret.user])
    secret = type(secret)._base_manager.select_for_update(of=("self",)).get(pk=secret.pk)
    if not secret.is_open:
        raise TransitionRefused("This has been used or replaced in the meantime.")
    _set_password(user, password, verb=verb)
    return user


def _set_password(user: User, password: str, *, verb: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_ways_in(user)
    audit.record(verb, user, by=user)


def _end_ways_in(user: User) -> None:
    """End every other open way to let somebody in: links and codes."""
    for secrets in (user.invitations, user.signincodes, user.passwordrequests):
        secrets.filter(ended_at=None).update(ended_at=timezone.now())


def _lock(users: Iterable[User]) -> list[User]:
    """The same people, read again and locked in a fixed order, so that two requests at once wait for each other."""
    keys = [user.pk for user in users]
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
