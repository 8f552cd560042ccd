"""Filters of this room's lists, from the query string."""

import django_filters

from portal.catalogue.models import Qualification
from portal.kit.forms import FilterForm

from .models import LedgerLine


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
