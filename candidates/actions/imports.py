"""Verbs over files of candidates: check, import."""

from collections.abc import Iterable

from django.db import transaction

from centres.models import Centre
from portal.accounts.models import User
from portal.kit.stateful import TransitionRefused

from ..importing import Row, read_rows
from ..models import Candidate, CandidateImport, Group
from .people import add_all


def check_import(centre: Centre, *, file_name: str, text: str, by: User) -> CandidateImport:
    """Dry run: read the file, write nothing but the import with what was found."""
    rows, problems = read_rows(text, taken=taken_numbers(centre))
    return CandidateImport.objects.create(
        centre=centre,
        file_name=file_name[:200],
        text=text,
        rows=len(rows),
        problems=[list(problem) for problem in problems],
        checked_by=by,
    )


@transaction.atomic
def complete_import(candidate_import: CandidateImport, *, by: User) -> int:
    """Add every candidate of a checked file, or none. Returns how many.

    The file is read again, as candidates may have been added since the dry run. Raises TransitionRefused.
    """
    centre = Centre.objects.select_for_update().get(pk=candidate_import.centre_id)
    text = CandidateImport.objects.values_list("text", flat=True).get(pk=candidate_import.pk)
    candidate_import.move("complete", by=by)
    rows, problems = read_rows(text, taken=taken_numbers(centre))
    if problems:
        found = "A problem was" if len(problems) == 1 else f"{len(problems)} problems were"
        raise TransitionRefused(f"{found} found. Correct the file and upload it again.")
    candidates = add_all(centre, [_candidate(centre, row) for row in rows], by=by)
    _put_into_groups(centre, zip(candidates, rows, strict=True))
    return len(candidates)


def taken_numbers(centre: Centre) -> set[str]:
    return set(centre.candidates.values_list("number", flat=True))


def _candidate(centre: Centre, row: Row) -> Candidate:
    return Candidate(
        centre=centre,
        number=row.number,
        first_names=row.first_names,
        last_name=row.last_name,
        known_as=row.known_as,
        date_of_birth=row.date_of_birth,
    )


def _put_into_groups(centre: Centre, pairs: Iterable[tuple[Candidate, Row]]) -> None:
    members: dict[str, list[Candidate]] = {}
    for candidate, row in pairs:
        if row.group:
            members.setdefault(row.group, []).append(candidate)
    for name, candidates in members.items():
        group, _ = Group.objects.get_or_create(centre=centre, name=name)
        group.candidates.add(*candidates)
