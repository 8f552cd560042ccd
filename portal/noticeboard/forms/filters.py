"""Filters of lists, from the query string. A filter with an error shows it, and does not narrow the list."""

from typing import Any

from django import forms

from portal.catalogue.models import Qualification
from portal.kit.forms import FilterForm

from ..models import Enquiry


class Narrowing(FilterForm):
    """A filter in which every field is optional."""

    def chosen(self, name: str) -> Any:
        """What was chosen for `name`; None or empty if nothing was, or if the value has an error."""
        return (
            self.cleaned_data.get(name) if self.is_bound and (self.is_valid() or self.cleaned_data) else None
        )


class OfQualification(Narrowing):
    qualification = forms.ModelChoiceField(
        Qualification.objects.all(), to_field_name="code", required=False, empty_label="All"
    )


class DatesForm(OfQualification):
    show = forms.ChoiceField(
        choices=[("", "Upcoming"), ("past", "Past")], required=False, label="Which dates"
    )


class TrainingForm(OfQualification):
    show = forms.ChoiceField(
        choices=[("", "Upcoming"), ("past", "Past")], required=False, label="Which events"
    )


class FeesForm(Narrowing):
    on = forms.DateField(required=False, label="Fees on", widget=forms.DateInput)


class EnquiriesForm(Narrowing):
    state = forms.ChoiceField(choices=[("", "All"), *Enquiry.State.choices], required=False)
