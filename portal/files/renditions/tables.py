"""CSV as a table: cells as they are. A formula is text here and is never calculated."""

import csv
from itertools import islice
from pathlib import Path

from portal.kit import csv_files
from portal.kit.decoding import decode

from .output import CannotPreview, Output

MAX_ROWS = 200
MAX_COLUMNS = 30
MAX_CELL_LETTERS = 300
MAX_BYTES = 1_000_000


def make(source: Path, ending: str, output: Output) -> None:
    text, is_all = _read(source)
    try:
        found = [cells for _, cells in islice(csv_files.rows(text), MAX_ROWS + 1)]
    except csv.Error:
        raise CannotPreview("The table is damaged. Download the file to view it.") from None
    widest = max((len(row) for row in found), default=0)
    width = min(widest, MAX_COLUMNS)
    rows = [_shown(row, width) for row in found[:MAX_ROWS]]
    output.part("table", data={"rows": rows})
    if not is_all or len(found) > MAX_ROWS or widest > MAX_COLUMNS:
        output.note(
            f"At most {MAX_ROWS} rows and {MAX_COLUMNS} columns are shown. Download the file to see all of it."
        )


def _read(source: Path) -> tuple[str, bool]:
    """The text of the file, or of its first lines if it is long, and whether that is all."""
    with source.open("rb") as stored:
        raw = stored.read(MAX_BYTES)
        more = bool(stored.read(1))
    if more:
        raw = raw[: raw.rfind(b"\n") + 1] or raw
    decoded = decode(raw)
    if decoded is None:
        raise CannotPreview("The table is damaged. Download the file to view it.")
    return decoded.text, not more


def _shown(row: list[str], width: int) -> list[str]:
    """The row at the width of all rows, so that columns line up."""
    cells = [cell[:MAX_CELL_LETTERS] for cell in row[:width]]
    return cells + [""] * (width - len(cells))
