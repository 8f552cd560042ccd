"""How django-allauth behaves here: throttling, messages, e-mails and links are the portal's own."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.urls import reverse

from portal.kit import mail


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "enter_current_password": "This is not your current password.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request) -> bool:
        """Nobody signs up by themselves: adults are invited, candidates get a code."""
        return False

    def add_message(self, *args, **kwargs) -> None:
        """The pages themselves say what happened; allauth's own notices would say it twice."""

    def forgive_attempt(self) -> None:
        """What `authenticate` counted as a failed attempt was a right one-time code."""
        self._rollback_login_failed_rl_usage()

    def set_password(self, user, password: str) -> None:
        """With its audit line; an open invitation ends with it."""
        from . import actions  # needs the models, which are not loaded yet when allauth reads this class

        actions.set_password(user, password)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """allauth's `account/email/<name>` is `emails/<name>` here, as every other e-mail."""
        mail.send(template_prefix.rpartition("/")[2], to=email, context=context)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of a password e-mail; `key` is `<who>-<secret>`. Never made from the request's host."""
        who, _, secret = key.partition("-")
        return settings.SITE_URL + reverse("reset-password", kwargs={"uidb36": who, "key": secret})
