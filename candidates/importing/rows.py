"""Every row of a file: valid, or with everything that is wrong in it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from portal.kit import csv_files, names

from .. import identifiers
from ..identifiers import BadIdentifier
from ..matching import Person, is_same
from .columns import FIELDS, are_headings, guess
from .files import Table
from .values import MAX_NAME, candidate_number, day_of_birth, unprintable, why_no_day, why_unlikely

NAMES = ("first_names", "last_name", "known_as", "group")
LOST = "\ufffd"
NO_CANDIDATE = "There is no name and no date of birth. If this is a total or a note, delete the line."
IDENTIFIERS = {"uci": identifiers.uci, "uln": identifiers.uln}


class Problem(NamedTuple):
    """A problem in the file: its line as a spreadsheet counts (headings are line 1), column and reason."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One valid candidate from the file."""

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

    @property
    def question(self) -> str:
        """What somebody must check before this name is printed; empty if nothing."""
        written = [name for name in (self.first_names, self.last_name) if name]
        if len(written) == 1:
            return "This person has one name only."
        for name in written:
            if names.may_be_stand_in(name):
                return f"“{name}” is often written where a name is not known."
            if names.is_oddly_written(name):
                return f"“{name}” has a capital with an accent inside a word."
        return ""


@dataclass
class Known:
    """What is already in use, by candidates at the centre and by earlier lines of the file.

    `candidates`: {number: who has it}. `reserved`: numbers of candidates who were merged into others.
    `lines`: {(field, value): line} of the file so far.
    """

    candidates: dict[str, Person] = field(default_factory=dict)
    reserved: set[str] = field(default_factory=set)
    lines: dict[tuple[str, str], int] = field(default_factory=dict)


def read_rows(text: str) -> tuple[list[Row], list[Problem]]:
    """The valid rows of a file with known headings, and every fault of the others."""
    table, rows, problems = Table(text, are_headings({})), [], []
    for row, faults in check_rows(table, guess(table.headings, {}), Known()):
        problems += faults
        if row:
            rows.append(row)
    return rows, problems


def check_rows(
    table: Table, columns: Sequence[str], known: Known
) -> Iterator[tuple[Row | None, list[Problem]]]:
    """One line at a time: its row, or all its faults. `columns`: the field of each column."""
    places = [(place, key) for place, key in enumerate(columns) if key]
    needed = max((place for place, key in places if FIELDS[key].is_required), default=0) + 1
    for line, cells in table.lines():
        if fault := _wrong_width(cells, len(table.headings), needed):
            yield None, [Problem(line, "", fault)]
            continue
        values = {key: csv_files.cell(cells[place]) for place, key in places if place < len(cells)}
        row, faults = _read(line, values)
        faults += _taken(line, row or _Partly(line, values), known)
        yield (None if faults else row), sorted(faults, key=lambda fault: _COLUMN_ORDER[fault.column])


_COLUMN_ORDER = {
    label: place for place, label in enumerate(["", *(field.label for field in FIELDS.values())])
}


def _wrong_width(cells: list[str], headings: int, needed: int) -> str:
    if any(cell.strip() for cell in cells[headings:]):
        return (
            f"There are {len(cells)} cells under {headings} headings. "
            "Check for a comma inside a name, which needs quotation marks around the name."
        )
    if len(cells) < needed:
        there_are = "is 1 cell" if len(cells) == 1 else f"are {len(cells)} cells"
        return f"There {there_are} under {headings} headings. If this is a total or a note, delete the line."
    return ""


def _read(line: int, values: dict[str, str]) -> tuple[Row | None, list[Problem]]:
    """The row, as far as it can be checked by itself, and its faults."""
    read: dict[str, str] = {key: names.tidy(values.get(key, "")) for key in NAMES}
    problems = [
        Problem(line, FIELDS[key].label, fault) for key in NAMES for fault in _name_faults(key, read[key])
    ]
    if not any(values.get(key) for key in ("first_names", "last_name", "date_of_birth")):
        return None, [Problem(line, "", NO_CANDIDATE)]
    if not read["first_names"] and not read["last_name"]:
        problems += [
            Problem(line, FIELDS["first_names"].label, "The first names are missing."),
            Problem(line, FIELDS["last_name"].label, "The last name is missing."),
        ]
    for key, judge in IDENTIFIERS.items():
        typed = csv_files.whole_number(values.get(key, ""))
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
    have, contain = ("have", "contain") if key == "first_names" else ("has", "contains")
    if not value:
        return
    if len(value) > MAX_NAME:
        yield f"The {label} {have} {len(value)} characters. The most allowed is {MAX_NAME}."
    if key == "group":
        if any(not letter.isprintable() for letter in value):
            yield "The group contains a character that cannot be shown."
    elif names.is_stand_in(value):
        yield f"“{value}” is not a name. If the person has one name only, leave the other cell empty."
    elif LOST in value:
        yield (
            f"The {label} {have} lost a letter: “{value}”. It was lost when the file was made. "
            "Correct it there, or save the file as “CSV UTF-8”."
        )
    elif letters := unprintable(value):
        yield f"The {label} {contain} characters that cannot be printed: {', '.join(letters[:5])}."
    elif signs := names.signs(value):
        yield f"“{value}” is not right: a name cannot contain {' '.join(signs[:5])}."


def _number_faults(line: int, typed: str, number: str | None) -> list[Problem]:
    label = FIELDS["number"].label
    if not typed:
        return [Problem(line, label, "The candidate number is missing.")]
    if number is None:
        return [Problem(line, label, f"“{typed}” is not a candidate number from 0001 to 9999.")]
    return []


def _birth_faults(line: int, typed: str, born: date | None) -> list[Problem]:
    label = FIELDS["date_of_birth"].label
    if not typed:
        return [Problem(line, label, "The date of birth is missing.")]
    if born is None:
        return [Problem(line, label, why_no_day(typed))]
    unlikely = why_unlikely(born, typed)
    return [Problem(line, label, unlikely)] if unlikely else []


class _Partly:
    """A row with faults, whose number and identifiers are still compared with those of the others."""

    def __init__(self, line: int, values: dict[str, str]):
        self.line = line
        self.number = candidate_number(values.get("number", "")) or ""
        for key, judge in IDENTIFIERS.items():
            try:
                setattr(self, key, judge(csv_files.whole_number(values.get(key, ""))))
            except BadIdentifier:
                setattr(self, key, "")


def _taken(line: int, row: "Row | _Partly", known: Known) -> list[Problem]:
    """Faults for values of another line, and for a number that somebody else at the centre has.

    The same person's own number, UCI or ULN is not a fault here but a likely duplicate (actions/imports.py).
    """
    faults = []
    for key in ("number", *IDENTIFIERS):
        value, label = getattr(row, key), FIELDS[key].label
        if not value:
            continue
        before = known.lines.setdefault((key, value), line)
        if before != line:
            name = "number" if key == "number" else label
            faults.append(Problem(line, label, f"The {name} {value} is also in line {before}."))
    if reason := _held_by_another(row, known):
        faults.append(Problem(line, FIELDS["number"].label, reason))
    return faults


def _held_by_another(row: "Row | _Partly", known: Known) -> str:
    if row.number in known.reserved:
        return f"The number {row.number} is reserved for a candidate who was merged with another."
    holder = known.candidates.get(row.number)
    if holder is None or (isinstance(row, Row) and is_same(holder, row.as_person())):
        return ""
    return f"The number {row.number} belongs to {holder.name}, who is already a candidate at your centre."
