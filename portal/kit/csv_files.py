"""CSV files that spreadsheets open as they are meant: UTF-8 with its mark, and no text taken for a formula."""

import csv
import io
from collections.abc import Iterable


def written(rows: Iterable[Iterable]) -> bytes:
    """`rows` as a CSV file. Numbers stay numbers; text that a spreadsheet would run is marked as text."""
    file = io.StringIO()
    csv.writer(file).writerows([_not_a_formula(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _not_a_formula(cell):
    is_formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if is_formula else cell
