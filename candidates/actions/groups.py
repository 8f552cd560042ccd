"""Actions on groups and their members."""

from collections.abc import Iterable

from django.db import transaction

from portal.accounts.models import User
from portal.kit import audit

from ..models import Candidate, Group


@transaction.atomic
def set_groups(candidate: Candidate, groups: Iterable[Group], *, by: User) -> None:
    """Put `candidate` in `groups` and no others."""
    before, after = set(candidate.groups.all()), set(groups)
    if before != after:
        candidate.groups.set(after)
        audit.record("change groups", candidate, by=by, before=_names(before), after=_names(after))


@transaction.atomic
def save_group(group: Group, *, by: User) -> Group:
    """Add a group, or rename it. The same name changes nothing."""
    before = Group.objects.select_for_update().filter(pk=group.pk).values_list("name", flat=True).first()
    if before == group.name:
        return group
    group.save()
    audit.record(
        "rename group" if before else "create group", group, by=by, before=before or "", after=group.name
    )
    return group


@transaction.atomic
def set_members(group: Group, candidates: Iterable[Candidate], *, by: User) -> None:
    """Make `candidates` the only members of `group`."""
    _change_members(group, lambda: group.candidates.set(candidates), by=by)


@transaction.atomic
def add_members(group: Group, candidates: Iterable[Candidate] | Iterable[int], *, by: User) -> None:
    """Add `candidates`, given as objects or keys, to `group`."""
    _change_members(group, lambda: group.candidates.add(*candidates), by=by)


@transaction.atomic
def remove_members(group: Group, candidates: Iterable[Candidate], *, by: User) -> None:
    """Remove `candidates` from `group`; their work stays as it is."""
    _change_members(group, lambda: group.candidates.remove(*candidates), by=by)


def _change_members(group: Group, change, *, by: User) -> None:
    Group.objects.select_for_update().get(pk=group.pk)
    before = set(group.candidates.values_list("pk", flat=True))
    change()
    after = set(group.candidates.values_list("pk", flat=True))
    if before != after:
        audit.record("change members", group, by=by, before=str(len(before)), after=str(len(after)))


def _names(groups: Iterable[Group]) -> str:
    return ", ".join(sorted(group.name for group in groups))
