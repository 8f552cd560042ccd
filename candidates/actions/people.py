"""Verbs over candidates: add, change."""

from django.db import transaction

from centres.models import Centre
from portal.accounts.models import User
from portal.kit import audit

from ..models import Candidate


def sign_in_name(centre: Centre, number: str) -> str:
    """What a candidate's account is called: `<centre number>/<candidate number>`."""
    return f"{centre.number}/{number}"


@transaction.atomic
def add_candidate(candidate: Candidate, *, by: User) -> Candidate:
    """Add one candidate with an account that waits for its first sign-in."""
    add_all(candidate.centre, [candidate], by=by)
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


def add_all(centre: Centre, candidates: list[Candidate], *, by: User) -> list[Candidate]:
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
