"""CSV files that spreadsheets open as they are meant: UTF-8 with its mark, and no text taken for a formula."""

import csv
import io
from collections.abc import Iterable, Iterator


def written(rows: Iterable[Iterable]) -> bytes:
    """`rows` as a CSV file. Numbers stay numbers; text that a spreadsheet would run is marked as text."""
    return b"".join(streamed(rows))


def streamed(rows: Iterable[Iterable]) -> Iterator[bytes]:
    """As `written`, a row at a time."""
    yield "\ufeff".encode()
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([_not_a_formula(cell) for cell in row])
        yield line.getvalue().encode()


def _not_a_formula(cell):
    is_formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if is_formula else cell
