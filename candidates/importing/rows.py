"""Every row of a file: clean, or with all that is wrong in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from .. import identifiers
from ..identifiers import BadIdentifier
from ..matching import Person, is_same
from .columns import FIELDS, guess
from .files import Table
from .values import MAX_NAME, candidate_number, day_of_birth, tidy, unprintable, why_unlikely

NAMES = ("first_names", "last_name", "known_as", "group")
IDENTIFIERS = {"uci": identifiers.uci, "uln": identifiers.uln}


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
    uci: str = ""
    uln: str = ""

    def as_person(self) -> Person:
        return Person(
            f"line {self.line}", self.number, self.first_names, self.last_name, self.known_as,
            self.date_of_birth, self.uci, self.uln,
        )  # fmt: skip


@dataclass
class Known:
    """What is taken already: by candidates of the centre, and by earlier lines of the file.

    `candidates`: {number: who has it}. `reserved`: numbers of candidates who were merged into others.
    `lines`: {(field, value): line} of the file so far.
    """

    candidates: dict[str, Person] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=set)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)


def read_rows(text: str) -> tuple[list[Row], list[Problem]]:
    """The rows without a fault, and every fault of the others, of a file whose headings speak for themselves."""
    table, rows, problems = Table(text), [], []
    for row, faults in check_rows(table, guess(table.headings, {}), Known()):
        problems += faults
        if row:
            rows.append(row)
    return rows, problems


def check_rows(
    table: Table, columns: Sequence[str], known: Known
) -> Iterator[tuple[Row | None, list[Problem]]]:
    """One line at a time: its row, or else every fault of it. `columns`: the field of each column."""
    places = [(place, key) for place, key in enumerate(columns) if key]
    needed = max((place for place, key in places if FIELDS[key].is_required), default=0) + 1
    for line, cells in table.lines():
        if fault := _wrong_width(cells, len(table.headings), needed):
            yield None, [Problem(line, "", fault)]
            continue
        values = {key: _as_written(cells[place]) for place, key in places if place < len(cells)}
        row, faults = _read(line, values)
        faults += _taken(line, row or _Partly(line, values), known)
        yield (None if faults else row), sorted(faults, key=lambda fault: _COLUMN_ORDER[fault.column])


_COLUMN_ORDER = {
    label: place for place, label in enumerate(["", *(field.label for field in FIELDS.values())])
}


def _as_written(cell: str) -> str:
    """The cell, without the mark that keeps our own exports from being read as formulas."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in ("=", "+", "-", "@") else cell


def _wrong_width(cells: list[str], headings: int, needed: int) -> str:
    if any(cell.strip() for cell in cells[headings:]):
        return (
            f"There are {len(cells)} cells under {headings} headings: "
            "check for a comma inside a name, which needs quotation marks around it."
        )
    if len(cells) < needed:
        return f"There {'is 1 cell' if len(cells) == 1 else f'are {len(cells)} cells'} under {headings} headings."
    return ""


def _read(line: int, values: dict[str, str]) -> tuple[Row | None, list[Problem]]:
    """The row as far as it can be judged alone, and its faults."""
    read: dict[str, str] = {key: tidy(values.get(key, "")) for key in NAMES}
    problems = [
        Problem(line, FIELDS[key].label, fault) for key in NAMES for fault in _name_faults(key, read[key])
    ]
    for key, judge in IDENTIFIERS.items():
        typed = values.get(key, "")
        try:
            read[key] = judge(typed) if typed else ""
        except BadIdentifier as fault:
            problems.append(Problem(line, FIELDS[key].label, str(fault)))
    number, born = candidate_number(values.get("number", "")), day_of_birth(values.get("date_of_birth", ""))
    problems += _number_faults(line, values.get("number", ""), number)
    problems += _birth_faults(line, values.get("date_of_birth", ""), born)
    if problems or number is None or born is None:
        return None, problems
    return Row(line=line, number=number, date_of_birth=born, **read), []


def _name_faults(key: str, value: str) -> Iterable[str]:
    label = FIELDS[key].label.lower()
    are, have = ("are", "have") if key == "first_names" else ("is", "has")
    if not value:
        if FIELDS[key].is_required:
            yield f"The {label} {are} missing."
        return
    if len(value) > MAX_NAME:
        yield f"The {label} {have} {len(value)} letters: {MAX_NAME} is the most."
    if key == "group":
        letters = [letter for letter in value if not letter.isprintable()]
        if letters:
            yield "The group holds a letter that cannot be shown."
    elif letters := unprintable(value):
        yield f"The {label} {'hold' if are == 'are' else 'holds'} what cannot be printed: {', '.join(letters[:5])}."


def _number_faults(line: int, typed: str, number: str | None) -> list[Problem]:
    label = FIELDS["number"].label
    if not typed:
        return [Problem(line, label, "The candidate number is missing.")]
    if number is None:
        return [Problem(line, label, f"“{typed}” is not a candidate number: 0001 to 9999.")]
    return []


def _birth_faults(line: int, typed: str, born: date | None) -> list[Problem]:
    label = FIELDS["date_of_birth"].label
    if not typed:
        return [Problem(line, label, "The date of birth is missing.")]
    if born is None:
        return [Problem(line, label, f"“{typed}” is not a date like 31/12/2010.")]
    unlikely = why_unlikely(born, typed)
    return [Problem(line, label, unlikely)] if unlikely else []


class _Partly:
    """A row with faults, of which number and identifiers are compared with the others' all the same."""

    def __init__(self, line: int, values: dict[str, str]):
        self.line = line
        self.number = candidate_number(values.get("number", "")) or ""
        for key, judge in IDENTIFIERS.items():
            try:
                setattr(self, key, judge(values.get(key, "")))
            except BadIdentifier:
                setattr(self, key, "")


def _taken(line: int, row: "Row | _Partly", known: Known) -> list[Problem]:
    """What another line has already, and a number that somebody else at the centre has.

    The same person's own number is no fault here but a likely duplicate (actions/imports.py), as are UCI and ULN.
    """
    faults = []
    for key in ("number", *IDENTIFIERS):
        value, label = getattr(row, key), FIELDS[key].label
        if not value:
            continue
        before = known.lines.setdefault((key, value), line)
        if before != line:
            name = "number" if key == "number" else label
            faults.append(Problem(line, label, f"The {name} {value} stands in line {before} too."))
    if reason := _held_by_another(row, known):
        faults.append(Problem(line, FIELDS["number"].label, reason))
    return faults


def _held_by_another(row: "Row | _Partly", known: Known) -> str:
    if row.number in known.reserved:
        return f"The number {row.number} stays with a candidate who was merged with another one."
    holder = known.candidates.get(row.number)
    if holder is None or (isinstance(row, Row) and is_same(holder, row.as_person())):
        return ""
    return f"The number {row.number} belongs to {holder.name}, who is a candidate of your centre already."
