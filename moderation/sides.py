"""Who speaks for the moderator's side of the e-checklist."""

from portfolios import sides

from .models import Claim, ClaimLine


@sides.MODERATOR.written_by
def moderates(user, assignment) -> bool:
    """The moderator allocated, while the claim with the unit is in moderation."""
    lines = ClaimLine.objects.moderated_by(user).filter(
        assignment=assignment, state=ClaimLine.State.PENDING, claim__state=Claim.State.IN_MODERATION
    )
    return lines.exists()
