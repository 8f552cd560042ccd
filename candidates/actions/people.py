"""Actions on candidates: add and change."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from centres.models import Centre
from portal.accounts.models import User
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from ..comparing import DETAILS
from ..models import Candidate

CHANGED = (*DETAILS, "entered_number")  # only by hand
TAKEN = {
    "number": "Another candidate at your centre has this number.",
    "uci": "Another candidate at your centre has this UCI. If it is the same person, merge the two.",
    "uln": "Another candidate at your centre has this ULN. If it is the same person, merge the two.",
}
BATCH = 500


class Taken(TransitionRefused):
    """Somebody else at the centre already has this value of `field`."""

    def __init__(self, field: str):
        super().__init__(TAKEN[field])
        self.field = field


def sign_in_name(centre: Centre, number: str) -> str:
    """The name of a candidate's account: `<centre number>/<candidate number>`."""
    return f"{centre.number}/{number}"


def hold_candidates_of(centre_id: int) -> Centre:
    """Lock the centre until the transaction ends, so that numbers are allocated in one place at a time."""
    return Centre.objects.select_for_update(no_key=True).get(pk=centre_id)


@transaction.atomic
def add_candidate(candidate: Candidate, *, by: User) -> Candidate:
    """Add one candidate with an account that has not signed in yet. Raises Taken."""
    centre = hold_candidates_of(candidate.centre_id)
    _refuse_taken(candidate)
    _add_batch(centre, [candidate], by=by)
    return candidate


@transaction.atomic
def change_candidate(candidate: Candidate, *, by: User) -> None:
    """Save changed details; the account follows the number and the known-as name. Raises Taken."""
    hold_candidates_of(candidate.centre_id)
    was = Candidate.objects.select_for_update().get(pk=candidate.pk)
    changed = changed_details(was, candidate)
    if not changed:
        return
    _refuse_taken(candidate)
    user = candidate.user
    user.sign_in_name = sign_in_name(candidate.centre, candidate.number)
    user.name = candidate.display_name
    user.save(update_fields=["sign_in_name", "name"])
    candidate.is_matched = False
    candidate.save(update_fields=[*CHANGED, "is_matched"])
    outbox.due("match-learners", candidate.centre)
    audit.record("change candidate", candidate, by=by, changed=changed)


def changed_details(was: Candidate, now: Candidate) -> dict[str, list[str]]:
    """{field: [before, after]} for the audit trail."""
    return {
        name: [str(getattr(was, name)), str(getattr(now, name))]
        for name in CHANGED
        if getattr(was, name) != getattr(now, name)
    }


def taken_fields(candidate: Candidate) -> list[str]:
    """The details of `candidate` that somebody else at the centre has. A merged row keeps only its number."""
    others = Candidate.everyone.filter(centre=candidate.centre_id).exclude(pk=candidate.pk)
    current = others.filter(merged_into=None)
    found = {
        "number": others.filter(number=candidate.number),
        "uci": current.filter(uci=candidate.uci) if candidate.uci else current.none(),
        "uln": current.filter(uln=candidate.uln) if candidate.uln else current.none(),
    }
    return [name for name, rows in found.items() if rows.exists()]


def _refuse_taken(candidate: Candidate) -> None:
    for name in taken_fields(candidate):
        raise Taken(name)


def add_all(centre: Centre, candidates: Iterable[Candidate], *, by: User) -> Iterator[list[Candidate]]:
    """Add many, some hundred at a time, and yield each batch: no more are in memory at once."""
    waiting = iter(candidates)
    while batch := list(islice(waiting, BATCH)):
        yield _add_batch(centre, batch, by=by)


def _add_batch(centre: Centre, candidates: list[Candidate], *, by: User) -> list[Candidate]:
    users = [
        User(sign_in_name=sign_in_name(centre, candidate.number), name=candidate.display_name, email=None)
        for candidate in candidates
    ]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users)
    for candidate, user in zip(candidates, users, strict=True):
        # By its key: a candidate and a user that refer to each other stay in memory long after the batch.
        candidate.user_id, candidate.added_by = user.pk, by
    Candidate.objects.bulk_create(candidates)
    audit.record_all("add candidate", [(candidate, "", "") for candidate in candidates], by=by)
    outbox.due("match-learners", centre)
    return candidates
