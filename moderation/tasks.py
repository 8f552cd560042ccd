"""What workers do for claims: draw samples, tell centres."""

from portal.kit.outbox import handles


@handles("propose-sample")
def propose_sample(claim_id: int) -> None:
    """Draw the sample of one claim. Safe to run twice."""
    from . import actions
    from .models import Claim

    actions.propose_sample(Claim.objects.get(pk=claim_id))


@handles("send-claim-concluded")
def send_claim_concluded(claim_id: int) -> None:
    """Tell who submitted the claim that it is concluded."""
    from portal.kit.mail import send

    from .models import Claim

    claim = Claim.objects.select_related("centre", "qualification", "submitted_by").get(pk=claim_id)
    if claim.submitted_by:
        send("claim_concluded", to=claim.submitted_by.email, context={"claim": claim})
