"""Verbs over candidates and groups."""

from collections.abc import Iterable

from django.db import transaction

from centres.models import Centre
from portal.accounts.actions import issue_codes
from portal.accounts.models import User
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from .importing import Row, read_rows
from .models import Candidate, CandidateImport, Group


def sign_in_name(centre: Centre, number: str) -> str:
    """What a candidate's account is called: `<centre number>/<candidate number>`."""
    return f"{centre.number}/{number}"


@transaction.atomic
def add_candidate(candidate: Candidate, *, by: User) -> Candidate:
    """Add one candidate with an account that waits for its first sign-in."""
    _add_all(candidate.centre, [candidate], by=by)
    return candidate


@transaction.atomic
def change_candidate(candidate: Candidate, *, by: User) -> None:
    """Save changed details; the account follows the number and the known-as name."""
    was = Candidate.objects.select_for_update().get(pk=candidate.pk)
    changed = {
        name: [str(getattr(was, name)), str(getattr(candidate, name))]
        for name in ("number", "first_names", "last_name", "known_as", "date_of_birth")
        if getattr(was, name) != getattr(candidate, name)
    }
    if not changed:
        return
    user = candidate.user
    user.sign_in_name = sign_in_name(candidate.centre, candidate.number)
    user.name = candidate.display_name
    user.save(update_fields=["sign_in_name", "name"])
    candidate.save()
    audit.record("change candidate", candidate, by=by, changed=changed)


@transaction.atomic
def set_groups(candidate: Candidate, groups: Iterable[Group], *, by: User) -> None:
    """Put `candidate` into `groups` and no others."""
    before, after = set(candidate.groups.all()), set(groups)
    if before != after:
        candidate.groups.set(after)
        audit.record("change groups", candidate, by=by, before=_names(before), after=_names(after))


@transaction.atomic
def save_group(group: Group, *, by: User) -> Group:
    is_new = group.pk is None
    group.save()
    audit.record("create group" if is_new else "rename group", group, by=by)
    return group


@transaction.atomic
def set_members(group: Group, candidates: Iterable[Candidate], *, by: User) -> None:
    """Make `candidates` the members of `group`, no others."""
    _change_members(group, lambda: group.candidates.set(candidates), by=by)


@transaction.atomic
def add_members(group: Group, candidates: Iterable[Candidate], *, by: User) -> None:
    _change_members(group, lambda: group.candidates.add(*candidates), by=by)


@transaction.atomic
def remove_members(group: Group, candidates: Iterable[Candidate], *, by: User) -> None:
    """Take `candidates` out of `group`; their work stays as it is."""
    _change_members(group, lambda: group.candidates.remove(*candidates), by=by)


def _change_members(group: Group, change, *, by: User) -> None:
    Group.objects.select_for_update().get(pk=group.pk)
    before = group.candidates.count()
    change()
    audit.record("change members", group, by=by, before=str(before), after=str(group.candidates.count()))


def _names(groups: Iterable[Group]) -> str:
    return ", ".join(sorted(group.name for group in groups))


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
    candidates = _add_all(centre, [_candidate(centre, row) for row in rows], by=by)
    _put_into_groups(centre, zip(candidates, rows, strict=True))
    return len(candidates)


def taken_numbers(centre: Centre) -> set[str]:
    return set(centre.candidates.values_list("number", flat=True))


@transaction.atomic
def issue_slips(candidates: Iterable[Candidate], *, by: User) -> int:
    """New one-time codes for those of `candidates` who have not chosen a password yet. Returns how many."""
    waiting = [candidate.user for candidate in candidates if not candidate.user.has_usable_password()]
    return len(issue_codes(waiting, by=by))


@transaction.atomic
def reset_sign_in(candidate: Candidate, *, by: User) -> None:
    """The candidate forgot the password: take it away and issue a new one-time code."""
    candidate.user.set_unusable_password()
    candidate.user.save(update_fields=["password"])
    issue_codes([candidate.user], by=by)


def _candidate(centre: Centre, row: Row) -> Candidate:
    return Candidate(
        centre=centre,
        number=row.number,
        first_names=row.first_names,
        last_name=row.last_name,
        known_as=row.known_as,
        date_of_birth=row.date_of_birth,
    )


def _add_all(centre: Centre, candidates: list[Candidate], *, by: User) -> list[Candidate]:
    users = [
        User(sign_in_name=sign_in_name(centre, candidate.number), name=candidate.display_name, email=None)
        for candidate in candidates
    ]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users, batch_size=500)
    for candidate, user in zip(candidates, users, strict=True):
        candidate.user, candidate.added_by = user, by
    Candidate.objects.bulk_create(candidates, batch_size=500)
    audit.record_all("add candidate", [(candidate, "", "") for candidate in candidates], by=by)
    return candidates


def _put_into_groups(centre: Centre, pairs: Iterable[tuple[Candidate, Row]]) -> None:
    members: dict[str, list[Candidate]] = {}
    for candidate, row in pairs:
        if row.group:
            members.setdefault(row.group, []).append(candidate)
    for name, candidates in members.items():
        group, _ = Group.objects.get_or_create(centre=centre, name=name)
        group.candidates.add(*candidates)
