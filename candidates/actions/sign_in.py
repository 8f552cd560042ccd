"""Actions that let candidates sign in: slips with one-time codes."""

from collections.abc import Iterable

from django.db import transaction

from portal.accounts.actions import issue_codes
from portal.accounts.models import User

from ..models import Candidate


@transaction.atomic
def issue_slips(candidates: Iterable[Candidate], *, by: User) -> int:
    """Issue new one-time codes for those of `candidates` who have not chosen a password yet. Returns how many."""
    waiting = [candidate.user for candidate in candidates if not candidate.user.has_usable_password()]
    return len(issue_codes(waiting, by=by))


@transaction.atomic
def reset_sign_in(candidate: Candidate, *, by: User) -> None:
    """Remove a forgotten password and issue a new one-time code."""
    candidate.user.set_unusable_password()
    candidate.user.save(update_fields=["password"])
    issue_codes([candidate.user], by=by)
