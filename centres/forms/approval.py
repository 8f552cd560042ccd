"""Forms for applying for approval: one for each part, and those before and after it."""

from django import forms as django_forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.catalogue.models import Qualification
from portal.files import filetypes
from portal.kit.forms import Form, ModelForm, MultipleFileField, TwoTabs

from .. import answers
from ..models import Application, Centre
from ..models.applications import WORDS_LIMIT


class StartForm(Form):
    """The address that the link to the application is sent to."""

    email = django_forms.EmailField(
        label="Your e-mail address",
        widget=django_forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="We will send you a link to open your application, now and whenever you come back.",
    )


def _long(rows: int) -> django_forms.Textarea:
    return django_forms.Textarea(attrs={"rows": rows, "maxlength": WORDS_LIMIT})


class PartForm(TwoTabs, ModelForm):
    """One part of an application. A draft may be saved half answered; once submitted, an application stays complete."""

    part: answers.Part
    marks_optional = False  # which fields are optional depends on the part, see below

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        may_be_empty = self.instance.state == Application.State.DRAFT
        for name, field in self.fields.items():
            if name in self.part.needed:
                field.required = not may_be_empty
            elif name in self.part.fields:
                field.label = f"{field.label} (optional)"


class CentrePartForm(PartForm):
    part = answers.CENTRE

    site_url = django_forms.URLField(
        label="Web site of the centre", required=False, assume_scheme="https", max_length=200
    )

    class Meta:
        model = Application
        fields = answers.CENTRE.fields
        widgets = {
            "centre_kind": django_forms.RadioSelect,
            "centre_number": django_forms.TextInput(
                attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}
            ),
            "address": django_forms.Textarea(attrs={"rows": 4, "maxlength": 500}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["centre_kind"].choices = Centre.Kind.choices

    def clean_centre_number(self):
        number = self.cleaned_data["centre_number"]
        if number and Centre.objects.filter(number=number).exists():
            raise ValidationError(
                "A centre with this number already uses the portal. Its exams officer can sign in and apply."
            )
        return number


class PeoplePartForm(PartForm):
    part = answers.PEOPLE

    class Meta:
        model = Application
        fields = answers.PEOPLE.fields
        widgets = {"contact_phone": django_forms.TextInput(attrs={"class": "govuk-input--width-20"})}


class LevelsPartForm(PartForm):
    """Which qualifications, each a level of its suite. Those already approved or asked for are left out."""

    part = answers.LEVELS

    qualifications = django_forms.ModelMultipleChoiceField(
        Qualification.objects.none(),
        required=False,
        widget=django_forms.CheckboxSelectMultiple,
        label="Which qualifications do you want to offer?",
        help_text="Each is one level and is decided separately.",
    )

    class Meta:
        model = Application
        fields = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choices = Qualification.objects.open_for_entry(timezone.localdate())
        if centre := self.instance.centre:
            asked = Application.objects.waiting().filter(centre=centre).exclude(pk=self.instance.pk)
            choices = choices.exclude(pk__in=centre.approvals.current().values("qualification")).exclude(
                pk__in=asked.values("qualifications")
            )
        self.fields["qualifications"].queryset = choices
        self.initial["qualifications"] = [line.qualification_id for line in self.instance.lines.all()]


class TeachingPartForm(PartForm):
    part = answers.TEACHING

    class Meta:
        model = Application
        fields = answers.TEACHING.fields
        widgets = {"staffing": _long(6), "equipment": _long(5)}


class AttachmentsField(MultipleFileField):
    """Files that are checked one by one when they are saved: a faulty one does not stop the others."""

    def clean(self, data, initial=None):
        return list(data or [])


def _files(kind: type[MultipleFileField], **more) -> MultipleFileField:
    return kind(
        max_bytes=settings.APPLICATION_FILE_LIMIT_BYTES,
        max_files=settings.APPLICATION_FILES_LIMIT,
        extensions=filetypes.endings(filetypes.PAPERS),
        required=False,
        **more,
    )


class ElsewherePartForm(PartForm):
    """Approvals by other bodies and, in a draft, attachments."""

    part = answers.ELSEWHERE

    class Meta:
        model = Application
        fields = answers.ELSEWHERE.fields
        widgets = {
            "approved_elsewhere": django_forms.RadioSelect(attrs={"inline": True}),
            "other_approvals": _long(4),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["approved_elsewhere"].choices = Application.Elsewhere.choices
        self.fields["approved_elsewhere"].label = "Is your centre approved by another awarding body?"
        self.fields["other_approvals"].label = "If so, which body, for what, and since when?"
        self.fields["other_approvals"].help_text = ""
        if self.instance.state == Application.State.DRAFT:
            self.fields["files"] = _files(
                AttachmentsField,
                label="Attach files (optional)",
                help_text="For example letters of approval and the last two external verifiers’ reports.",
            )

    def clean(self):
        cleaned = super().clean() or {}
        has_been_sent = self.instance.state != Application.State.DRAFT
        if (
            has_been_sent
            and cleaned.get("approved_elsewhere") == "yes"
            and not cleaned.get("other_approvals")
        ):
            self.add_error("other_approvals", "Enter which body approved your centre, and for what")
        return cleaned


PART_FORMS: dict[str, type[PartForm]] = {
    form.part.slug: form
    for form in (CentrePartForm, PeoplePartForm, LevelsPartForm, TeachingPartForm, ElsewherePartForm)
}


class DeclarationForm(Form):
    """The declaration that is made when an application is submitted."""

    declared_by = django_forms.CharField(max_length=120, label="Your full name")
    declaration = django_forms.BooleanField(
        label="The information in this application is true and complete, and the head of centre agrees to it."
    )


class AnswerForm(Form):
    """An answer to the awarding body's question."""

    text = django_forms.CharField(label="Your answer", max_length=WORDS_LIMIT, widget=_long(6))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"] = _files(MultipleFileField, label="Attach files")


class QuestionForm(django_forms.Form):
    """A question from staff to the applicant, asked in the admin."""

    question = django_forms.CharField(
        max_length=WORDS_LIMIT,
        widget=django_forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"}),
        help_text="It is sent to the applicant exactly as you write it.",
    )


class DecisionForm(django_forms.Form):
    """The decision of staff on each qualification of an application, made in the admin."""

    approved = django_forms.ModelMultipleChoiceField(
        Qualification.objects.none(),
        required=False,
        widget=django_forms.CheckboxSelectMultiple,
        label="Approve",
        help_text="Those you do not select are refused. If you select none, the application is refused.",
    )
    number = django_forms.CharField(
        label="Centre number", max_length=5, help_text="Five digits. The suggested number is free."
    )
    reason = django_forms.CharField(
        required=False,
        max_length=WORDS_LIMIT,
        widget=django_forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text="Required if you refuse anything. It is sent to the centre.",
    )

    def __init__(self, *args, application: Application, number: str, **kwargs):
        super().__init__(*args, **kwargs)
        asked = application.qualifications.all()
        self.fields["approved"].queryset = asked
        self.fields["approved"].initial = [qualification.pk for qualification in asked]
        self.fields["number"].initial = number
        self.asked = list(asked)
        if application.centre:
            del self.fields["number"]

    def clean_number(self):
        number = self.cleaned_data["number"].strip()
        if not (number.isascii() and number.isdigit() and len(number) == 5):
            raise ValidationError("A centre number has five digits.")
        if Centre.objects.filter(number=number).exists():
            raise ValidationError(f"Centre number {number} belongs to another centre. Choose another.")
        return number

    def clean(self):
        cleaned = super().clean() or {}
        if "approved" in cleaned and len(cleaned["approved"]) < len(self.asked) and not cleaned.get("reason"):
            self.add_error("reason", "Enter the reason for the refusal. It is sent to the centre.")
        return cleaned

    @property
    def refused(self) -> list[Qualification]:
        approved = set(self.cleaned_data["approved"])
        return [qualification for qualification in self.asked if qualification not in approved]
