"""Columns of the admin's lists."""

from collections.abc import Callable

from django.contrib import admin
from django.utils.text import Truncator

LONGEST = 60  # characters of a text in a list


def short(name: str, description: str = "") -> Callable:
    """A column with the beginning of the text in field `name`; the record's page shows all of it."""

    @admin.display(description=description or name.replace("_", " "))
    def column(row) -> str:
        return Truncator(getattr(row, name)).chars(LONGEST)

    column.__name__ = name  # the class of its cells
    return column
