"""Forms for ordering entries."""

from django import forms as django_forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.catalogue.models import Qualification
from portal.kit.forms import Form, ModelForm, TwoTabs

from .. import rules
from ..models import EntryOrder, Product


class OrderForm(TwoTabs, ModelForm):
    """An order of unit entries: the centre's order number, and a number for each qualification it may order.

    `copied`: an earlier order whose numbers fill the fields of a new one; `wanted`: {code: number}, likewise.
    """

    marks_optional = False  # one sentence says it for all numbers

    class Meta:
        model = EntryOrder
        fields = ["order_number"]

    def __init__(self, *args, copied: EntryOrder | None = None, wanted: dict | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = rules.may_order(self.instance.centre, timezone.localdate())
        source = self.instance if self.instance.pk else copied
        held = {}
        if source:
            units = source.lines.filter(product=Product.UNIT)
            held = dict(units.values_list("qualification_id", "quantity"))
        for qualification, price in self.offered:
            self.fields[f"quantity_{qualification.pk}"] = django_forms.IntegerField(
                min_value=0,
                max_value=9999,
                required=False,
                initial=held.get(qualification.pk) or (wanted or {}).get(qualification.code),
                label=f"{qualification}: unit entries",
                help_text=f"£{price} each",
            )

    def quantity_fields(self) -> list[django_forms.BoundField]:
        return [self[f"quantity_{qualification.pk}"] for qualification, _ in self.offered]

    def quantities(self) -> dict[Qualification, int]:
        return {q: self.cleaned_data.get(f"quantity_{q.pk}") or 0 for q, _ in self.offered}

    def clean(self):
        cleaned = super().clean()
        names = [field.name for field in self.quantity_fields()]
        if (
            names
            and not self._has_names()
            and not any(name in self.errors or self.cleaned_data.get(name) for name in names)
        ):
            self.add_error(names[0], "Enter how many entries you want for at least one qualification")
        return cleaned

    def _has_names(self) -> bool:
        """Whether the order has named entries, so that it needs no unit entries."""
        return bool(self.instance.pk) and self.instance.lines.filter(product=Product.NAMED).exists()

    def _get_validation_exclusions(self):
        """The order number is unique at the centre, so the centre is part of the check."""
        return super()._get_validation_exclusions() - {"centre"}

    def validate_constraints(self):
        """The number of a refused or withdrawn order is free again, so the state is also part of the check."""
        try:
            self.instance.validate_constraints(exclude=self._get_validation_exclusions() - {"state"})
        except ValidationError as mistakes:
            self._update_errors(mistakes)


class AgreedTotalForm(Form):
    """The price shown on the page, so that nobody submits an order at a different one."""

    total = django_forms.DecimalField(widget=django_forms.HiddenInput)
