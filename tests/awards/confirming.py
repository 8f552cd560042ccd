"""Confirm units for one candidate, claim by claim, through the real actions."""

from moderation import actions as claim_actions
from moderation.awards import actions
from moderation.awards.models import Revocation
from moderation.models import Claim
from tests.factories import accounts, centres, portfolios


def confirm(candidate, qualification, *numbers: int) -> Claim:
    """Record these units of one candidate as achieved, claim and conclude them, and record the results."""
    for number in numbers:
        portfolios.achieved(candidate, qualification.units.get(number=number))
    return claim_and_confirm(candidate, qualification, *numbers)


def claim_and_confirm(candidate, qualification, *numbers: int) -> Claim:
    """Like `confirm`, for work that is already achieved."""
    centre = candidate.centre
    centres.entries(centre, qualification, len(numbers))
    by = centres.person(centre)
    claim = claim_actions.start_claim(centre, qualification, by=by)
    claim_actions.set_lines(claim, candidate.assignments.filter(unit__number__in=numbers), by=by)
    claim_actions.submit_claim(claim, by=by)
    claim_actions.propose_sample(claim)
    moderator = accounts.adult()
    claim.refresh_from_db()
    claim_actions.send_sample(claim, by=moderator)
    for line in claim.lines.for_pages():
        claim_actions.decide_line(line, outcome="agreed", comment="", by=moderator)
    claim_actions.conclude(claim, rest={}, report="", by=moderator)
    actions.record_results(claim)
    return claim


def propose(
    certificate, kind=Revocation.Kind.REVOKE, *, by=None, reason="The work was copied."
) -> Revocation:
    ground = Revocation.Ground.ASSESSMENT if kind == Revocation.Kind.REVOKE else ""
    proposal = Revocation(certificate=certificate, kind=kind, ground=ground, reason=reason)
    return actions.propose_revocation(proposal, by=by or accounts.staff())


def revoke(certificate, **values) -> list[str]:
    certificate.refresh_from_db()
    return actions.approve_revocation(propose(certificate, **values), by=accounts.staff())


def restore(certificate) -> list[str]:
    certificate.refresh_from_db()
    proposal = propose(certificate, Revocation.Kind.RESTORE, reason="The report was wrong.")
    return actions.approve_revocation(proposal, by=accounts.staff())


def kinds_of(candidate) -> list[str]:
    return sorted(
        certificate.award.kind if certificate.award else "UNIT"
        for certificate in candidate.certificates.all()
    )
