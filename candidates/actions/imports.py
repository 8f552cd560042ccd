"""Actions on files of candidates: upload, check, answer, import."""

from collections.abc import Mapping, Sequence

from django.db import transaction

from centres.models import Centre
from portal.accounts.models import User
from portal.kit import audit, outbox

from ..importing import Known, Row, Table, are_headings, check_rows
from ..importing.checking import KEPT_QUESTIONS, look, remembered_columns, table_of, tell_progress
from ..models import Candidate, CandidateImport, Group
from .groups import add_members, save_group
from .people import add_all, hold_candidates_of


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


@transaction.atomic
def check_import(candidate_import: CandidateImport, columns: Sequence[str], *, by: User) -> None:
    """Dry run: read every row with these columns and keep the findings; nobody is added. Raises TransitionRefused."""
    candidate_import.move("check_columns", by=by)
    candidate_import.columns = list(columns)
    look(candidate_import)
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
    look(candidate_import)
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
        tell_progress(file, len(named))
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
