"""What workers do for claims: draw samples, tell centres."""

from portal.accounts.mailing import letter
from portal.accounts.models import Topic
from portal.kit.outbox import Lane, handles


@handles("propose-sample", lane=Lane.URGENT)
def propose_sample(claim_id: int) -> None:
    """Draw the sample of one claim. Safe to run twice."""
    from . import actions
    from .models import Claim

    actions.propose_sample(Claim.objects.get(pk=claim_id))


@letter("claim_concluded", topic=Topic.CLAIMS)
def claim_concluded(event) -> dict:
    """That a claim is concluded."""
    return {"claim": event.subject}
