"""What people type: forms in the portal's own look, dates in three parts, several files at once.

Rooms build on `Form` and `ModelForm` from here; Django admin keeps its own forms and widgets.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.formsets import BaseFormSet
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.forms.renderers import TemplatesSetting
from django.forms.utils import pretty_name
from django.utils import formats
from django.utils.datastructures import MultiValueDict

from .templatetags.kit import filesize_uk


class Renderer(TemplatesSetting):
    """Draws a form with `templates/forms/`. Needs `django.forms` among the installed apps."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


# --- words for mistakes ------------------------------------------------------------------

# A label that opens with one of these reads wrong after "the": "Enter the your name".
_NO_ARTICLE = {
    "a",
    "an",
    "any",
    "each",
    "every",
    "his",
    "her",
    "my",
    "our",
    "the",
    "their",
    "this",
    "what",
    "when",
    "where",
}
_NO_ARTICLE |= {"which", "who", "whose", "why", "how", "your"}


def in_a_sentence(label: str) -> str:
    """`label` as it stands inside a sentence: "Unit title" → "unit title", "GLH" as it is."""
    words = str(label).strip().rstrip(":").split(" ")
    first = words[0]
    if (len(first) > 1 and not any(letter.isupper() for letter in first[1:])) or first in {"A", "a"}:
        words[0] = first[:1].lower() + first[1:]
    return " ".join(words)


def with_article(label: str) -> str:
    """`label` as the thing asked for: "Unit title" → "the unit title", "Your name" → "your name"."""
    words = in_a_sentence(label)
    return words if words.split(" ")[0].lower() in _NO_ARTICLE else f"the {words}"


class ErrorMessages(dict[str, Any]):
    """Messages of one field that name it, for every message its author left as Django wrote it.

    Our choice: "Enter the unit title", not "This field is required."
    """

    def __init__(self, field: forms.Field, label: str) -> None:
        super().__init__(field.error_messages)
        stock: dict[str, Any] = {}
        for ancestor in reversed(type(field).__mro__):
            stock.update(getattr(ancestor, "default_error_messages", {}))
        kept_from_django = {code for code, message in self.items() if str(message) == str(stock.get(code))}
        for code, message in self._named(field, label).items():
            # Codes of validators (max_length and the like) are absent until somebody sets them.
            if code in kept_from_django or code not in self:
                self[code] = message

    @staticmethod
    def _named(field: forms.Field, label: str) -> dict[str, str]:
        name = label.strip().rstrip(":").replace("%", "%%")  # messages with limits are filled in with %
        thing = with_article(label)
        named: dict[str, str] = {}
        match field:
            case MultipleFileField():
                named["required"] = "Choose at least one file"
            case forms.FileField():
                named["required"] = "Choose a file"
                named["empty"] = "The chosen file is empty"
                named["invalid_image"] = "The chosen file must be a picture, such as a JPEG or PNG"
            case forms.BooleanField() if not isinstance(field, forms.NullBooleanField):
                named["required"] = f"Tick “{label.strip()}”"
            case forms.ChoiceField() | forms.ModelChoiceField():
                several = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
                named["required"] = f"Choose {thing}"
                named["invalid_choice"] = (
                    "Choose from those listed"
                    if several
                    else f"Choose {thing.replace('%', '%%')} from those listed"
                )
                named["invalid_list"] = "Choose from those listed"
            case DateField() if "date" not in label.lower():
                named["required"] = f"Enter a date for “{label.strip()}”"
            case _:
                named["required"] = f"Enter {thing}"
                named["max_length"] = f"{name} must be %(limit_value)d characters or fewer"
                named["min_length"] = f"{name} must be %(limit_value)d characters or more"
                named["max_value"] = f"{name} must be %(limit_value)s or less"
                named["min_value"] = f"{name} must be %(limit_value)s or more"
        if label.strip().endswith("?") and not isinstance(field, forms.FileField):
            named["required"] = f"Answer “{label.strip()}”"
        match field:
            case forms.DecimalField() | forms.FloatField():
                named["invalid"] = f"{name} must be a number, like 12.5"
            case forms.IntegerField():
                named["invalid"] = f"{name} must be a whole number, like 12"
            case forms.EmailField():
                named["invalid"] = f"Enter {with_article(label)} in full, like name@centre.example"
            case forms.URLField():
                named["invalid"] = f"Enter {with_article(label)} in full, like https://centre.example"
        return named


# --- dates ------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}


class DateInput(forms.MultiWidget):
    """A day, a month and a year in three boxes; keeps what was typed when it is no date."""

    template_name = "forms/widgets/date.html"
    use_fieldset = True
    part_names = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in self.part_names}, attrs)
        self.faulty: set[str] = set()  # parts to mark and to focus, set by DateField.clean

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, str):
            try:
                value = datetime.date.fromisoformat(value[:10])
            except ValueError:
                return [value, "", ""]
        return [value.day, value.month, value.year] if value else ["", "", ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [(typed or "").strip() for typed in super().value_from_datadict(data, files, name)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for part, shown in zip(self.part_names, context["widget"]["subwidgets"], strict=True):
            shown["label"] = part.capitalize()
            shown["faulty"] = part in self.faulty
            shown["attrs"].pop("required", None)
            shown["attrs"].pop("aria-invalid", None)
            if part in self.faulty:
                shown["attrs"]["aria-invalid"] = "true"
            shown["attrs"]["inputmode"] = "numeric" if part != "month" else "text"
        return context


class DateField(forms.Field):
    """A UK date typed as day, month and year; the month may be a word. `earliest` and `latest` count in."""

    widget = DateInput

    def __init__(
        self, *, earliest: datetime.date | None = None, latest: datetime.date | None = None, **kwargs: Any
    ) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or "For example, 27 9 2026"
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def _name(self) -> str:
        return str(self.label or "Date").strip().rstrip(":?")

    def _refuse(
        self, message: str, code: str, parts: Iterable[str] = DateInput.part_names
    ) -> ValidationError:
        if isinstance(self.widget, DateInput):
            self.widget.faulty = set(parts)
        return ValidationError(message, code=code)

    def clean(self, value: Any) -> datetime.date | None:
        """Return the date, or None if none was asked for and none typed.

        Raises ValidationError that says which part is missing or wrong.
        """
        if isinstance(self.widget, DateInput):
            self.widget.faulty = set()
        if isinstance(value, datetime.date):
            found = value
        else:
            parts = dict(
                zip(
                    DateInput.part_names,
                    value if isinstance(value, list | tuple) else self._split(value),
                    strict=True,
                )
            )
            if not any(parts.values()):
                if self.required:
                    raise self._refuse(str(self.error_messages["required"]), "required")
                return None
            found = self._from(parts)
        if self.earliest and found < self.earliest:
            raise self._refuse(
                f"{self._name()} must be on or after {formats.date_format(self.earliest, 'j F Y')}",
                "too_early",
            )
        if self.latest and found > self.latest:
            raise self._refuse(
                f"{self._name()} must be on or before {formats.date_format(self.latest, 'j F Y')}", "too_late"
            )
        self.run_validators(found)
        return found

    @staticmethod
    def _split(value: Any) -> list[Any]:
        return DateInput().decompress(value)

    def _from(self, parts: dict[str, str]) -> datetime.date:
        missing = [part for part, typed in parts.items() if not typed]
        if missing:
            raise self._refuse(
                f"{self._name()} must include a {' and a '.join(missing)}", "incomplete", missing
            )
        day, month, year = (str(parts[part]) for part in DateInput.part_names)
        month = str(_MONTHS.get(month.lower().rstrip("."), month))
        wrong = [
            part
            for part, typed in (("day", day), ("month", month), ("year", year))
            if not (typed.isascii() and typed.isdecimal())
        ]
        if not wrong and len(year) != 4:
            raise self._refuse(f"{self._name()} must have a year of 4 digits, like 2026", "invalid", ["year"])
        if not wrong:
            wrong = [
                part
                for part, good in (("day", 1 <= int(day) <= 31), ("month", 1 <= int(month) <= 12))
                if not good
            ]
        try:
            if not wrong:
                return datetime.date(int(year), int(month), int(day))
        except ValueError:
            pass
        raise self._refuse(
            f"{self._name()} must be a real date, like 27 9 2026", "invalid", wrong or DateInput.part_names
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        if self.disabled:
            return False
        before = [str(part) for part in self._split(initial)]
        after = [str(part) for part in (data if isinstance(data, list | tuple) else self._split(data))]
        return before != after


# --- files ------------------------------------------------------------------------------


class _Limits:
    """Limits of one upload: shown beside the picker, checked in the browser as help and here as the rule."""

    def __init__(self, max_bytes: int | None, extensions: Sequence[str]) -> None:
        self.max_bytes = max_bytes
        self.extensions = tuple(sorted({"." + extension.lower().lstrip(".") for extension in extensions}))

    def attrs(self) -> dict[str, str]:
        attrs: dict[str, str] = {}
        if self.max_bytes:
            attrs["data-max-bytes"] = str(self.max_bytes)
        if self.extensions:
            attrs["accept"] = ",".join(self.extensions)
        return attrs

    def fault(self, file: UploadedFile) -> ValidationError | None:
        name = PurePath(file.name or "").name
        if self.extensions and not name.lower().endswith(self.extensions):
            allowed = ", ".join(extension[1:] for extension in self.extensions)
            return ValidationError(
                f"{name} cannot be used here: choose a file of these kinds: {allowed}", code="extension"
            )
        if self.max_bytes and (file.size or 0) > self.max_bytes:
            size, limit = filesize_uk(file.size), filesize_uk(self.max_bytes)
            if size == limit:  # only just too large
                size, limit = f"{file.size:,} bytes", f"{self.max_bytes:,} bytes"
            return ValidationError(f"{name} is {size}: it must be {limit} or smaller", code="too_large")
        return None


class FileField(forms.FileField):
    """One file, with limits: name, size, not empty. The content is judged elsewhere."""

    widget = forms.FileInput

    def __init__(
        self, *, max_bytes: int | None = None, extensions: Sequence[str] = (), **kwargs: Any
    ) -> None:
        self.limits = _Limits(max_bytes, extensions)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), **self.limits.attrs()}

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if isinstance(file, UploadedFile) and (fault := self.limits.fault(file)):
            raise fault
        return file


class MultipleFileInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        if isinstance(files, MultiValueDict):
            return files.getlist(name)
        file = files.get(name)
        return file if isinstance(file, list) else [file] if file else []

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)


class MultipleFileField(FileField):
    """Several files at once. Cleans to a list, empty if none was asked for and none chosen."""

    widget = MultipleFileInput

    def __init__(self, *, max_files: int | None = None, **kwargs: Any) -> None:
        self.max_files = max_files
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        if self.max_files:
            attrs["data-max-files"] = str(self.max_files)
        return attrs

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files in the order chosen.

        Raises ValidationError with one message per faulty file, naming it.
        """
        files = list(data or [])
        if not files:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return []
        faults: list[ValidationError] = []
        if self.max_files and len(files) > self.max_files:
            faults.append(
                ValidationError(
                    f"Choose {self.max_files} files or fewer: you chose {len(files)}", code="too_many"
                )
            )
        for file in files:
            if not file.size and not self.allow_empty_file:
                faults.append(ValidationError(f"{PurePath(file.name or '').name} is empty", code="empty"))
                continue
            try:
                super().clean(file)
            except ValidationError as refusal:
                faults.append(refusal)
        if faults:
            raise ValidationError(faults)
        return files

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and bool(data)


# --- the bases --------------------------------------------------------------------------

# First match wins: (widget class, class of the control, our template or None for its own).
_LOOKS: list[tuple[type[forms.Widget], str, str | None]] = [
    (forms.HiddenInput, "", None),
    (forms.MultipleHiddenInput, "", None),
    (DateInput, "govuk-input govuk-date-input__input", None),
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input", "forms/widgets/checkboxes.html"),
    (forms.RadioSelect, "govuk-radios__input", "forms/widgets/radios.html"),
    (forms.CheckboxInput, "govuk-checkboxes__input", "forms/widgets/checkbox.html"),
    (forms.ClearableFileInput, "govuk-file-upload", "forms/widgets/clearable_file.html"),
    (forms.FileInput, "govuk-file-upload", "forms/widgets/file.html"),
    (forms.Textarea, "govuk-textarea", "forms/widgets/textarea.html"),
    (forms.Select, "govuk-select", "forms/widgets/select.html"),
    (forms.widgets.Input, "govuk-input", "forms/widgets/input.html"),
]
_DASHES = "---------"  # Django's words for "nothing chosen"


def dress(widget: forms.Widget) -> None:
    """Give `widget` its class and template, keeping the classes its author gave it."""
    for kind, css, template in _LOOKS:
        if isinstance(widget, kind):
            if css:
                for part in widget.widgets if isinstance(widget, forms.MultiWidget) else [widget]:
                    given = str(part.attrs.get("class", "")).split()
                    part.attrs["class"] = " ".join(dict.fromkeys([*css.split(), *given]))
            if template:
                widget.template_name = template
            if type(widget) is forms.DateInput:
                widget.input_type, widget.format = "date", "%Y-%m-%d"
            if isinstance(widget, forms.Textarea) and "maxlength" in widget.attrs:
                widget.attrs["class"] += " govuk-js-character-count"
            if isinstance(widget, forms.NumberInput):
                _as_digits(widget)
            return
    for part in getattr(widget, "widgets", []):  # any other widget made of several
        dress(part)


def _as_digits(widget: forms.NumberInput) -> None:
    """A number as plain text with a number pad: a browser's number box drops whatever it cannot read."""
    decimals = widget.attrs.pop("step", "1") != "1"
    widget.attrs.pop("min", None)
    widget.attrs.pop("max", None)
    widget.input_type = "text"
    widget.attrs.setdefault("inputmode", "decimal" if decimals else "numeric")
    if "width" not in widget.attrs["class"]:
        widget.attrs["class"] += " govuk-input--width-5"


def prepare(field: forms.Field, name: str, nothing_chosen: str) -> None:
    """Give one field of one form (never a shared one) its label, words and looks. Safe to repeat."""
    if field.label is None:
        field.label = pretty_name(name)
    if getattr(field, "prepared_as", None) == str(field.label):
        return
    own = field.__dict__.setdefault("own_error_messages", field.error_messages)
    field.error_messages = own
    field.error_messages = ErrorMessages(field, str(field.label))
    dress(field.widget)
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == _DASHES:
            field.empty_label = nothing_chosen
    elif isinstance(field, forms.ChoiceField) and type(field.widget) is forms.Select:
        field.choices = [
            ("", nothing_chosen) if (value, label) == ("", _DASHES) else (value, label)
            for value, label in list(field.choices)  # type: ignore[arg-type]
        ]
    field.__dict__["prepared_as"] = str(field.label)


class _Ours:
    """Renderer, looks and words; mixed into forms, model forms and the forms of filters."""

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
    """As `Form`, for a model; dates in three parts: `Meta.field_classes = {"starts_on": DateField}`."""


class FilterForm(Form):
    """The form over a list: nothing is required, so nothing is marked optional. For `FilterSet.Meta.form`."""

    marks_optional = False
    nothing_chosen = "All"


class _OurSet:
    """The portal's renderer for sets of forms, which `formset_factory` would set back to Django's."""

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
