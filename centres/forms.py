"""What people type about centres: applications, people, orders."""

from django import forms as django_forms
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import Qualification
from portal.kit.forms import Form, ModelForm

from . import rules
from .models import Application, Centre, EntryOrder


class ApplicationForm(ModelForm):
    """An application for approval. A centre that is known already is not asked who it is."""

    qualifications = django_forms.ModelMultipleChoiceField(
        Qualification.objects.none(),
        widget=django_forms.CheckboxSelectMultiple,
        label="Which qualifications do you want to offer?",
    )
    declaration = django_forms.BooleanField(
        label="What is written here is true, and the head of centre has agreed to this application."
    )

    class Meta:
        model = Application
        fields = [
            "centre_name", "centre_kind", "centre_number", "address", "head_of_centre", "contact_name",
            "contact_email", "staffing", "equipment",
        ]  # fmt: skip
        widgets = {
            "address": django_forms.Textarea(attrs={"rows": 4}),
            "staffing": django_forms.Textarea(attrs={"rows": 5}),
            "equipment": django_forms.Textarea(attrs={"rows": 4}),
            "centre_kind": django_forms.RadioSelect,
        }

    KNOWN = ("centre_name", "centre_kind", "centre_number", "address")

    def __init__(self, *args, centre: Centre | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.centre = centre
        open_ones = [q.pk for q in Qualification.objects.all() if q.is_open_for_entry(timezone.localdate())]
        choices = Qualification.objects.filter(pk__in=open_ones)
        if not centre:
            self.fields["centre_kind"].choices = Centre.Kind.choices
        else:
            for name in self.KNOWN:
                del self.fields[name]
            choices = choices.exclude(approvals__centre=centre, approvals__state="approved")
        self.fields["qualifications"].queryset = choices

    def clean_centre_number(self):
        number = self.cleaned_data["centre_number"]
        if number and Centre.objects.filter(number=number).exists():
            raise django_forms.ValidationError(
                "A centre with this number uses the portal already. Its exams officer can apply after signing in."
            )
        return number

    def application(self) -> Application:
        """The application as typed, of the centre that is known already or a new one."""
        application = super().save(commit=False)
        if self.centre:
            application.centre = self.centre
            application.centre_name, application.centre_kind = self.centre.name, self.centre.kind
            application.centre_number, application.address = self.centre.number, self.centre.address
        return application


class PersonForm(Form):
    """Somebody to be given a role at a centre."""

    name = django_forms.CharField(max_length=120, label="Full name")
    email = django_forms.EmailField(
        label="E-mail address",
        help_text="They sign in with it. Who has no account yet is sent an invitation.",
    )
    role = django_forms.ChoiceField(choices=Role, widget=django_forms.RadioSelect)

    def clean_email(self):
        email = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email, is_active=False).exists():
            raise django_forms.ValidationError("This account is closed. Ask the awarding body.")
        return email


class OrderForm(ModelForm):
    """An order of unit entries: the centre's order number, and a number for each qualification it may order."""

    class Meta:
        model = EntryOrder
        fields = ["order_number"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = rules.may_order(self.instance.centre, timezone.localdate())
        held = {}
        if self.instance.pk:
            held = dict(self.instance.lines.values_list("qualification_id", "quantity"))
        for qualification, price in self.offered:
            self.fields[f"quantity_{qualification.pk}"] = django_forms.IntegerField(
                min_value=0,
                max_value=9999,
                required=False,
                initial=held.get(qualification.pk),
                label=f"{qualification}: number of unit entries",
                help_text=f"£{price} each",
            )

    def quantities(self) -> dict[Qualification, int]:
        return {q: self.cleaned_data.get(f"quantity_{q.pk}") or 0 for q, _ in self.offered}

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(self.quantities().values()):
            raise django_forms.ValidationError(
                "Enter how many entries you want for at least one qualification."
            )
        return cleaned

    def _get_validation_exclusions(self):
        """The order number is unique at the centre, so the centre takes part in the check."""
        return super()._get_validation_exclusions() - {"centre"}
