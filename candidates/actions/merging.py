"""Actions on two candidates who may be one person: merge them, or say that they are two people."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..comparing import filled_in, objections_to
from ..merging import FOLLOWERS
from ..models import Candidate, DifferentPeople
from .people import changed_details


@transaction.atomic
def merge_candidates(kept: Candidate, merged: Candidate, *, by: User) -> None:
    """Merge two rows of one person: everything of `merged` moves to `kept`; its account closes, its number stays used.

    Raises TransitionRefused with every objection; nothing is then written.
    """
    for follower in FOLLOWERS:
        follower.hold(merged)
    kept, merged = _locked(kept, merged)
    if objections := objections_to(kept, merged):
        raise TransitionRefused(" ".join(objections))
    for follower in FOLLOWERS:
        follower.move(kept, merged, by=by)
    _point(merged, kept)
    changed = _fill_in(kept, merged)
    _close_account(merged)
    audit.record("merge candidates", kept, by=by, after=str(merged), changed=changed)
    audit.record("merge into another", merged, by=by, after=str(kept))


@transaction.atomic
def say_different(one: Candidate, other: Candidate, *, by: User) -> None:
    """Record that two candidates who look alike are two people, so that nobody is asked again."""
    first, second = sorted([one, other], key=lambda candidate: candidate.pk)
    _, is_new = DifferentPeople.objects.get_or_create(first=first, second=second, defaults={"by": by})
    if is_new:
        audit.record("say different people", first, by=by, after=str(second))
        audit.record("say different people", second, by=by, after=str(first))


def _locked(*candidates: Candidate) -> list[Candidate]:
    """The same rows, read again and locked in a fixed order."""
    rows = Candidate.everyone.select_for_update(of=("self",)).select_related("user", "centre").order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=[candidate.pk for candidate in candidates])}
    return [found[candidate.pk] for candidate in candidates]


def _point(merged: Candidate, kept: Candidate) -> None:
    """Leave `merged` out of lists and counts; rows that pointed to it point to `kept`, so there are no chains."""
    Candidate.everyone.filter(merged_into=merged).update(merged_into=kept)
    merged.merged_into = kept
    merged.save(update_fields=["merged_into"])


def _fill_in(kept: Candidate, merged: Candidate) -> dict[str, list[str]]:
    was = Candidate.everyone.get(pk=kept.pk)
    for name, value in filled_in(kept, merged).items():
        setattr(kept, name, value)
    if changed := changed_details(was, kept):
        kept.save(update_fields=list(changed))
        kept.user.name = kept.display_name
        kept.user.save(update_fields=["name"])
    return changed


def _close_account(merged: Candidate) -> None:
    """Close the account: the person now signs in as the one kept. Open sessions end with the next page."""
    merged.user.is_active = False
    merged.user.save(update_fields=["is_active"])
    merged.user.signincodes.filter(ended_at=None).update(ended_at=timezone.now())
