"""Units confirmed for one candidate, claim by claim, by the real verbs."""

from moderation import actions as claim_actions
from moderation.awards import actions
from moderation.models import Claim
from tests.factories import accounts, centres, portfolios


def confirm(candidate, qualification, *numbers: int) -> Claim:
    """A concluded claim of these units of one candidate, with its results recorded."""
    centre = candidate.centre
    centres.entries(centre, qualification, len(numbers))
    work = [portfolios.achieved(candidate, qualification.units.get(number=number)) for number in numbers]
    by = centres.person(centre)
    claim = claim_actions.start_claim(centre, qualification, by=by)
    claim_actions.set_lines(claim, work, by=by)
    claim_actions.submit_claim(claim, by=by)
    claim_actions.propose_sample(claim)
    moderator = accounts.adult()
    claim.refresh_from_db()
    claim_actions.send_sample(claim, [], by=moderator)
    for line in claim.lines.for_pages():
        claim_actions.decide_line(line, outcome="agreed", comment="", by=moderator)
    claim_actions.conclude(claim, rest={}, report="", by=moderator)
    actions.record_results(claim)
    return claim


def kinds_of(candidate) -> list[str]:
    return sorted(
        certificate.award.kind if certificate.award else "UNIT"
        for certificate in candidate.certificates.all()
    )
