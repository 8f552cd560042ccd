"""The file itself: bytes to text, text to lines of cells as a spreadsheet counts them."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

MAX_ROWS = 5000
MAX_COLUMNS = 60


class Unreadable(ValueError):
    """The file as a whole cannot be used; the message is for people."""


def decode(raw: bytes) -> str | None:
    """The text of a file saved by a spreadsheet: UTF-8, or Windows' own encoding; None if it is neither."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


class Table:
    """The lines of a CSV file with commas, semicolons or tabs, read one at a time. Raises Unreadable.

    `headings` is what stands over each column; `count` how many lines below hold anything.
    """

    def __init__(self, text: str):
        self._text = text.removeprefix("\ufeff")
        heading = self._text.lstrip("\r\n").split("\n", 1)[0]
        self._delimiter = max(",;\t", key=heading.count)
        first = next(self._numbered(), None)
        if first is None:
            raise Unreadable("The file is empty.")
        self.headings = [" ".join(cell.split()) for cell in first[1]]
        while self.headings and not self.headings[-1]:
            self.headings.pop()
        if len(self.headings) > MAX_COLUMNS:
            raise Unreadable(f"The file has {len(self.headings)} columns; {MAX_COLUMNS} are the most.")

    def lines(self) -> Iterator[tuple[int, list[str]]]:
        """(line, cells) of every line below the headings that is not blank."""
        return islice(self._numbered(), 1, None)

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

    def _numbered(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._delimiter, strict=True)
        try:
            for cells in reader:
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as fault:
            raise Unreadable(
                f"The file is not proper CSV at line {reader.line_num}: {fault}. "
                "Look for a quotation mark that is not closed."
            ) from fault
