"""Tell a centre, once a claim, that its certificates are ready."""

from django.db import transaction

from centres.access import people_who_may
from moderation.models import Claim
from portal.accounts.mailing import tell
from portal.accounts.roles import Permission
from portal.kit import audit, outbox
from portal.kit.models import Event

READY = "certificates ready"  # verb of the audit line


def see_whether_ready(claim: Claim) -> None:
    """Once nothing of a claim waits for the printer, telling the centre becomes due. Safe to run twice.

    Asked after each print is committed: of two that end at the same moment, one at least sees both.
    """
    if not claim.certificates.standing().filter(pdf="").exists():
        outbox.due("certificates-ready", claim)


@transaction.atomic
def tell_ready(claim: Claim) -> None:
    """Write to those who hand certificates out, unless that was done, or something waits for the printer again."""
    claim.lock()
    standing = claim.certificates.standing()
    told = Event.objects.about(claim).filter(verb=READY).exists()
    if told or standing.filter(pdf="").exists() or not (count := standing.count()):
        return
    event = audit.record(READY, claim, by=None, after=str(count))
    tell("certificates_ready", event, to=people_who_may(Permission.MANAGE_CANDIDATES, at=claim.centre))
