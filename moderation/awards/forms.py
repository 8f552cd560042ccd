"""Forms for checking a certificate, and for staff to correct, revoke or restore one."""

from collections.abc import Iterable

from django import forms

from portal.kit.forms import DateField, Form

from . import numbers, rules
from .models import Certificate, Revocation
from .spelling import why_no_correction


class RestoreForm(forms.Form):
    """The reason for a proposal about certificates, for staff."""

    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}),
        help_text="The centre sees this.",
    )


class RevokeForm(RestoreForm):
    ground = forms.ChoiceField(
        label="Reason given to the public",
        choices=[("", "Choose"), *Revocation.Ground.choices],
        help_text="Anyone who checks the certificate sees this.",
    )


class CorrectionForm(forms.Form):
    """The right spelling of a name, and the evidence for it, for staff."""

    name = forms.CharField(
        label="Name as it should be printed",
        max_length=130,
        help_text="This must be another spelling of the same name. A change of name since the award is not printed.",
        widget=forms.TextInput(attrs={"size": 60}),
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 2, "cols": 80}))
    evidence = forms.CharField(
        label="Evidence",
        max_length=500,
        help_text="What shows the right spelling, and who saw it. For example, a passport seen at the centre.",
        widget=forms.TextInput(attrs={"size": 80}),
    )

    def __init__(self, *args, certificates: Iterable[Certificate], **kwargs):
        super().__init__(*args, **kwargs)
        self.printed = {certificate.certificate_name for certificate in certificates}

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        refusals = [
            refusal for printed in sorted(self.printed) if (refusal := why_no_correction(printed, name))
        ]
        if refusals:
            raise forms.ValidationError(refusals)
        return name


class CheckForm(Form):
    """A certificate number, and a detail that only the holder or someone they told would know."""

    number = forms.CharField(
        label="Certificate number",
        max_length=30,
        help_text="As printed, for example 7KQM-3FPX-R2WA.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    last_name = forms.CharField(
        label="Holder’s last name",
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    date_of_birth = DateField(label="Holder’s date of birth", required=False)
    marks_optional = False

    def clean(self):
        cleaned = super().clean() or {}
        if "date_of_birth" in cleaned and not (cleaned["date_of_birth"] or cleaned.get("last_name")):
            self.add_error("last_name", "Enter the holder’s last name, their date of birth, or both")
        return cleaned

    def certificate(self) -> Certificate | None:
        """The certificate, if number and holder match. A wrong number and a wrong holder get the same answer."""
        found = Certificate.objects.filter(number=numbers.tidy(self.cleaned_data["number"])).first()
        if found and rules.is_holder(
            found, self.cleaned_data["last_name"], self.cleaned_data["date_of_birth"]
        ):
            return found
        return None
