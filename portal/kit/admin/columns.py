"""Columns of the admin's lists."""

from collections.abc import Callable

from django.contrib import admin
from django.utils.formats import localize
from django.utils.text import Truncator
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]

LONGEST = 60  # characters of a text in a list


def moment(value) -> str:
    """A day or a moment as the admin writes them, for a method that stands on a record's page."""
    return localize(template_localtime(value)) if value else ""


def short(name: str, description: str = "") -> Callable:
    """A column with the beginning of what field `name` says; the record's page shows all of it."""

    @admin.display(description=description or name.replace("_", " "))
    def column(row) -> str:
        return Truncator(str(getattr(row, name))).chars(LONGEST)

    column.__name__ = name  # the class of its cells
    return column
