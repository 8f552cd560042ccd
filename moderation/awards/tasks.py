"""What workers do for awards: record results, print certificates."""

from portal.kit.outbox import handles


@handles("record-results")
def record_results(claim_id: int) -> None:
    """Results, certificates and awards of one concluded claim. Safe to run twice."""
    from moderation.models import Claim

    from . import actions

    actions.record_results(Claim.objects.get(pk=claim_id))


@handles("print-certificate")
def print_certificate(certificate_id: int) -> None:
    """Print one certificate. Safe to run twice: a printed one is left alone."""
    from portal.files.printing import print_once

    from .models import Certificate

    print_once(Certificate.objects.get(pk=certificate_id))
