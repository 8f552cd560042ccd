"""Filters of the admin's lists that are typed or chosen, where a link for each choice would be too many."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

PAGE = "p"  # of Django's lists: another filter begins on the first


class FormFilter:
    """A filter that is a small form. Whoever mixes it in gives `form` and `expected_parameters`."""

    template = "admin/filters/form.html"
    form: forms.Form

    def has_output(self) -> bool:
        return True

    def choices(self, changelist):
        """None as links; the template asks for `form`, `kept` and `clear`."""
        self.clear = changelist.get_query_string(remove=self.expected_parameters())  # type: ignore[attr-defined]
        return []

    def kept(self) -> list[tuple[str, str]]:
        """The rest of the address, which stays when this filter is used."""
        own = {*self.expected_parameters(), PAGE}  # type: ignore[attr-defined]
        asked = self.request.GET.lists()  # type: ignore[attr-defined]
        return [(name, value) for name, values in asked if name not in own for value in values]

    @property
    def is_used(self) -> bool:
        return any(self.request.GET.get(name) for name in self.expected_parameters())  # type: ignore[attr-defined]


class AutocompleteFilter(FormFilter, admin.FieldListFilter):
    """By one of thousands of records, found by typing: `list_filter = [("centre", AutocompleteFilter)]`."""

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.parameter = f"{field_path}__id__exact"
        chosen = forms.ModelChoiceField(
            field.remote_field.model._default_manager,
            widget=AutocompleteSelect(field, model_admin.admin_site),
            required=False,
            label=str(field.verbose_name),
        )
        super().__init__(field, request, params, model, model_admin, field_path)
        self.form = _form({self.parameter: chosen}, {self.parameter: request.GET.get(self.parameter)})

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter]

    def queryset(self, request, queryset):
        return super().queryset(request, queryset) if self.is_used else queryset


class DateRangeFilter(FormFilter, admin.FieldListFilter):
    """From one day to another, each of them included and either left open."""

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.ends = [f"{field_path}_from", f"{field_path}_to"]
        self.has_time = isinstance(field, models.DateTimeField)
        super().__init__(field, request, params, model, model_admin, field_path)
        self.title = _day_of(str(self.title))
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        fields = {
            name: forms.DateField(required=False, widget=day, label=label)
            for name, label in zip(self.ends, ("From", "To"), strict=True)
        }
        given = {name: request.GET.get(name, "") for name in self.ends}
        self.form = _form(fields, given, is_bound=any(given.values()))

    def expected_parameters(self) -> list[str | None]:
        return [*self.ends]

    def queryset(self, request, queryset):
        if not self.form.is_bound or not self.form.is_valid():
            return queryset
        first, last = (self.form.cleaned_data[name] for name in self.ends)
        try:
            if first:
                queryset = queryset.filter(**{f"{self.field_path}__gte": self._begins(first)})
            if last:
                queryset = queryset.filter(
                    **{f"{self.field_path}__lt": self._begins(last + timedelta(days=1))}
                )
        except OverflowError as fault:
            raise IncorrectLookupParameters(fault) from fault
        return queryset

    def _begins(self, day):
        return timezone.make_aware(datetime.combine(day, time.min)) if self.has_time else day


def whether(title: str, *, empty: str, filled: str) -> type[admin.EmptyFieldListFilter]:
    """A filter by whether a field is empty, in words: `("ended_at", whether("end", empty="Open", filled="Ended"))`."""

    class Whether(admin.EmptyFieldListFilter):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            self.title = title

        def choices(self, changelist):
            words = (None, empty, filled)  # all, then as Django has them
            for choice, word in zip(super().choices(changelist), words, strict=True):
                yield {**choice, "display": word or choice["display"]}

    return Whether


class SelectFilter(FormFilter, admin.SimpleListFilter):
    """By one of many words, chosen from a list that opens."""

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        name = str(self.parameter_name)
        field = forms.ChoiceField(
            choices=[("", "All"), *self.lookup_choices], required=False, label=str(self.title)
        )
        self.form = _form({name: field}, {name: self.value()})

    def has_output(self) -> bool:
        return bool(self.lookup_choices)

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        try:
            return queryset.filter(**{str(self.parameter_name): self.value()})
        except (ValueError, ValidationError) as fault:
            raise IncorrectLookupParameters(fault) from fault


def _day_of(name: str) -> str:
    """ "submitted at" as what is chosen: "day submitted"."""
    event, _, last = name.rpartition(" ")
    return f"day {event}".strip() if last in ("at", "on") else name


def _form(fields: dict, given: dict, *, is_bound: bool = False) -> forms.Form:
    """Bound only where what was typed can be wrong."""
    form = type("FilterForm", (forms.Form,), fields)
    return form(given, auto_id="filter_%s") if is_bound else form(initial=given, auto_id="filter_%s")
