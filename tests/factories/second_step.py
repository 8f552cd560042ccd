"""Second factors, and the codes that an authenticator app would show."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt

from portal.accounts.models import User
from portal.accounts.second_step import factors


def app_of(user: User):
    """An authenticator app, set up for `user` some time ago."""
    return factors.add_app(user, generate_totp_secret(), counter=0)


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the app with `secret` shows now, or this many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def code_for(user: User, *, steps: int = 0) -> str:
    return code_of(decrypt(user.authenticator_set.get(type="totp").data["secret"]), steps=steps)
