"""Forms for signing in and for passwords."""

import re

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.fields import PasswordField
from django import forms
from django.core.exceptions import ValidationError

from portal.kit.forms import Form

from . import actions
from .models import MailSetting, SignInCode, Topic, User

PASSWORD_HELP = "At least 10 characters. Three words of your own choice are easy to remember."  # noqa: S105


class _Plain:
    """Removes what allauth adds to its fields: placeholders, and links in the help text."""

    fields: dict[str, forms.Field]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, PasswordField):
                field.help_text = ""


class _NewPassword(_Plain):
    """A new password, entered twice."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = "New password"
        self.fields["password1"].help_text = PASSWORD_HELP
        self.fields["password2"].label = "New password again"


class SignInForm(_Plain, Form, allauth.LoginForm):
    """Sign-in for adults: e-mail address and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class CandidateSignInForm(Form):
    """Sign-in for candidates: centre number, candidate number, and a password or the one-time code from a slip.

    Valid with `user` (right password) or `code` (right one-time code) set. Every mistake gets the same
    message, so that nobody learns which numbers exist. Attempts are counted (portal.accounts.tries).
    """

    centre_number = forms.CharField(
        label="Centre number",
        max_length=10,
        help_text="5 digits.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "govuk-input--width-5", "autocomplete": "off"}
        ),
    )
    candidate_number = forms.CharField(
        label="Candidate number",
        max_length=10,
        help_text="4 digits.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "govuk-input--width-5", "autocomplete": "username"}
        ),
    )
    secret = forms.CharField(
        label="Password or one-time code",
        strip=False,
        max_length=200,
        help_text="The first time, enter the code from your slip, like K7QM-3FPX.",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    user: User | None = None
    code: SignInCode | None = None

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean(self):
        super().clean()
        if self.errors:
            return self.cleaned_data
        name, secret = self._sign_in_name(), self.cleaned_data["secret"]
        adapter = get_adapter(self.request)
        self.user = adapter.authenticate(self.request, username=name, password=secret)
        if self.user is None:
            self.code = actions.find_code(name, secret)
            if self.code is None:
                raise ValidationError(
                    "These details do not match. Check all three and try again.", code="mismatch"
                )
            adapter.forgive_attempt()
        return self.cleaned_data

    def _sign_in_name(self) -> str:
        """`20001/0007`, however it was spaced; spreadsheets and people drop leading zeros."""
        centre, candidate = (
            re.sub(r"\s", "", self.cleaned_data[part]) for part in ("centre_number", "candidate_number")
        )
        return f"{centre}/{candidate.zfill(4)}"


class ForgottenPasswordForm(_Plain, Form, allauth.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "E-mail address"

    def save(self, request, **kwargs) -> str:
        """Have an e-mail sent, whether or not anybody has the address, so that the page reveals nothing."""
        email = self.cleaned_data["email"]
        actions.ask_for_password(email)
        return email


class NewPasswordForm(_NewPassword, Form, allauth.ResetPasswordKeyForm):
    """A first password for `user`, or a new one in place of a forgotten one."""


class ChangePasswordForm(_NewPassword, Form, allauth.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = "Current password"


class MailSettingsForm(Form):
    """When a person wants the e-mails of each topic. Topics without a choice are left out."""

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        chosen = dict(MailSetting.objects.filter(user=user).values_list("topic", "timing"))
        for topic in Topic:
            if len(topic.choices_of_timing) > 1:
                self.fields[topic.value] = forms.ChoiceField(
                    choices=topic.choices_of_timing,
                    widget=forms.RadioSelect(attrs={"class": "small inline"}),
                    label=topic.label,
                    initial=chosen.get(topic, topic.usual_timing),
                )

    def timings(self) -> dict[Topic, str]:
        return {Topic(name): timing for name, timing in self.cleaned_data.items()}
