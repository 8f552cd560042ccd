"""Two people decide at the same moment, each on their own connection."""

import pytest

from moderation.awards import actions
from moderation.awards.models import Revocation
from tests.awards.confirming import confirm, propose
from tests.factories import accounts, candidates
from tests.moderation.test_racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def approving(proposal: Revocation):
    """Another member of staff reads the proposal and approves it."""
    by = accounts.staff()
    return lambda: actions.approve_revocation(Revocation.objects.get(pk=proposal.pk), by=by)


def test_of_two_who_approve_at_once_one_does_it(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3)
    certificate = candidate.certificates.get(line__assignment__unit__number=2)
    proposal = propose(certificate)
    assert sorted(at_once(approving(proposal), approving(proposal))) == ["TransitionRefused", "won"]
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    assert [line.state for line in certificate.claim.lines.all()] == ["confirmed", "voided", "confirmed"]


def test_two_units_of_one_award_revoked_at_once_leave_one_true_award(level):
    candidate = candidates.candidate()
    confirm(candidate, level, 1, 2, 3)
    confirm(candidate, level, 4, 5)
    proposals = [
        propose(candidate.certificates.get(line__assignment__unit__number=number)) for number in (2, 3)
    ]
    assert at_once(*map(approving, proposals)) == ["won", "won"]
    (award,) = candidate.certificates.standing().filter(kind="award")
    numbers = [int(code.split("-")[-1]) for code, _ in award.units]
    assert (award.size, numbers) == ("Certificate", [1, 4, 5])
