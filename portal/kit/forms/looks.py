"""Give every widget of a form its class, template and messages."""

from django import forms
from django.forms.utils import pretty_name

from .dates import DateInput
from .words import ErrorMessages

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
    for part in getattr(widget, "widgets", []):  # any other widget made of several parts
        dress(part)


def _as_digits(widget: forms.NumberInput) -> None:
    """Make a number box a text box with a number pad: a browser's number box drops what it cannot read."""
    decimals = widget.attrs.pop("step", "1") != "1"
    widget.attrs.pop("min", None)
    widget.attrs.pop("max", None)
    widget.input_type = "text"
    widget.attrs.setdefault("inputmode", "decimal" if decimals else "numeric")
    if "width" not in widget.attrs["class"]:
        widget.attrs["class"] += " govuk-input--width-5"


def prepare(field: forms.Field, name: str, nothing_chosen: str) -> None:
    """Give one field of one form (never a shared one) its label, messages and looks. Safe to repeat."""
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
