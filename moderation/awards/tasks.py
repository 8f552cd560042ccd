"""What workers do for awards: record results, print certificates."""

from portal.kit.outbox import Lane, handles


@handles("record-results", lane=Lane.URGENT)
def record_results(claim_id: int) -> None:
    """Results, certificates and awards of one concluded claim. Safe to run twice."""
    from moderation.models import Claim

    from . import actions

    actions.record_results(Claim.objects.get(pk=claim_id))


@handles("print-certificate", lane=Lane.PRINT)
def print_certificate(certificate_id: int) -> None:
    """Print one certificate. Safe to run twice: a printed one is left alone."""
    from portal.kit.printing import print_once

    from .models import Certificate

    print_once(Certificate.objects.get(pk=certificate_id))
