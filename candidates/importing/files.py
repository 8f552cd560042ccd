"""The file itself: where its headings are, and the lines of cells below them."""

import csv
from collections.abc import Callable, Iterator
from itertools import islice

from portal.kit import csv_files

MAX_ROWS = 5000
MAX_COLUMNS = 60
LINES_ABOVE = 20  # at most: titles, dates and similar lines

Cells = list[str]


class Unreadable(ValueError):
    """The file as a whole cannot be used; the message is for people."""


class Table:
    """The lines of a CSV file, read one at a time. Raises Unreadable.

    `headings` is the text above each column, in line `heading_line`; `count` is how many lines below contain anything.
    Headings are the first line that `are_headings` accepts; otherwise the first with more than one filled cell.
    """

    def __init__(self, text: str, are_headings: Callable[[Cells], bool] | None = None):
        self._text = csv_files.lines_without_marks(text)
        above = list(islice(self._numbered(), LINES_ABOVE))
        if not above:
            raise Unreadable("The file is empty.")
        self.heading_line, cells = _headings_of(above, are_headings)
        self.headings = tidy_headings(cells)
        if len(self.headings) > MAX_COLUMNS:
            raise Unreadable(f"The file has {len(self.headings)} columns. The most allowed is {MAX_COLUMNS}.")

    def lines(self) -> Iterator[tuple[int, Cells]]:
        """(line, cells) of every line below the headings that is neither blank nor the headings again."""
        return (
            (line, cells)
            for line, cells in self._numbered()
            if line > self.heading_line and tidy_headings(cells) != self.headings
        )

    def count(self) -> int:
        """How many candidates there are. Raises Unreadable if there are none or too many."""
        count = sum(1 for _ in self.lines())
        if not count:
            raise Unreadable("The file has headings but no candidates below them.")
        if count > MAX_ROWS:
            raise Unreadable(f"The file has {count} candidates. The most allowed is {MAX_ROWS}.")
        return count

    def first_values(self, number: int = 3) -> list[list[str]]:
        """The first values of each column that are not empty."""
        shown: list[list[str]] = [[] for _ in self.headings]
        for _, cells in islice(self.lines(), 50):
            for values, cell in zip(shown, cells, strict=False):
                if cell.strip() and len(values) < number:
                    values.append(cell.strip()[:60])
        return shown

    def _numbered(self) -> Iterator[tuple[int, Cells]]:
        line = 0
        try:
            for line, cells in csv_files.rows(self._text, strict=True):
                if any(cell.strip() for cell in cells):
                    yield line, cells
        except csv.Error as fault:
            raise Unreadable(
                f"Line {line + 1} of the file is not proper CSV: {fault}. "
                "Look for a quotation mark that is not closed."
            ) from fault


def tidy_headings(cells: Cells) -> Cells:
    """Headings with one space between words, and no empty ones at the end."""
    headings = [" ".join(cell.split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _headings_of(above: list[tuple[int, Cells]], are_headings) -> tuple[int, Cells]:
    known = (found for found in above if are_headings and are_headings(found[1]))
    wide = (found for found in above if sum(bool(cell.strip()) for cell in found[1]) > 1)
    return next(known, None) or next(wide, above[0])
