"""Filters of this room's lists, from the query string."""

import django_filters
from django.db.models import Q
from django.forms import DateInput

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import Qualification
from portal.kit.forms import FilterForm
from portal.kit.searching import holding

from .models import EntryOrder, LedgerLine
from .people import WayIn
from .querysets import LedgerLineQuerySet


class OrderFilter(django_filters.FilterSet):
    """A centre's orders by state."""

    state = django_filters.ChoiceFilter(choices=EntryOrder.State, label="State", empty_label="All")

    class Meta:
        model = EntryOrder
        fields = ["state"]
        form = FilterForm


class LedgerFilter(django_filters.FilterSet):
    """Ledger lines by product, kind and day."""

    qualification = django_filters.ModelChoiceFilter(
        field_name="account__qualification", queryset=Qualification.objects.none(), label="Product",
        empty_label="All",
    )  # fmt: skip
    kind = django_filters.ChoiceFilter(choices=LedgerLine.Kind, label="Kind of change", empty_label="All")
    from_day = django_filters.DateFilter(
        field_name="at", lookup_expr="date__gte", label="From", widget=DateInput()
    )
    to_day = django_filters.DateFilter(
        field_name="at", lookup_expr="date__lte", label="To", widget=DateInput()
    )

    class Meta:
        model = LedgerLine
        fields = ["qualification", "kind", "from_day", "to_day"]
        form = FilterForm

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["qualification"].queryset = Qualification.objects.filter(entry_accounts__centre=centre)

    @property
    def qs(self) -> LedgerLineQuerySet:
        """No lines if a filter has an error: all of them would look like an answer."""
        return super().qs if self.form.is_valid() else self.queryset.none()

    def in_words(self) -> list[str]:
        """What was chosen, for the printed statement."""
        if not self.form.is_valid():
            return []
        chosen = self.form.cleaned_data
        kinds = dict(LedgerLine.Kind.choices)
        words = [str(chosen["qualification"] or ""), kinds.get(chosen["kind"], "")]
        words += [f"{label} {day:%-d %B %Y}" for label, day in self._days(chosen)]
        return [word for word in words if word]

    @staticmethod
    def _days(chosen: dict) -> list:
        days = (("from", chosen["from_day"]), ("to", chosen["to_day"]))
        return [(label, day) for label, day in days if day]


class PeopleFilter(django_filters.FilterSet):
    """People of a centre (`people_of`) by words in name or address, by role, and by how far they have got."""

    find = django_filters.CharFilter(method="with_words", label="Name or e-mail")
    role = django_filters.ChoiceFilter(choices=Role, method="with_role", label="Role", empty_label="All")
    way_in = django_filters.ChoiceFilter(choices=WayIn, label="Signing in", empty_label="All")

    class Meta:
        model = User
        fields = ["find", "role", "way_in"]
        form = FilterForm

    def with_words(self, people, name, value):
        return people.filter(holding("plain_names", value) | Q(email__icontains=value))

    def with_role(self, people, name, value):
        return people.filter(pk__in=self.memberships.filter(role=value).values("user"))

    def __init__(self, *args, memberships, **kwargs):
        super().__init__(*args, **kwargs)
        self.memberships = memberships
