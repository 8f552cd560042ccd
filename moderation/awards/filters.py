"""Filters for certificates, from the query string."""

import django_filters
from django.db.models import Q

from moderation.models import Claim
from portal.catalogue.models import Unit
from portal.kit.forms import FilterForm
from portal.kit.searching import holding

from . import numbers
from .models import Certificate, Result


class CertificateFilter(django_filters.FilterSet):
    """A centre's certificates by candidate or number, kind, unit and claim."""

    find = django_filters.CharFilter(label="Candidate or certificate number", method="search")
    kind = django_filters.ChoiceFilter(choices=Certificate.Kind, label="Kind", empty_label="All")
    unit = django_filters.ModelChoiceFilter(
        field_name="line__assignment__unit", queryset=Unit.objects.none(), label="Unit", empty_label="All"
    )
    claim = django_filters.ModelChoiceFilter(queryset=Claim.objects.none(), label="Claim", empty_label="All")

    class Meta:
        model = Certificate
        fields = ["find", "kind", "unit", "claim"]
        form = FilterForm

    def __init__(self, *args, centre, **kwargs):
        super().__init__(*args, **kwargs)
        at_centre = Result.objects.filter(candidate__centre=centre)
        self.filters["unit"].queryset = Unit.objects.filter(pk__in=at_centre.values("unit"))
        self.filters["claim"].queryset = centre.claims.filter(state=Claim.State.CONCLUDED)

    def search(self, certificates, name, words):
        found = certificates
        for word in words.replace(",", " ").split():
            found = found.filter(
                holding("plain_names", word)
                | Q(candidate__number=word.zfill(4))
                | Q(ocr_number=word)
                | Q(number__startswith=numbers.tidy(word))
            )
        return found
