"""Dates in three parts, as people in the UK enter them."""

import datetime
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats

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
    """A day, a month and a year in three boxes; keeps what was typed if it is not a date."""

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
    """A UK date entered as day, month and year; the month may be a word. `earliest` and `latest` are allowed."""

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
        """Return the date, or None if it is optional and empty.

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
            if not (typed.isascii() and typed.isdecimal() and len(typed) <= 9)
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
