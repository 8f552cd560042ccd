"""One form in two tabs, or two people: a second save that would undo the first is stopped and shows both."""

import hashlib
import json
from contextlib import suppress
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.text import Truncator

SEEN = "seen"


class Conflict(NamedTuple):
    """A field that both changed differently: its label, and what is saved now, in words."""

    label: str
    theirs: str


class SeenField(forms.CharField):
    """Marks of what the page showed. They decide how the other fields are read, and are not a change themselves."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class TwoTabs:
    """Mixin for a form over something that others may change in the meantime. `conflicts` is for the page.

    The page carries a mark of each value it showed. If a value has changed since, it is kept where the person saving
    left it alone; if they changed it as well, nothing is saved and they see both. Saving again then wins by design.
    Build the form from what is stored, under the row's lock where it saves.
    """

    names_theirs_in_full = False  # in the message, where the page shows no `conflicts`
    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]
    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.conflicts: list[Conflict] = []
        super().__init__(*args, **kwargs)
        self.fields.setdefault(SEEN, SeenField())

    def __getitem__(self, name: str) -> forms.BoundField:
        """Ask browsers not to restore, after Back, what was typed over an older value: its mark is newer.

        Long texts are still restored, as losing one is worse.
        """
        if name in self._watched() and not isinstance(self.fields[name].widget, forms.Textarea):
            self.fields[name].widget.attrs.setdefault("autocomplete", "off")
        return super().__getitem__(name)  # type: ignore[misc]

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == SEEN:
            return json.dumps({name: _mark(self._stored(name)) for name in self._watched()})
        return super().get_initial_for_field(field, field_name)  # type: ignore[misc]

    def _watched(self) -> list[str]:
        """The fields of what is stored; none if it is being created."""
        if isinstance(getattr(self, "instance", None), Model) and self.instance.pk is None:  # type: ignore[attr-defined]
            return []
        return [
            name
            for name, field in self.fields.items()
            if name != SEEN and not field.disabled and not isinstance(field, forms.FileField)
        ]

    def _stored(self, name: str) -> list[str]:
        return plain(self.get_initial_for_field(self.fields[name], name))

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        seen = _marks(self.cleaned_data.pop(SEEN, ""))
        for name in self._watched():
            if name in seen and seen[name] != _mark(self._stored(name)):
                self._compare(name, seen[name])
        if self.conflicts:
            self.data = self.data.copy()
            self.data[self.add_prefix(SEEN)] = self.get_initial_for_field(self.fields[SEEN], SEEN)  # type: ignore[attr-defined]

    def _compare(self, name: str, seen: str) -> None:
        theirs = self._stored(name)
        mine = plain(self.cleaned_data[name]) if name in self.cleaned_data else None
        if mine == theirs:
            return
        if mine is not None and _mark(mine) == seen:
            with suppress(ValidationError):
                self._keep(name, theirs)
                return
        field = self.fields[name]
        shown = in_words(field, theirs)
        self.conflicts.append(Conflict(str(field.label or name), shown))
        short = shown if self.names_theirs_in_full else Truncator(shown).chars(100)
        self.add_error(  # type: ignore[attr-defined]
            name,
            f"{field.label or name}: somebody changed this while you were writing. It is now “{short}”. "
            "Your version is still below. If you save again, it replaces theirs",
        )

    def _keep(self, name: str, theirs: list[str]) -> None:
        """Keep what somebody else saved, as it was left alone here. Raises ValidationError."""
        field = self.fields[name]
        several = isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
        self.cleaned_data[name] = field.clean(theirs if several else "".join(theirs))
        if judge := getattr(self, f"clean_{name}", None):
            self.cleaned_data[name] = judge()


def changes_of(form: Any) -> dict[str, list[str]]:
    """{field: [before, after] in words} of a valid form, for the audit trail."""
    changes = {}
    for name, field in form.fields.items():
        if name == SEEN or name not in form.cleaned_data or isinstance(field, forms.FileField):
            continue
        before = plain(form.get_initial_for_field(field, name))
        after = plain(form.cleaned_data[name])
        if before != after:
            changes[name] = [in_words(field, before), in_words(field, after)]
    return changes


def plain(value: Any) -> list[str]:
    """A value as a form shows or cleans it, in comparable form: keys of rows, one kind of line break."""
    if hasattr(value, "all"):
        value = value.all()
    if isinstance(value, list | tuple | set | frozenset) or hasattr(value, "iterator"):
        return sorted(part for each in value for part in plain(each))
    if value is None or value is False or value == "":
        return []
    if isinstance(value, Model):
        value = value.pk
    return [str(value).replace("\r\n", "\n").strip()]


def in_words(field: forms.Field, values: list[str]) -> str:
    """The result of `plain`, for people: labels of choices, dates in words."""
    if isinstance(field, forms.BooleanField):
        return "selected" if values else "not selected"
    if isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        labels = dict(_choices(field.choices))
        return ", ".join(labels.get(value, value) for value in values) or "none"
    text = "".join(values)
    with suppress(ValueError):
        if "date" in type(field).__name__.lower():
            return date_format(forms.DateField().clean(text), "j F Y")
    return text or "empty"


def _choices(choices: Any):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _choices(label)
        else:
            yield str(value), str(label)


def _mark(values: list[str]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]


def _marks(seen: str) -> dict[str, str]:
    """The marks that a page sent back; none if it sent none, or something else."""
    try:
        marks = json.loads(seen or "{}")
    except ValueError:
        return {}
    return marks if isinstance(marks, dict) else {}
