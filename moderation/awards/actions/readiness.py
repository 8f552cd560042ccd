"""Tell a centre, claim by claim, that certificates are ready: the first ones together, then any that follow later."""

from django.db import transaction

from centres.access import people_who_may
from moderation.models import Claim
from portal.accounts.mailing import tell
from portal.accounts.roles import Permission
from portal.kit import audit, outbox
from portal.kit.models import Event, OutboxEntry

READY = "certificates ready"  # verb of the audit line


def see_whether_ready(claim: Claim) -> None:
    """Queue telling the centre once no certificate of a claim is waiting to be printed. Safe to run twice.

    Called after each print is committed: if two end at the same moment, at least one sees both.
    """
    if not _is_waiting(claim):
        outbox.due("certificates-ready", claim)


@transaction.atomic
def tell_ready(claim: Claim) -> None:
    """Tell the people who hand out certificates about new ones, unless some are still waiting to be printed."""
    claim.lock()
    if _is_waiting(claim):
        return
    standing = claim.certificates.standing()
    told = Event.objects.about(claim).filter(verb=READY).values_list("details__certificates", flat=True)
    before = {key for keys in told for key in keys}
    new = sorted({*standing.printed().values_list("pk", flat=True)} - before)
    if not new:
        return
    not_printed = standing.filter(pdf="").count()
    event = audit.record(
        READY, claim, by=None, after=str(len(new)), certificates=new, not_printed=not_printed
    )
    tell("certificates_ready", event, to=people_who_may(Permission.MANAGE_CANDIDATES, at=claim.centre))


def _is_waiting(claim: Claim) -> bool:
    """Whether certificates of the claim are still to be printed, or to be issued."""
    return claim.lines.without_result().exists() or _to_print(claim).exists()


def _to_print(claim: Claim):
    """Certificates in force that are waiting to be printed, except those whose printing was given up."""
    given_up = OutboxEntry.objects.filter(kind="print-certificate", state=OutboxEntry.State.FAILED)
    return claim.certificates.standing().filter(pdf="").exclude(pk__in=given_up.values("subject_id"))
