"""How django-allauth behaves here: throttling and messages are the portal's own."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.core.exceptions import ValidationError

from . import keeping, tries

ADULT_HELP = (
    "ask for a link by e-mail, choose a new password and sign in at once. "
    "If neither helps, ask your exams officer or the awarding body."
)
CANDIDATE_HELP = "ask your tutor or exams officer for a new slip."
GUESSED = {
    "sign-in": "Since you last signed in, somebody has entered many wrong passwords for your account. If it was not "
    "you, check that your password is hard to guess.",
    "second-step": "Since you last signed in, somebody has entered many wrong two-step verification codes. If it was "
    "not you, somebody knows your password: change it now.",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or password is wrong. Check both and try again.",
        "enter_current_password": "This is not your current password.",
    }

    counted: tries.Try | None = None

    def is_open_for_signup(self, request) -> bool:
        """Nobody signs up by themselves: adults are invited, candidates get a code."""
        return False

    def add_message(self, *args, **kwargs) -> None:
        """Our pages say what happened; allauth's own messages would repeat it."""

    def pre_authenticate(self, request, **credentials) -> None:
        """Count the attempt in our own way, which cannot lock the owner out."""
        name = credentials.get("email") or credentials.get("username") or ""
        try:
            self.counted = tries.begin(request, name)
        except tries.TooManyTries as refusal:
            whom = ADULT_HELP if "email" in credentials else CANDIDATE_HELP
            words = f"Too many attempts. Wait {refusal.wait}, or {whom}"
            if refusal.of_name:
                self._actions.warn_of_guessing(name)
                words = f"There were too many wrong attempts on this account. To sign in now, {whom}"
            raise ValidationError(words, code="too_many") from None

    def forgive_attempt(self) -> None:
        """The attempt that `authenticate` counted was right: a password, or a one-time code."""
        if self.counted:
            self.counted.give_back()

    _rollback_login_failed_rl_usage = forgive_attempt  # allauth's own name for it

    def login(self, request, user) -> None:
        """End the session with the browser, for everybody. Warn a person whose account was guessed at."""
        last = user.last_login
        super().login(request, user)
        request.session.set_expiry(0)
        for kind in self._actions.guesses_since(user, last):
            messages.warning(request, GUESSED[kind])

    def post_login(self, request, user, **kwargs):
        """Remember this browser as one of this person's."""
        response = super().post_login(request, user, **kwargs)
        tries.know_browser(request, response, user.sign_in_name)
        keeping.remember_way_in(response, user)
        return response

    def set_password(self, user, password: str) -> None:
        """Set it with its audit line; every other open way to let them in ends."""
        self._actions.set_password(user, password)

    @property
    def _actions(self):
        from . import actions  # needs the models, which are not loaded yet when allauth reads this class

        return actions
