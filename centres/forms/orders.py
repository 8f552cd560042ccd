"""What is typed to order entries."""

from django import forms as django_forms
from django.utils import timezone

from portal.catalogue.models import Qualification
from portal.kit.forms import ModelForm

from .. import rules
from ..models import EntryOrder, Product


class OrderForm(ModelForm):
    """An order of unit entries: the centre's order number, and a number for each qualification it may order."""

    class Meta:
        model = EntryOrder
        fields = ["order_number"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offered = rules.may_order(self.instance.centre, timezone.localdate())
        held = {}
        if self.instance.pk:
            lines = self.instance.lines.exclude(product=Product.NAMED)
            held = dict(lines.values_list("qualification_id", "quantity"))
        for qualification, price in self.offered:
            self.fields[f"quantity_{qualification.pk}"] = django_forms.IntegerField(
                min_value=0,
                max_value=9999,
                required=False,
                initial=held.get(qualification.pk),
                label=f"{qualification}: number of unit entries",
                help_text=f"£{price} each",
            )

    def quantities(self) -> dict[Qualification, int]:
        return {q: self.cleaned_data.get(f"quantity_{q.pk}") or 0 for q, _ in self.offered}

    def clean(self):
        cleaned = super().clean()
        has_names = self.instance.pk and self.instance.lines.filter(product=Product.NAMED).exists()
        if not self.errors and not has_names and not any(self.quantities().values()):
            raise django_forms.ValidationError(
                "Enter how many entries you want for at least one qualification."
            )
        return cleaned

    def _get_validation_exclusions(self):
        """The order number is unique at the centre, so the centre takes part in the check."""
        return super()._get_validation_exclusions() - {"centre"}
