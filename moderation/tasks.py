"""Background tasks for claims: drawing samples and sending e-mails."""

from portal.accounts.mailing import letter
from portal.accounts.models import Topic
from portal.kit.outbox import Lane, handles

from .states import DecisionOutcome


@handles("propose-sample", lane=Lane.URGENT, of="moderation.Claim")
def propose_sample(claim_id: int) -> None:
    """Draw the sample of one claim. Safe to run twice."""
    from . import actions
    from .models import Claim

    actions.propose_sample(Claim.objects.get(pk=claim_id))


@letter("claim_concluded", topic=Topic.CLAIMS)
def claim_concluded(event) -> dict:
    """Tells the centre that a claim is concluded, and how many units were confirmed."""
    from .models import ClaimLine

    claim = event.subject
    return {"claim": claim, "confirmed": claim.lines.filter(state=ClaimLine.State.CONFIRMED).count()}


@letter("claim_submitted", topic=Topic.CLAIMS)
def claim_submitted(event) -> dict | None:
    """Tells the moderator about a new claim; None if it has moved on since."""
    from .models import Claim

    claim = event.subject
    is_new = claim.state in (Claim.State.SUBMITTED, Claim.State.SAMPLE_PROPOSED)
    return {"claim": claim, "lines": claim.lines.count()} if is_new else None


@letter("claims_to_moderate", topic=Topic.CLAIMS)
def claims_to_moderate(event) -> dict | None:
    """Tells a newly allocated moderator how many claims are in hand; None if there are none any more."""
    from . import rules

    allocation = event.subject
    claims = len(rules.claims_in_hand(allocation))
    return {"allocation": allocation, "claims": claims} if claims and not allocation.ended_at else None


@letter("sample_sent", topic=Topic.CLAIMS)
def sample_sent(event) -> dict:
    """Tells whoever submitted the claim that moderation has started, and with how many lines."""
    claim = event.subject
    return {"claim": claim, "sampled": claim.lines.filter(sampled__isnull=False).count()}


@letter("units_decided", topic=Topic.CLAIMS)
def units_decided(event) -> dict:
    """Tells an assessor how many of the units they recorded were agreed and how many were not."""
    words = {
        DecisionOutcome.AGREED: "confirmed",
        DecisionOutcome.NOT_AGREED: "not agreed",
        DecisionOutcome.WITHDRAWN: "withdrawn, as claimed in error",
    }
    outcomes = event.details["outcomes"]
    counts = [(outcomes[outcome], said) for outcome, said in words.items() if outcomes.get(outcome)]
    return {
        "claim": event.subject,
        "counts": counts,
        "to_assess": outcomes.get(DecisionOutcome.NOT_AGREED, 0),
    }
