"""Actions on files of candidates: upload, check, answer, import."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from django.contrib.postgres.aggregates import StringAgg
from django.core.cache import cache
from django.db import transaction
from django.db.models import Func, TextField, Value

from centres.models import Centre
from portal.accounts.models import User
from portal.kit import audit, outbox

from ..importing import Known, Problem, Row, Table, are_headings, check_rows, remember, tidy_headings
from ..matching import Lookalikes, Match, Person
from ..models import Candidate, CandidateImport, Group
from .groups import add_members, save_group
from .people import DETAILS, add_all, hold_candidates_of

KEPT_PROBLEMS = 1000  # on the page; the download reads the file again and contains all of them
KEPT_QUESTIONS = 200  # about names; no more are shown, and one answer applies to all
FIRST_ROWS = 10


def upload_import(
    centre: Centre, *, file_name: str, text: str, by: User, mended: Sequence[tuple[str, str]] = ()
) -> CandidateImport:
    """Keep a file until its columns are matched. `mended`: see kit.decoding. Raises importing.Unreadable."""
    table = Table(text, are_headings(remembered_columns(centre)))
    return CandidateImport.objects.create(
        centre=centre,
        file_name=file_name[:200],
        text=text,
        rows=table.count(),
        headings=table.headings,
        mended=[list(words) for words in mended[:KEPT_QUESTIONS]],
        uploaded_by=by,
    )


def remembered_columns(centre: Centre) -> dict[str, str]:
    """{plain heading: field} as the centre last matched them."""
    last = centre.candidate_imports.exclude(columns=[]).values_list("headings", "columns").first()
    headings, columns = last or ([], [])
    return remember(headings, columns)


def table_of(candidate_import: CandidateImport) -> Table:
    """The file as it was read when it was uploaded, below the same headings."""
    headings = candidate_import.headings
    return Table(candidate_import.text, lambda cells: tidy_headings(cells) == headings)


@transaction.atomic
def check_import(candidate_import: CandidateImport, columns: Sequence[str], *, by: User) -> None:
    """Dry run: read every row with these columns and keep the findings; nobody is added. Raises TransitionRefused."""
    candidate_import.move("check_columns", by=by)
    candidate_import.columns = list(columns)
    _look(candidate_import)
    candidate_import.save()


@transaction.atomic
def answer_duplicates(candidate_import: CandidateImport, answers: Mapping[str, str], *, by: User) -> None:
    """Save the answers about likely duplicates: {key: "same" or "other"}. Skipped lines are never "other"."""
    candidate_import.lock()
    must_skip = {found["key"] for found in candidate_import.duplicates if not found["may_add"]}
    asked = {found["key"] for found in candidate_import.duplicates}
    given = {key: "same" if key in must_skip else answer for key, answer in answers.items() if key in asked}
    new = {key: answer for key, answer in given.items() if candidate_import.answers.get(key) != answer}
    if new:
        candidate_import.answers |= new
        candidate_import.save(update_fields=["answers"])
        audit.record("answer duplicates", candidate_import, by=by, answers=new)


@transaction.atomic
def confirm_names(candidate_import: CandidateImport, *, by: User) -> None:
    """Confirm that the questioned names are right; a later check that finds others asks again.

    Names are printed on certificates, so the audit trail says who confirmed which.
    """
    candidate_import.lock()
    questions = candidate_import.name_questions
    if candidate_import.answers.get("names") == questions:
        return
    candidate_import.answers["names"] = questions
    candidate_import.save(update_fields=["answers"])
    audit.record("confirm names", candidate_import, by=by, names=[name for _, name, _ in questions])


@transaction.atomic
def start_import(candidate_import: CandidateImport, *, by: User) -> None:
    """Let a worker add the candidates. Raises TransitionRefused while problems or questions are open."""
    candidate_import.move("start", by=by)
    outbox.due("import-candidates", candidate_import)


@transaction.atomic
def complete_import(candidate_import: CandidateImport) -> int:
    """Add every candidate of a started import, or nobody. Returns how many. Safe to run twice.

    The file is checked again, as candidates may have changed since; if it no longer fits, it is returned to the
    person with the reason.
    """
    candidate_import.lock()
    if candidate_import.state != CandidateImport.State.IMPORTING:
        return 0
    by = candidate_import.importing_by
    assert by is not None  # noqa: S101 - stamped by the move
    centre = hold_candidates_of(candidate_import.centre_id)
    _look(candidate_import)
    if refusal := _why_not(candidate_import):
        _give_back(candidate_import, refusal)
        return 0
    candidate_import.save()
    count = _add_rows(candidate_import, centre, by=by)
    candidate_import.move("complete", by=by)
    return count


@transaction.atomic
def give_up_import(candidate_import: CandidateImport) -> None:
    """The worker failed at every attempt: the file is returned to the person, with nobody added."""
    candidate_import.lock()
    if candidate_import.state == CandidateImport.State.IMPORTING:
        _give_back(
            candidate_import, "The portal could not add the candidates. The awarding body has been told."
        )


def _give_back(candidate_import: CandidateImport, refusal: str) -> None:
    candidate_import.refusal = refusal
    candidate_import.save()
    candidate_import.move("give_back", by=None, why=refusal)


def progress_of(candidate_import: CandidateImport) -> int:
    """How many candidates a running import has added so far: only a hint, as nobody is visible until all are added."""
    with suppress(Exception):  # the cache may be down; the import does not need it
        return cache.get(_progress_key(candidate_import), 0)
    return 0


def known_of(centre: Centre) -> Known:
    """Numbers in use at the centre, and those reserved after a merge."""
    merged = Candidate.everyone.filter(centre=centre).exclude(merged_into=None)
    return Known(
        {person.number: person for person in people_of(centre.candidates)},
        set(merged.values_list("number", flat=True)),
    )


def people_of(candidates) -> Iterable[Person]:
    """Candidates in the form in which they are compared, without model instances."""
    rows = candidates.values_list(*DETAILS).order_by("pk").iterator()
    return (Person(f"candidate {row[0]}", *row) for row in rows)


def digest_of(candidates) -> str:
    """Another one whenever anything has changed by which these candidates are compared."""
    details = Func(Value("\x1f"), *DETAILS, function="concat_ws", output_field=TextField())
    everybody = StringAgg(details, delimiter="\n", order_by="pk")
    found = candidates.order_by().aggregate(digest=Func(everybody, function="md5", output_field=TextField()))
    return found["digest"] or "nobody"


def problems_of(candidate_import: CandidateImport) -> Iterator[Problem]:
    """Every problem of a stored file, however many there are."""
    if not candidate_import.text:
        return
    centre = candidate_import.centre
    for _, problems in check_rows(table_of(candidate_import), candidate_import.columns, known_of(centre)):
        yield from problems


def person_of(candidate: Candidate) -> Person:
    """One candidate, saved or not, in the form in which they are compared."""
    return Person(f"candidate {candidate.number}", *(getattr(candidate, name) for name in DETAILS))


# --- checking every row ---------------------------------------------------------------------


def _look(file: CandidateImport) -> None:
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


def _why_not(file: CandidateImport) -> str:
    """Why nobody can be added now although the import was started; empty if they can."""
    if file.problems:
        line, _, reason = file.problems[0]
        more = f" There are {file.problem_count} problems in all." if file.problem_count > 1 else ""
        return f"Nobody was added. Candidates were changed after the file was checked. Line {line}: {reason}{more}"
    if file.unanswered:
        return (
            "Nobody was added. Candidates were changed after the file was checked, and there are new likely "
            "duplicates to check."
        )
    if not file.names_are_confirmed:
        return "Nobody was added. There are new names to check."
    if file.to_add < 1:
        return "Nobody was added. Everybody in the file is already a candidate at your centre."
    return ""


# --- adding them ------------------------------------------------------------------------------


def _add_rows(file: CandidateImport, centre: Centre, *, by: User) -> int:
    skipped = file.skipped
    groups: dict[str, str] = {}
    rows = (
        row for row, _ in check_rows(table_of(file), file.columns, Known()) if row and row.line not in skipped
    )

    def candidates():
        for row in rows:
            if row.group:
                groups[row.number] = row.group
            yield _candidate(centre, row)

    named: dict[int, str] = {}
    for batch in add_all(centre, candidates(), by=by):
        named |= {candidate.pk: groups.pop(candidate.number, "") for candidate in batch}
        _tell_progress(file, len(named))
    _put_into_groups(centre, named, by=by)
    return len(named)


def _candidate(centre: Centre, row: Row) -> Candidate:
    return Candidate(
        centre=centre,
        number=row.number,
        first_names=row.first_names,
        last_name=row.last_name,
        known_as=row.known_as,
        date_of_birth=row.date_of_birth,
        uci=row.uci,
        uln=row.uln,
    )


def _put_into_groups(centre: Centre, named: Mapping[int, str], *, by: User) -> None:
    """`named`: {candidate's key: name of the group}. Groups that do not exist yet are created."""
    groups = {group.name: group for group in centre.groups.all()}
    for name in sorted(set(named.values()) - {""} - set(groups)):
        groups[name] = save_group(Group(centre=centre, name=name), by=by)
    members: dict[str, list[int]] = {}
    for key, name in named.items():
        members.setdefault(name, []).append(key)
    for name in sorted(set(members) - {""}):
        add_members(groups[name], members[name], by=by)


def _progress_key(file: CandidateImport) -> str:
    return f"candidate-import:{file.pk}"


def _tell_progress(file: CandidateImport, count: int) -> None:
    with suppress(Exception):  # see progress_of
        cache.set(_progress_key(file), count, timeout=600)
