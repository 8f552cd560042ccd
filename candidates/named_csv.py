"""Read a CSV file of named entries, with a candidate number and a scheme code in each row; name every faulty row."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.catalogue.models import Award
from portal.kit import csv_files

from .importing import FIELDS, Field, Problem, Table, Unreadable, are_headings, candidate_number, guess
from .importing.columns import missing
from .models import Candidate

NUMBER, CODE = "candidate number", "scheme code"
COLUMNS = {
    NUMBER: FIELDS["number"],
    CODE: Field("Scheme code", True, "entrycode"),
}


@dataclass(frozen=True)
class Known:
    """What rows are checked against: candidates by number, sizes on offer by code, and who already has an entry for
    what, as (candidate, qualification)."""

    candidates: dict[str, Candidate]
    sizes: dict[str, Award]
    holding: set[tuple[int, int]] = field(default_factory=set)


Row = tuple[Candidate, Award]


def read_names(text: str, known: Known) -> tuple[list[Row], list[Problem]]:
    """The valid rows, and the faults of all others. Other columns are ignored."""
    try:
        table = Table(text, are_headings({}, COLUMNS))
        table.count()
    except Unreadable as fault:
        return [], [Problem(1, "", str(fault))]
    columns = guess(table.headings, {}, COLUMNS)
    if lacking := missing(columns, COLUMNS):
        return [], [
            Problem(
                table.heading_line, found.label.lower(), f"The column “{found.label.lower()}” is missing."
            )
            for found in lacking
        ]
    return _read_body(columns, table.lines(), known)


def written(rows: list[Row]) -> str:
    """Rows as CSV text again, which the confirmation sends back."""
    return "\n".join([f"{NUMBER},{CODE}", *(f"{candidate.number},{award.code}" for candidate, award in rows)])


def _read_body(columns, lines, known: Known) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    first_line: dict[tuple[int, int], int] = {}
    for line, cells in lines:
        values = dict(zip(columns, map(csv_files.cell, cells), strict=False))
        candidate = known.candidates.get(candidate_number(values.get(NUMBER, "")) or "")
        award = known.sizes.get(_code(values.get(CODE, "")))
        faults = [*_number_fault(line, values, candidate), *_code_fault(line, values, award)]
        if candidate and award:
            faults += _taken(line, candidate, award, known, first_line)
            first_line.setdefault((candidate.pk, award.qualification_id), line)
        if candidate and award and not faults:
            rows.append((candidate, award))
        problems += faults
    return rows, problems


def _code(typed: str) -> str:
    """Spreadsheets drop leading zeros: 5843 means 05843."""
    typed = csv_files.whole_number(typed)
    return typed.zfill(5) if typed.isdigit() else typed


def _number_fault(line: int, values: dict[str, str], candidate: Candidate | None) -> Iterator[Problem]:
    typed = values.get(NUMBER, "")
    if not typed:
        yield Problem(line, NUMBER, "Candidate number is missing.")
    elif candidate_number(typed) is None:
        yield Problem(line, NUMBER, f"“{typed}” is not a number from 0001 to 9999.")
    elif candidate is None:
        yield Problem(line, NUMBER, f"Your centre has no candidate {candidate_number(typed)}.")


def _code_fault(line: int, values: dict[str, str], award: Award | None) -> Iterator[Problem]:
    typed = values.get(CODE, "")
    if not typed:
        yield Problem(line, CODE, "Scheme code is missing.")
    elif award is None:
        yield Problem(line, CODE, f"Your centre cannot enter candidates under “{typed}”.")


def _taken(line: int, candidate: Candidate, award: Award, known: Known, first_line) -> Iterator[Problem]:
    key = (candidate.pk, award.qualification_id)
    if key in known.holding:
        yield Problem(
            line, NUMBER, f"{candidate} is already entered for {award.qualification}, or on an order."
        )
    elif key in first_line:
        yield Problem(
            line, NUMBER, f"{candidate} is already in line {first_line[key]} for {award.qualification}."
        )
