"""Filters of this room's lists, from the query string."""

import django_filters
from django.db.models import Q

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import Qualification
from portal.kit.forms import FilterForm

from .models import LedgerLine
from .people import WayIn


class LedgerFilter(django_filters.FilterSet):
    """Ledger lines by qualification and kind."""

    qualification = django_filters.ModelChoiceFilter(
        field_name="account__qualification", queryset=Qualification.objects.none(), label="Qualification",
        empty_label="All",
    )  # fmt: skip
    kind = django_filters.ChoiceFilter(choices=LedgerLine.Kind, label="Kind of line", empty_label="All")

    class Meta:
        model = LedgerLine
        fields = ["qualification", "kind"]
        form = FilterForm

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["qualification"].queryset = Qualification.objects.filter(entry_accounts__centre=centre)


class PeopleFilter(django_filters.FilterSet):
    """People of a centre (`people_of`) by words of name or address, role, and how far they have got."""

    q = django_filters.CharFilter(method="with_words", label="Name or e-mail")
    role = django_filters.ChoiceFilter(choices=Role, method="with_role", label="Role", empty_label="All")
    way_in = django_filters.ChoiceFilter(choices=WayIn, label="Signing in", empty_label="All")

    class Meta:
        model = User
        fields = ["q", "role", "way_in"]
        form = FilterForm

    def with_words(self, people, name, value):
        return people.filter(Q(name__icontains=value) | Q(email__icontains=value))

    def with_role(self, people, name, value):
        return people.filter(pk__in=self.memberships.filter(role=value).values("user"))

    def __init__(self, *args, memberships, **kwargs):
        super().__init__(*args, **kwargs)
        self.memberships = memberships
