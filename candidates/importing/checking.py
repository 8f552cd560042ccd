"""A stored file of candidates: what it contains now, and how far its import is. Nothing here writes to the database."""

from collections.abc import Iterator
from contextlib import suppress

from django.core.cache import cache

from centres.models import Centre

from ..comparing import people_of
from ..matching import Lookalikes, Match, Person
from ..models import Candidate, CandidateImport
from .columns import remember
from .files import Table, tidy_headings
from .rows import Known, Problem, Row, check_rows

KEPT_PROBLEMS = 1000  # on the page; the download reads the file again and contains all of them
KEPT_QUESTIONS = 200  # about names; no more are shown, and one answer applies to all
FIRST_ROWS = 10


def remembered_columns(centre: Centre) -> dict[str, str]:
    """{plain heading: field} as the centre last matched them."""
    last = centre.candidate_imports.exclude(columns=[]).values_list("headings", "columns").first()
    headings, columns = last or ([], [])
    return remember(headings, columns)


def table_of(candidate_import: CandidateImport) -> Table:
    """The file as it was read when it was uploaded, below the same headings."""
    headings = candidate_import.headings
    return Table(candidate_import.text, lambda cells: tidy_headings(cells) == headings)


def problems_of(candidate_import: CandidateImport) -> Iterator[Problem]:
    """Every problem of a stored file, however many there are."""
    if not candidate_import.text:
        return
    centre = candidate_import.centre
    for _, problems in check_rows(table_of(candidate_import), candidate_import.columns, known_of(centre)):
        yield from problems


def known_of(centre: Centre) -> Known:
    """Numbers in use at the centre, and those reserved after a merge."""
    merged = Candidate.everyone.filter(centre=centre).exclude(merged_into=None)
    return Known(
        {person.number: person for person in people_of(centre.candidates)},
        set(merged.values_list("number", flat=True)),
    )


def look(file: CandidateImport) -> None:
    """Set on `file` what its rows contain now: their number, problems, the first rows, likely duplicates."""
    alike = Lookalikes(people_of(file.centre.candidates))
    file.rows = file.problem_count = file.faulty_lines = 0
    file.problems, file.first_rows, file.duplicates, file.name_questions = [], [], [], []
    known = known_of(file.centre)
    for row, problems in check_rows(table_of(file), file.columns, known):
        file.faulty_lines += bool(problems)
        file.problem_count += len(problems)
        file.problems += [list(problem) for problem in problems[: KEPT_PROBLEMS - len(file.problems)]]
        if row is None:
            continue
        file.rows += 1
        if row.question and len(file.name_questions) < KEPT_QUESTIONS:
            file.name_questions.append([row.line, row.as_person().name, row.question])
        person = row.as_person()
        if len(file.first_rows) < FIRST_ROWS:
            file.first_rows.append(_shown(person) | {"group": row.group})
        if matches := alike.of(person):
            is_free = row.number not in known.candidates
            file.duplicates.append(_question(row, matches, is_free=is_free))
        alike.add(person)


def _question(row: Row, matches: list[Match], *, is_free: bool) -> dict:
    """One likely duplicate that needs an answer; the key names those it looks like, so that an answer still fits.

    `is_free`: nobody at the centre has the number. If somebody has the number, UCI or ULN, it cannot be added.
    """
    person = row.as_person()
    others = [match.person for match in matches]
    at_centre = [other for other in others if other.where.startswith("candidate")]
    return _shown(person) | {
        "key": " ".join([str(row.line), *sorted(other.where for other in others)]),
        "line": row.line,
        "group": row.group,
        "may_add": is_free and not any(_shares(person, other) for other in at_centre),
        "others": [_shown(match.person) | {"why": match.why} for match in matches],
    }


def _shares(one: Person, other: Person) -> bool:
    """Whether they share an identifier, which must be unique at the centre."""
    return any(mine and mine == theirs for mine, theirs in ((one.uci, other.uci), (one.uln, other.uln)))


def _shown(person: Person) -> dict:
    """What a page shows of a person, as JSON."""
    return {
        "where": person.where.capitalize(),
        "is_candidate": person.where.startswith("candidate"),
        "number": person.number,
        "name": person.name,
        "known_as": person.known_as,
        "born": f"{person.date_of_birth:%-d %B %Y}",
        "uci": person.uci,
        "uln": person.uln,
    }


def progress_of(candidate_import: CandidateImport) -> int:
    """How many candidates a running import has added so far: only a hint, as nobody is visible until all are added."""
    with suppress(Exception):  # the cache may be down; the import does not need it
        return cache.get(_progress_key(candidate_import), 0)
    return 0


def tell_progress(file: CandidateImport, count: int) -> None:
    with suppress(Exception):  # see progress_of
        cache.set(_progress_key(file), count, timeout=600)


def _progress_key(file: CandidateImport) -> str:
    return f"candidate-import:{file.pk}"
