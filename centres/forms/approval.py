"""What is typed to apply for approval."""

from django import forms as django_forms
from django.utils import timezone

from portal.catalogue.models import Qualification
from portal.kit.forms import ModelForm

from ..models import Application, Centre


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
