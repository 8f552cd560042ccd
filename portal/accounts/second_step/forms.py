"""What people enter, or their device answers, to set up and to use two-step verification."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as allauth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from portal.kit.forms import Form

from .. import actions, tries
from ..models import User
from . import factors

KIND = "second-step"  # of attempts
WRONG_CODE = "This code is wrong or has been used. Wait for the next one and try again."
# What fido2 raises when a credential is not one at all: anybody may send anything.
RUBBISH = (AttributeError, KeyError, TypeError, ValueError)


def _code_field(**kwargs) -> forms.CharField:
    attrs = {"autocomplete": "one-time-code", "class": "govuk-input--width-10", "spellcheck": "false"}
    return forms.CharField(
        max_length=20, widget=forms.TextInput(attrs={**attrs, **kwargs.pop("attrs", {})}), **kwargs
    )


class _Counted:
    """Counts attempts, for the person and the browser."""

    def begin(self, request, user: User) -> tries.Try:
        try:
            return tries.begin(request, user.sign_in_name, kind=KIND)
        except tries.TooManyTries as refusal:
            if refusal.of_name:
                actions.warn_of_guessing(user.sign_in_name, kind=KIND)
            words = f"Too many attempts. Wait {refusal.wait}, then try again. A passkey works at once."
            raise ValidationError(words, code="too_many") from None


class AppForm(_Counted, Form):
    """The first code of a new authenticator app. Valid with `counter` set."""

    code = _code_field(label="Code from the app", help_text="6 digits.", attrs={"inputmode": "numeric"})
    counter: int

    def __init__(self, request, secret: str, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.secret = request, secret

    def clean_code(self) -> str:
        counted = self.begin(self.request, self.request.user)
        counter = factors.counter_of(self.secret, self.cleaned_data["code"])
        if counter is None:
            raise ValidationError(
                "This code is wrong. Check the clock on your phone, then enter the next code."
            )
        counted.give_back()
        self.counter = counter
        return self.cleaned_data["code"]


class CodeForm(_Counted, Form):
    """A code of the authenticator app, or a recovery code. Valid with `factor` set."""

    code = _code_field(label="Code", help_text="6 digits from the app, or one of your recovery codes.")
    factor: Authenticator

    def __init__(self, request, user: User, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_code(self) -> str:
        counted = self.begin(self.request, self.user)
        factor = factors.use_code(self.user, self.cleaned_data["code"])
        if factor is None:
            raise ValidationError(WRONG_CODE, code="wrong")
        counted.give_back()
        self.factor = factor
        return self.cleaned_data["code"]


class PasswordForm(_Counted, Form):
    """The password again, from somebody who has no factor yet."""

    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        counted = self.begin(self.request, self.request.user)
        if not self.request.user.check_password(self.cleaned_data["password"]):
            raise ValidationError("This is not your password.", code="wrong")
        counted.give_back()
        return self.cleaned_data["password"]


class _Credential:
    """The device's answer, as the browser sends it; nonsense is refused and causes no error."""

    def _clean_fields(self):
        try:
            super()._clean_fields()
        except RUBBISH:
            self.add_error(None, get_adapter().validation_error("incorrect_code"))

    def clean(self):
        try:
            return super().clean()
        except RUBBISH:
            raise get_adapter().validation_error("incorrect_code") from None


class NewPasskeyForm(_Credential, Form, allauth.SignupWebAuthnForm):
    """A new passkey: what the person calls it, and what their device made."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of this passkey"
        self.fields["name"].help_text = "So that you can recognise it, such as “My phone”."
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60


class PasskeyProofForm(_Credential, allauth.AuthenticateWebAuthnForm):
    """A passkey used as the second step."""


class PasskeySignInForm(_Credential, allauth.LoginWebAuthnForm):
    """A passkey used instead of e-mail address and password."""


def proof_by_passkey(data: MultiValueDict, user: User) -> Authenticator | None:
    """The passkey of `user` that the device answered with, if any."""
    form = PasskeyProofForm(data=data, user=user)
    return form.cleaned_data["credential"] if form.is_valid() else None
