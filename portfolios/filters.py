"""How centre staff filter the list of work."""

import django_filters as filters
from django.forms import ModelChoiceField, TextInput

from candidates.models import Candidate, Group
from portal.catalogue.models import Unit
from portal.kit.forms import FilterForm

from .models import Assignment
from .states import OPEN, AssignmentState

State = AssignmentState
# Tabs above the list: {key: (words, states)}; the first is the default.
TABS = {
    "waiting": ("Waiting for marking", [State.HANDED_IN]),
    "working": ("With candidates", OPEN),
    "achieved": ("Achieved", [State.ACHIEVED]),
    "claimed": ("Claimed and confirmed", [State.CLAIMED, State.CONFIRMED]),
    "all": ("All", list(State)),
}


class GroupFilter(FilterForm):
    """One group of a centre, or all; a group that is not there is ignored."""

    group = ModelChoiceField(queryset=Group.objects.none(), required=False, empty_label="All")

    def __init__(self, data, *, centre):
        super().__init__(data)
        self.fields["group"].queryset = centre.groups.all()  # type: ignore[attr-defined]

    def chosen(self) -> Group | None:
        return self.cleaned_data["group"] if self.is_valid() else None


class WorkFilter(filters.FilterSet):
    """Work at one centre; `queryset`: what the user may see of it; `states`: those that the tab shows; `units`: those
    that candidates have."""

    find = filters.CharFilter(
        method="search", label="Candidate", widget=TextInput(attrs={"placeholder": "Name or number"})
    )
    unit = filters.ModelChoiceFilter(queryset=Unit.objects.none(), label="Unit")
    group = filters.ModelChoiceFilter(queryset=Group.objects.none(), method="in_group", label="Group")
    state = filters.ChoiceFilter(choices=AssignmentState.choices, label="State", empty_label="All")
    sort = filters.OrderingFilter(
        label="Sort by",
        empty_label=None,
        choices=[
            ("handed_in", "Waiting longest"),
            ("name", "Candidate"),
            ("unit", "Unit"),
            ("due", "Due first"),
        ],
        fields=[
            ("handed_in_at", "handed_in"),
            ("candidate__last_name", "name"),
            ("unit__code", "unit"),
            ("due_on", "due"),
        ],
    )

    class Meta:
        model = Assignment
        fields = ["find", "unit", "group", "state", "sort"]
        form = FilterForm

    def __init__(self, *args, centre, states, units, **kwargs):
        self.centre = centre
        super().__init__(*args, **kwargs)
        self.filters["unit"].queryset = units
        self.filters["group"].queryset = centre.groups.all()
        self.filters["state"].extra["choices"] = [(state, state.label) for state in states]
        if len(states) == 1:
            del self.filters["state"]

    def search(self, queryset, name, words):
        return queryset.filter(candidate__in=Candidate.objects.filter(centre=self.centre).search(words))

    def in_group(self, queryset, name, group):
        return queryset.filter(candidate__groups=group)
