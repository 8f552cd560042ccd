"""Filters for this room's lists, from the query string."""

import django_filters

from candidates.models import Candidate, Group
from centres.models import Centre
from portal.catalogue.models import Qualification
from portal.kit.forms import FilterForm
from portfolios.models import Assignment

from .models import Claim, ClaimLine


class ClaimFilter(django_filters.FilterSet):
    """A centre's claims by qualification and state."""

    qualification = django_filters.ModelChoiceFilter(
        queryset=Qualification.objects.none(), label="Qualification", empty_label="All"
    )
    state = django_filters.ChoiceFilter(choices=Claim.State, label="State", empty_label="All")
    returned = django_filters.ChoiceFilter(
        choices=[("yes", "To be assessed again")],
        method="with_returned_work",
        label="Returned work",
        empty_label="All claims",
    )

    class Meta:
        model = Claim
        fields = ["qualification", "state", "returned"]
        form = FilterForm

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["qualification"].queryset = Qualification.objects.filter(
            claims__centre=centre
        ).distinct()

    def with_returned_work(self, claims, name, value):
        return claims.with_returned_work()


class ModeratedFilter(django_filters.FilterSet):
    """A moderator's claims by centre and state."""

    centre = django_filters.ModelChoiceFilter(
        queryset=Centre.objects.none(), label="Centre", empty_label="All"
    )
    state = django_filters.ChoiceFilter(
        choices=[
            (state.value, state.label)
            for state in Claim.State
            if state not in (Claim.State.DRAFT, Claim.State.DISCARDED)
        ],
        label="State",
        empty_label="All",
    )

    class Meta:
        model = Claim
        fields = ["centre", "state"]
        form = FilterForm

    def __init__(self, *args, centres, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["centre"].queryset = centres


class WorkFilter(django_filters.FilterSet):
    """Work that can go on a claim, by candidate and group."""

    find = django_filters.CharFilter(label="Candidate’s name or number", method="search")
    group = django_filters.ModelChoiceFilter(
        field_name="candidate__groups", queryset=Group.objects.none(), label="Group", empty_label="All"
    )

    class Meta:
        model = Assignment
        fields = ["find", "group"]
        form = FilterForm

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["group"].queryset = Group.objects.filter(centre=centre)

    def search(self, work, name, words):
        return work.filter(candidate__in=Candidate.objects.search(words).values("pk"))


class LineFilter(django_filters.FilterSet):
    """Lines of a claim by candidate."""

    find = django_filters.CharFilter(label="Candidate’s name or number", method="search")

    class Meta:
        model = ClaimLine
        fields = ["find"]
        form = FilterForm

    def search(self, lines, name, words):
        return lines.filter(assignment__candidate__in=Candidate.objects.search(words).values("pk"))
