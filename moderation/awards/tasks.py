"""Background tasks for awards: recording results, printing certificates, matching learners, sending e-mails."""

from portal.accounts.mailing import letter
from portal.accounts.models import Topic
from portal.kit.outbox import Lane, handles, when_given_up


@handles("record-results", lane=Lane.URGENT)
def record_results(claim_id: int) -> None:
    """Record the results of one concluded claim, and issue its certificates and awards. Safe to run twice."""
    from moderation.models import Claim

    from . import actions

    actions.record_results(Claim.objects.get(pk=claim_id))


@handles("print-certificate", lane=Lane.PRINT)
def print_certificate(certificate_id: int) -> None:
    """Print one certificate in force, and check whether the centre can be told about its claim. Safe to run twice."""
    from portal.files.printing import print_once

    from . import actions
    from .models import Certificate

    certificate = Certificate.objects.select_related("claim").get(pk=certificate_id)
    if certificate.state == Certificate.State.ISSUED:
        print_once(certificate)
    actions.see_whether_ready(certificate.claim)


@when_given_up("print-certificate")
def not_printed(certificate_id: int) -> None:
    """Tell the centre about the claim's other certificates without it."""
    from . import actions
    from .models import Certificate

    actions.see_whether_ready(Certificate.objects.select_related("claim").get(pk=certificate_id).claim)


@handles("certificates-ready", lane=Lane.URGENT)
def certificates_ready(claim_id: int) -> None:
    """Tell the centre about a claim's printed certificates that it was not told about before. Safe to run twice."""
    from moderation.models import Claim

    from . import actions

    actions.tell_ready(Claim.objects.get(pk=claim_id))


@handles("match-learners", lane=Lane.PREVIEWS)
def match_learners(centre_id: int) -> None:
    """Look for a centre's new and changed candidates at other centres. Not urgent; safe to run twice."""
    from centres.models import Centre

    from . import actions

    actions.match_learners(Centre.objects.get(pk=centre_id))


@handles("test-awards", lane=Lane.URGENT)
def test_awards(learner_id: int) -> None:
    """Issue the awards that a joined learner's units make up together. Safe to run twice."""
    from candidates.models import Learner

    from . import actions

    actions.test_awards(Learner.objects.get(pk=learner_id))


@letter("certificates_ready", topic=Topic.CLAIMS)
def certificates_ready_letter(event) -> dict:
    """Tells the centre that certificates for a claim can be downloaded."""
    return {
        "claim": event.subject,
        "count": int(event.after),
        "not_printed": event.details["not_printed"],
    }


@letter("revocation", topic=Topic.CLAIMS)
def revocation(event) -> dict:
    """Tells the centre that a certificate was revoked or restored, why, and what changed as a result."""
    found = event.subject
    own = found.certificate.candidate.centre.number
    return {
        "revocation": found,
        "certificate": found.certificate,
        "centre_number": event.details["centre"],
        "is_own": event.details["centre"] == own,
        "followed": event.details["followed"],
        "gives_back": event.details["gives_back"],
    }
