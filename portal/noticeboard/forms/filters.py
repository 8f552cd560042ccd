"""What narrows a list, from the query string. A filter that says nonsense shows its mistake and narrows nothing."""

from typing import Any

from django import forms

from portal.catalogue.models import Qualification
from portal.kit.forms import FilterForm

from ..models import Enquiry


class Narrowing(FilterForm):
    """A filter whose every field may be left out."""

    def chosen(self, name: str) -> Any:
        """What was chosen for `name`; None or empty if nothing, or nonsense, was."""
        return (
            self.cleaned_data.get(name) if self.is_bound and (self.is_valid() or self.cleaned_data) else None
        )


class OfQualification(Narrowing):
    qualification = forms.ModelChoiceField(
        Qualification.objects.all(), to_field_name="code", required=False, empty_label="All"
    )


class DatesForm(OfQualification):
    show = forms.ChoiceField(choices=[("", "To come"), ("past", "Past")], required=False, label="Which dates")


class TrainingForm(OfQualification):
    show = forms.ChoiceField(
        choices=[("", "To come"), ("past", "Past")], required=False, label="Which events"
    )


class FeesForm(Narrowing):
    on = forms.DateField(required=False, label="What it costs on", widget=forms.DateInput)


class EnquiriesForm(Narrowing):
    state = forms.ChoiceField(choices=[("", "All"), *Enquiry.State.choices], required=False)
