"""The base classes for the forms of all rooms."""

from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.forms.renderers import TemplatesSetting

from .looks import prepare


class Renderer(TemplatesSetting):
    """Renders forms with `templates/forms/`. Needs `django.forms` among the installed apps."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class _Ours:
    """Renderer, looks and messages; mixed into forms, model forms and filter forms."""

    default_renderer: Any = Renderer
    use_required_attribute = False  # the server's messages are clearer than the browser's bubbles
    marks_optional = True  # " (optional)" after the labels of fields that may stay empty
    nothing_chosen = "Choose one"  # first line of a drop-down list
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "label_suffix": ""})
        self._prepare()

    def _prepare(self) -> None:
        for name, field in self.fields.items():
            prepare(field, name, self.nothing_chosen)

    def _widget_data_value(self, widget: forms.Widget, html_name: str) -> Any:
        """What was typed, with each line break as one character: browsers count one and send two."""
        typed = super()._widget_data_value(widget, html_name)  # type: ignore[misc]
        return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed

    def full_clean(self) -> None:
        self._prepare()  # a subclass may have added or renamed fields since
        super().full_clean()  # type: ignore[misc]

    def __getitem__(self, name: str) -> forms.BoundField:
        if name in self.fields:
            prepare(self.fields[name], name, self.nothing_chosen)
        return super().__getitem__(name)  # type: ignore[misc,no-any-return]


class Form(_Ours, forms.Form):
    """A form in the portal's look."""


class ModelForm(_Ours, forms.ModelForm):
    """Like `Form`, for a model; dates in three parts: `Meta.field_classes = {"starts_on": DateField}`."""


class FilterForm(Form):
    """The form above a list: nothing is required, so nothing is marked optional. For `FilterSet.Meta.form`."""

    marks_optional = False
    nothing_chosen = "All"

    @property
    def in_use(self) -> int:
        """How many filters narrow the list. One that always has a choice, such as the order, does not count."""
        return sum(_narrows(field) for field in self.visible_fields()) if self.is_bound else 0


def _narrows(bound: forms.BoundField) -> bool:
    """Whether something was chosen or typed, which may also be an unknown value."""
    first_choice, *_ = next(iter(getattr(bound.field, "choices", [])), [""])
    return first_choice == "" and bound.field.has_changed(None, bound.data)


class _OurSet:
    """The portal's renderer for form sets, which `formset_factory` would reset to Django's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.form_renderer is None:  # type: ignore[attr-defined]
            self.renderer = Renderer()


class FormSet(_OurSet, BaseFormSet):
    """For `formset_factory(SomeForm, formset=FormSet)`."""


class ModelFormSet(_OurSet, BaseModelFormSet):
    """For `modelformset_factory(Model, form=SomeForm, formset=ModelFormSet)`."""


class InlineFormSet(_OurSet, BaseInlineFormSet):
    """For `inlineformset_factory(Parent, Model, form=SomeForm, formset=InlineFormSet)`."""
