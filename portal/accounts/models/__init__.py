"""People who sign in, what lets them in, and the e-mails they get."""

from .mail import Digest, EMail, MailSetting, Timing, Topic
from .people import Invitation, OneTime, PasswordRequest, SignInCode, User

__all__ = [
    "Digest",
    "EMail",
    "Invitation",
    "MailSetting",
    "OneTime",
    "PasswordRequest",
    "SignInCode",
    "Timing",
    "Topic",
    "User",
]
