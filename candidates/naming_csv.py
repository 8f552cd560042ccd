"""Read a CSV file of named entries: a candidate number and a scheme code a row; every faulty row is named."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.catalogue.models import Award

from .importing import Problem, candidate_number
from .models import Candidate

NUMBER, CODE = "candidate number", "scheme code"
MAX_ROWS = 5000


@dataclass(frozen=True)
class Known:
    """What rows are held against: candidates by number, sizes on offer by code, and who holds an entry for what
    as (candidate, qualification)."""

    candidates: dict[str, Candidate]
    sizes: dict[str, Award]
    holding: set[tuple[int, int]] = field(default_factory=set)


Row = tuple[Candidate, Award]


def read_names(text: str, known: Known) -> tuple[list[Row], list[Problem]]:
    """The rows without a fault, and the faults of all others. Columns that are not asked for are passed over."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(text))
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as fault:
        return [], [Problem(reader.line_num, "", f"The file is not proper CSV here: {fault}.")]
    if not lines:
        return [], [Problem(1, "", "The file is empty.")]
    headings = [cell.strip().lower() for cell in lines[0][1]]
    missing = [name for name in (NUMBER, CODE) if name not in headings]
    if missing:
        return [], [Problem(1, name, f"The column “{name}” is missing.") for name in missing]
    if len(lines) == 1:
        return [], [Problem(2, "", "There are headings but no candidates below them.")]
    if len(lines) - 1 > MAX_ROWS:
        return [], [Problem(1, "", f"A file may hold {MAX_ROWS} names; this one has {len(lines) - 1}.")]
    return _read_body(headings, lines[1:], known)


def written(rows: list[Row]) -> str:
    """Rows as a file again, for the confirmation to send back."""
    return "\n".join([f"{NUMBER},{CODE}", *(f"{candidate.number},{award.code}" for candidate, award in rows)])


def _delimiter(text: str) -> str:
    return max(",;\t", key=text.split("\n", 1)[0].count)


def _read_body(headings, lines, known: Known) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    first_line: dict[tuple[int, int], int] = {}
    for line, cells in lines:
        values = dict(zip(headings, (cell.strip() for cell in cells), strict=False))
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
            line, NUMBER, f"{candidate} is entered for {award.qualification} already, or on an order."
        )
    elif key in first_line:
        yield Problem(
            line, NUMBER, f"{candidate} stands in line {first_line[key]} for {award.qualification} already."
        )
