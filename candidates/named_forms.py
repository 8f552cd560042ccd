"""Forms for named entries."""

from django import forms

from centres.models import Centre, EntryOrder
from portal.catalogue.models import Award, Qualification
from portal.kit.forms import FilterForm, Form, ModelForm

from . import named_rules
from .forms import CsvForm
from .models import Candidate, NamedEntry, Standing


class StartForm(ModelForm):
    """The centre's own number for an order; its names come next."""

    class Meta:
        model = EntryOrder
        fields = ["order_number"]
        labels = {"order_number": "Your order number"}


class PickFilter(FilterForm):
    """Filters for the candidates to offer for an order: scheme code and group. Unknown values are ignored."""

    code = forms.ChoiceField(label="Scheme code", required=False)
    group = forms.ChoiceField(label="Group", required=False)
    find = forms.CharField(label="Name or number", required=False)

    def __init__(self, data, *, centre: Centre):
        super().__init__(data)
        self.sizes = {award.code: award for award in named_rules.sizes_on_offer(centre)}
        choices = [(code, f"{code} {award.get_kind_display()}") for code, award in self.sizes.items()]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]
        groups = [(str(group.pk), group.name) for group in centre.groups.all()]
        self.fields["group"].choices = [("", "All"), *groups]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def award(self) -> Award | None:
        """The chosen size; otherwise the first on offer."""
        return self.sizes.get(self.cleaned_data.get("code", "")) or next(iter(self.sizes.values()), None)

    def narrow(self, candidates):
        candidates = candidates.search(self.cleaned_data.get("find", ""))
        group = self.cleaned_data.get("group")
        return candidates.filter(groups=group) if group else candidates


class PickForm(Form):
    """The selected candidates, or all that the filter finds: `everybody`."""

    candidates = forms.ModelMultipleChoiceField(
        Candidate.objects.none(), error_messages={"required": "Select at least one candidate."}
    )

    def __init__(self, data, *, offered):
        super().__init__(data)
        self.offered = offered
        self.fields["candidates"].queryset = offered  # type: ignore[attr-defined]
        self.fields["candidates"].required = "everybody" not in data

    def chosen(self) -> list[Candidate]:
        return list(self.offered if "everybody" in self.data else self.cleaned_data["candidates"])


class TakeOffForm(Form):
    """The selected names, of those on the order."""

    entries = forms.ModelMultipleChoiceField(
        NamedEntry.objects.none(), error_messages={"required": "Select at least one name."}
    )

    def __init__(self, data, *, offered):
        super().__init__(data)
        self.fields["entries"].queryset = offered  # type: ignore[attr-defined]


class NamesFileForm(CsvForm):
    """A CSV file of names."""


class NamedEntryFilter(FilterForm):
    """Filters of the list of named entries. Unknown values are ignored."""

    find = forms.CharField(label="Name or number", required=False)
    qualification = forms.ChoiceField(label="Qualification", required=False)
    code = forms.ChoiceField(label="Scheme code", required=False)
    group = forms.ChoiceField(label="Group", required=False)
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All"), *Standing.choices])

    def __init__(self, data, *, centre: Centre):
        super().__init__(data)
        entries = NamedEntry.objects.filter(candidate__centre=centre)
        entered = Award.objects.filter(pk__in=entries.values("award"))
        of = Qualification.objects.filter(pk__in=entered.values("qualification"))
        self._offer("qualification", [(found.code, found.title) for found in of])
        self._offer("code", [(award.code, award.code) for award in entered])
        self._offer("group", [(str(group.pk), group.name) for group in centre.groups.all()])
        self.is_valid()

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", "All"), *choices]  # type: ignore[attr-defined]

    def narrow(self, entries):
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        if "find" in asked:
            entries = entries.filter(candidate__in=Candidate.objects.search(asked["find"]).values("pk"))
        if "qualification" in asked:
            entries = entries.filter(award__qualification__code=asked["qualification"])
        if "code" in asked:
            entries = entries.filter(award__code=asked["code"])
        if "group" in asked:
            entries = entries.filter(candidate__groups=asked["group"])
        return entries.standing(asked["state"]) if "state" in asked else entries


class ReasonForm(Form):
    """Why an entry is withdrawn. The reason is kept with the entry."""

    reason = forms.CharField(
        label="Reason",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: left the college on 12 March.",
    )


class TransferForm(ReasonForm):
    """The new size and the reason; for a dearer size, also the order number."""

    # The value includes the price, so that nobody agrees to a price that they did not see.
    size = forms.ChoiceField(
        label="New size",
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "This size or its price has changed. Choose a size again."},
    )
    order_number = forms.CharField(
        label="Your order number",
        max_length=40,
        required=False,
        help_text="Only for a larger size that costs more. It is printed on the invoice.",
    )

    def __init__(self, *args, entry: NamedEntry, **kwargs):
        super().__init__(*args, **kwargs)
        self.sizes = {f"{size.award.pk} {size.more}": size for size in named_rules.sizes_to_change_to(entry)}
        self.fields["size"].choices = [  # type: ignore[attr-defined]
            (value, f"{size.award.code} {size.award.title}: {_cost(size)}")
            for value, size in self.sizes.items()
        ]
        self.fields["reason"].help_text = "For example: will take the larger size over 2 years."
        self.order_fields(["size", "order_number", "reason"])
        if not any(size.more for size in self.sizes.values()):
            del self.fields["order_number"]

    def clean(self):
        said = super().clean() or {}
        chosen = self.sizes.get(said.get("size", ""))
        if chosen and chosen.more and not said.get("order_number"):
            self.add_error("order_number", "Enter your order number for the cost of the larger size.")
        return said

    @property
    def chosen(self) -> named_rules.Size:
        return self.sizes[self.cleaned_data["size"]]


def _cost(size: named_rules.Size) -> str:
    return f"£{size.more:.2f} more" if size.more else "nothing to pay, nothing credited"
