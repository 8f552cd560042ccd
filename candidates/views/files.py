"""CSV files that spreadsheets open as they are meant."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse


class _Echo:
    """A file that hands back what is written, for the csv module."""

    def write(self, text: str) -> str:
        return text


def csv_file(name: str, rows: Iterable[Iterable]) -> StreamingHttpResponse:
    """UTF-8 with its mark, nothing taken for a formula, sent as it is made. `name`: of the file."""
    return StreamingHttpResponse(
        _lines(rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(rows: Iterable[Iterable]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([not_a_formula(str(cell)) for cell in row])  # type: ignore[misc]  # what _Echo.write gives


def not_a_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
