"""CSV as a table: cells as they stand. A formula is text here and is never worked out."""

import csv
import io
from itertools import islice
from pathlib import Path

from .output import CannotPreview, Output
from .text import read

MAX_ROWS = 200
MAX_COLUMNS = 30
MAX_CELL_LETTERS = 300
MAX_LETTERS = 1_000_000


def make(source: Path, ending: str, output: Output) -> None:
    text, is_all = read(source, MAX_LETTERS)
    try:
        found = list(
            islice(csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text)), MAX_ROWS + 1)
        )
    except csv.Error:
        raise CannotPreview("The table is damaged. Download the file to look at it.") from None
    widest = max((len(row) for row in found), default=0)
    width = min(widest, MAX_COLUMNS)
    rows = [_shown(row, width) for row in found[:MAX_ROWS]]
    output.part("table", data={"rows": rows})
    if not is_all or len(found) > MAX_ROWS or widest > MAX_COLUMNS:
        output.note(
            f"At most {MAX_ROWS} rows and {MAX_COLUMNS} columns are shown. Download the file for all of it."
        )


def _shown(row: list[str], width: int) -> list[str]:
    """All rows of one width, so that columns stand below each other."""
    cells = [cell[:MAX_CELL_LETTERS] for cell in row[:width]]
    return cells + [""] * (width - len(cells))


def _separator(text: str) -> str:
    """What the first line has most of: programs of other countries write ; or tabs where ours write commas."""
    first, *_ = text.splitlines() or [""]
    return max(",;\t|", key=first.count)
