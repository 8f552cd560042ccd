"""Replace one certificate with another: lost certificates are issued again, misspelt names are corrected."""

from django.db import transaction

from portal.accounts.models import User
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from ..models import FROZEN, Certificate, Revocation
from ..spelling import why_no_correction


def reissue(certificate: Certificate, *, by: User, why: str) -> Certificate:
    """Replace a certificate with a new one: the same printed values, a new number. Uses no entry.

    The name stays as at the time of award (domain reference 7). Raises TransitionRefused unless it is in force.
    """
    return supersede(certificate, by=by, why=why)


@transaction.atomic
def correct_name(certificate: Certificate, *, name: str, why: str, evidence: str, by: User) -> Certificate:
    """Replace a certificate with a new one with the right spelling of the name. Uses no entry.

    `evidence`: what shows the right spelling, for example a passport that was seen; recorded in the audit trail. Raises
    TransitionRefused unless it is in force, and if the name is a different one (domain reference 7).
    """
    name = " ".join(name.split())
    if refusal := why_no_correction(certificate.certificate_name, name):
        raise TransitionRefused(refusal)
    new = supersede(certificate, by=by, why=why, certificate_name=name)
    audit.record(
        "correct name",
        new,
        by=by,
        before=certificate.certificate_name,
        after=name,
        why=why,
        evidence=evidence,
    )
    return new


@transaction.atomic
def supersede(
    certificate: Certificate, *, by: User, why: str, because_of: Revocation | None = None, **changed
) -> Certificate:
    """Replace a certificate in force with a new one that prints the same, apart from what is `changed`.

    Raises TransitionRefused unless it is in force.
    """
    certificate.move("replace", by=by, why=why, because_of=because_of)
    frozen = {name: getattr(certificate, name) for name in FROZEN if name not in ("number", "supersedes")}
    replacement = Certificate.objects.create(**{**frozen, **changed}, supersedes=certificate)
    audit.record("issue certificate", replacement, by=by, after=replacement.state, why=why)
    outbox.due("print-certificate", replacement)
    return replacement
