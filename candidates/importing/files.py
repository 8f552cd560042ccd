"""The file itself: where its headings stand, and the lines of cells below them."""

import csv
from collections.abc import Callable, Iterator
from itertools import islice

from portal.kit import csv_files

MAX_ROWS = 5000
MAX_COLUMNS = 60
LINES_ABOVE = 20  # titles, dates and the like, at the most

Cells = list[str]


class Unreadable(ValueError):
    """The file as a whole cannot be used; the message is for people."""


class Table:
    """The lines of a CSV file, read one at a time. Raises Unreadable.

    `headings` is what stands over each column, in line `heading_line`; `count` how many lines below hold anything.
    They are the first line that `are_headings` says yes to; else the first of which more than one cell is filled.
    """

    def __init__(self, text: str, are_headings: Callable[[Cells], bool] | None = None):
        self._text = csv_files.lines_without_marks(text)
        above = list(islice(self._numbered(), LINES_ABOVE))
        if not above:
            raise Unreadable("The file is empty.")
        self.heading_line, cells = _headings_of(above, are_headings)
        self.headings = tidy_headings(cells)
        if len(self.headings) > MAX_COLUMNS:
            raise Unreadable(f"The file has {len(self.headings)} columns; {MAX_COLUMNS} are the most.")

    def lines(self) -> Iterator[tuple[int, Cells]]:
        """(line, cells) of every line below the headings that is not blank, nor the headings over again."""
        return (
            (line, cells)
            for line, cells in self._numbered()
            if line > self.heading_line and tidy_headings(cells) != self.headings
        )

    def count(self) -> int:
        """How many candidates there are. Raises Unreadable unless it is a number that can be imported."""
        count = sum(1 for _ in self.lines())
        if not count:
            raise Unreadable("There are headings but no candidates below them.")
        if count > MAX_ROWS:
            raise Unreadable(f"A file may hold {MAX_ROWS} candidates; this one has {count}.")
        return count

    def first_values(self, number: int = 3) -> list[list[str]]:
        """Of each column its first values that are not empty."""
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
                f"The file is not proper CSV at line {line + 1}: {fault}. "
                "Look for a quotation mark that is not closed."
            ) from fault


def tidy_headings(cells: Cells) -> Cells:
    """Headings with one space between words, without empty ones at the end."""
    headings = [" ".join(cell.split()) for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _headings_of(above: list[tuple[int, Cells]], are_headings) -> tuple[int, Cells]:
    known = (found for found in above if are_headings and are_headings(found[1]))
    wide = (found for found in above if sum(bool(cell.strip()) for cell in found[1]) > 1)
    return next(known, None) or next(wide, above[0])
