"""A person's factors: which they have, whether a code is right, and how they change, with audit lines.

They are rows of django-allauth's `Authenticator`. Recovery codes come with the first factor and go with the last.
"""

import logging

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..mailing import tell
from ..models import User

logger = logging.getLogger(__name__)
Type = Authenticator.Type
STANDS_ALONE = [Type.TOTP, Type.WEBAUTHN]  # recovery codes only replace these
NAMES = {Type.TOTP: "authenticator app", Type.WEBAUTHN: "passkey", Type.RECOVERY_CODES: "recovery code"}
LAST_COUNTER = "last_counter"  # of the last used code: neither it nor an earlier one works again


# --- which there are ----------------------------------------------------------------------


def factors_of(user: User):
    """Authenticator app and passkeys, without recovery codes, oldest first."""
    return Authenticator.objects.filter(user=user, type__in=STANDS_ALONE).order_by("created_at", "pk")


def has_factor(user: User) -> bool:
    return factors_of(user).exists()


def of_people(user_key: str = "pk") -> Exists:
    """For a queryset of people, or of rows with a person under `user_key`: whether a factor is set up."""
    return Exists(Authenticator.objects.filter(user=OuterRef(user_key), type__in=STANDS_ALONE))


def is_due(user) -> bool:
    """Whether this person, whose request begins, must set up a factor before anything else. Candidates never must."""
    return bool(
        settings.SECOND_FACTOR_REQUIRED and user.is_authenticated and user.email and not user.had_factor
    )


def recovery_codes(user: User) -> list[str]:
    """Those not used yet, as printed: `1234 5678`."""
    held = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    return [f"{code[:4]} {code[4:]}" for code in held.wrap().get_unused_codes()] if held else []


# --- whether a code is right --------------------------------------------------------------


def counter_of(secret: str, typed: str, *, after: int = -1) -> int | None:
    """The time step of the authenticator app's code: one of about now, and later than `after`."""
    for counter in yield_hotp_counters_from_time():
        right = format_hotp_value(hotp_value(secret, counter))
        if counter > after and compare_user_code(actual=typed, expected=right):
            return counter
    return None


@transaction.atomic
def use_code(user: User, typed: str) -> Authenticator | None:
    """The factor for which `typed` is right: a code of the app, or a recovery code. Each works once."""
    held = Authenticator.objects.select_for_update().filter(user=user).exclude(type=Type.WEBAUTHN)
    for factor in held.order_by("pk"):
        use = _use_app_code if factor.type == Type.TOTP else _use_recovery_code
        try:
            if use(factor, typed):
                return factor
        except InvalidToken:
            logger.error("A factor of person %s was sealed with a key that is gone.", user.pk)
    return None


def _use_app_code(factor: Authenticator, typed: str) -> bool:
    counter = counter_of(decrypt(factor.data["secret"]), typed, after=factor.data.get(LAST_COUNTER, -1))
    if counter is None:
        return False
    factor.data[LAST_COUNTER] = counter
    factor.save(update_fields=["data"])
    return True


def _use_recovery_code(factor: Authenticator, typed: str) -> bool:
    if not factor.wrap().validate_code(typed):
        return False
    factor.refresh_from_db()
    _tell(audit.record("use recovery code", factor.user, by=factor.user))
    return True


# --- changes ------------------------------------------------------------------------------


@transaction.atomic
def add_app(user: User, secret: str, counter: int) -> Authenticator:
    """Add the authenticator app with `secret`; the code just entered, of `counter`, does not work again."""
    _lock(user)
    if Authenticator.objects.filter(user=user, type=Type.TOTP).exists():
        raise TransitionRefused("You already have an authenticator app. Remove it first.")
    factor = TOTP.activate(user, secret).instance
    factor.data[LAST_COUNTER] = counter
    factor.save(update_fields=["data"])
    return _added(factor)


@transaction.atomic
def add_passkey(user: User, name: str, credential: dict) -> Authenticator:
    _lock(user)
    return _added(WebAuthn.add(user, name, credential).instance)


def _added(factor: Authenticator) -> Authenticator:
    RecoveryCodes.activate(factor.user)
    _tell(audit.record("set up second step", factor.user, by=factor.user, after=NAMES[Type(factor.type)]))
    return factor


@transaction.atomic
def remove(factor: Authenticator, *, by: User) -> None:
    """Remove one of the person's own factors. The last one stays where two-step verification is required."""
    _lock(by)
    if not factors_of(by).filter(pk=factor.pk).exists():
        return  # a second click
    others = factors_of(by).exclude(pk=factor.pk)
    if not others.exists():
        if settings.SECOND_FACTOR_REQUIRED:
            raise TransitionRefused(
                "This is your only two-step verification method. Set up another one first."
            )
        Authenticator.objects.filter(user=by).delete()
    else:
        factor.delete()
    _tell(audit.record("remove second step", by, by=by, before=NAMES[Type(factor.type)]))


@transaction.atomic
def renew_recovery_codes(user: User) -> None:
    """Make new recovery codes; the earlier ones stop working."""
    _lock(user)
    Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    RecoveryCodes.activate(user)
    _tell(audit.record("renew recovery codes", user, by=user))


@transaction.atomic
def reset(user: User, *, by: User, **details) -> None:
    """Remove all factors of somebody who lost them, so that they set up again. `details`: for the audit line."""
    _lock(user)
    if user == by:
        raise TransitionRefused("You cannot reset your own two-step verification. Ask somebody else who may.")
    count, _ = Authenticator.objects.filter(user=user).delete()
    if not count:
        raise TransitionRefused(f"{user} has not set up two-step verification.")
    _tell(audit.record("reset second step", user, by=by, **details))


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _tell(event) -> None:
    """Tell the person at once, in case they did not do it themselves."""
    tell("second_step", event, to=[event.subject])
