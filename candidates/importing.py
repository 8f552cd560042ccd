"""Read a CSV file of candidates: every row becomes a Row or a Problem that names its line, column and reason."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

COLUMNS = {
    "candidate number": "number",
    "first names": "first_names",
    "last name": "last_name",
    "known as": "known_as",
    "date of birth": "date_of_birth",
    "group": "group",
}
REQUIRED = ["candidate number", "first names", "last name", "date of birth"]
MAX_ROWS = 5000
MAX_NAME = 60
YOUNGEST, OLDEST = 10, 100  # years; outside, a date of birth is a slip of the pen
DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"]


class Problem(NamedTuple):
    """What is wrong in the file: its line as a spreadsheet counts (headings are line 1), column and reason."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One candidate of the file, clean."""

    line: int
    number: str
    first_names: str
    last_name: str
    known_as: str
    date_of_birth: date
    group: str


def read_rows(text: str, *, taken: set[str]) -> tuple[list[Row], list[Problem]]:
    """The rows without a fault, and every fault of the others. `taken`: numbers in use at the centre."""
    reader = csv.reader(
        io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(text), strict=True
    )
    try:
        lines = list(_numbered(reader))
    except csv.Error as fault:
        return [], [Problem(reader.line_num, "", f"The file is not proper CSV here: {fault}.")]
    if not lines:
        return [], [Problem(1, "", "The file is empty.")]
    (_, headings), *body = lines
    names = [heading.strip().lower() for heading in headings]
    problems = _heading_problems(names)
    if problems:
        return [], problems
    if not body:
        return [], [Problem(2, "", "There are headings but no candidates below them.")]
    if len(body) > MAX_ROWS:
        return [], [
            Problem(MAX_ROWS + 2, "", f"A file may hold {MAX_ROWS} candidates; this one has {len(body)}.")
        ]
    return _read_body(names, body, taken)


def decode(raw: bytes) -> str | None:
    """The text of a file saved by a spreadsheet: UTF-8, or Windows' own encoding; None if it is neither."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\x00" in text else text
    return None


def _delimiter(text: str) -> str:
    heading = text.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _numbered(reader):
    """(line, cells) of every line that is not blank."""
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield reader.line_num, cells


def _heading_problems(names: list[str]) -> list[Problem]:
    problems = [
        Problem(1, name, f"The column “{name}” is missing.") for name in REQUIRED if name not in names
    ]
    problems += [
        Problem(1, name, f"The column “{name}” is not known here.") for name in names if name not in COLUMNS
    ]
    problems += [
        Problem(1, name, f"The column “{name}” stands twice.")
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    return problems


def _read_body(names: list[str], body, taken: set[str]) -> tuple[list[Row], list[Problem]]:
    rows, problems = [], []
    first_line: dict[str, int] = {}
    for line, cells in body:
        faults = []
        if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
            faults.append(Problem(line, "", f"There are {len(cells)} cells under {len(names)} headings."))
        values = {COLUMNS[name]: cell.strip() for name, cell in zip(names, cells, strict=False)}
        number, born = candidate_number(values.get("number", "")), _day(values.get("date_of_birth", ""))
        faults += _faults(line, values, number, born, taken, first_line)
        if faults or number is None or born is None:
            problems += faults
            continue
        text = {key: _tidy(values.get(key, "")) for key in ("first_names", "last_name", "known_as", "group")}
        rows.append(Row(line=line, number=number, date_of_birth=born, **text))
    return rows, problems


def _faults(line, values, number, born, taken, first_line) -> list[Problem]:
    faults = []
    typed = values.get("number", "")
    if not typed:
        faults.append(Problem(line, "candidate number", "Candidate number is missing."))
    elif number is None:
        faults.append(Problem(line, "candidate number", f"“{typed}” is not a number from 0001 to 9999."))
    elif number in taken:
        faults.append(
            Problem(line, "candidate number", f"{number} belongs to a candidate of your centre already.")
        )
    elif number in first_line:
        faults.append(Problem(line, "candidate number", f"{number} stands in line {first_line[number]} too."))
    else:
        first_line[number] = line
    for column, key in (("first names", "first_names"), ("last name", "last_name")):
        if not values.get(key):
            faults.append(Problem(line, column, f"{column.capitalize()} is missing."))
    for column, key in COLUMNS.items():
        value = values.get(key, "")
        if key not in ("number", "date_of_birth") and len(value) > MAX_NAME:
            faults.append(Problem(line, column, f"{column.capitalize()} is longer than {MAX_NAME} letters."))
        if any(not letter.isprintable() for letter in value):
            faults.append(
                Problem(line, column, f"{column.capitalize()} holds a letter that cannot be printed.")
            )
    return faults + _birth_faults(line, values.get("date_of_birth", ""), born)


def _birth_faults(line: int, typed: str, born: date | None) -> list[Problem]:
    if not typed:
        return [Problem(line, "date of birth", "Date of birth is missing.")]
    if born is None:
        return [Problem(line, "date of birth", f"“{typed}” is not a date like 31/12/2010.")]
    if not is_likely_birth(born):
        return [Problem(line, "date of birth", f"“{typed}” is not a likely date of birth.")]
    return []


def is_likely_birth(day: date) -> bool:
    return YOUNGEST <= (timezone.localdate() - day).days / 365.25 <= OLDEST


def candidate_number(typed: str) -> str | None:
    """The four-digit number; spreadsheets drop leading zeros, so 7 means 0007."""
    if not re.fullmatch(r"[0-9]{1,4}", typed) or int(typed) == 0:
        return None
    return typed.zfill(4)


def _day(typed: str) -> date | None:
    for pattern in DATE_FORMATS:
        try:
            return datetime.strptime(typed, pattern).date()
        except ValueError:
            continue
    return None


def _tidy(text: str) -> str:
    return " ".join(text.split())
