"""One certificate takes the place of another: lost ones are issued again, misspelt names are corrected."""

from django.db import transaction

from portal.accounts.models import User
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from ..models import FROZEN, Certificate, Revocation
from ..spelling import why_no_correction


def reissue(certificate: Certificate, *, by: User, why: str) -> Certificate:
    """Replace a certificate by a new one with the same printed values and a new number; uses no entry.

    The name stays as at the time of award (domain reference 7). Raises TransitionRefused unless it is in force.
    """
    return supersede(certificate, by=by, why=why)


@transaction.atomic
def correct_name(certificate: Certificate, *, name: str, why: str, evidence: str, by: User) -> Certificate:
    """Replace a certificate by a new one with the name spelt right; uses no entry.

    `evidence`: what shows the right spelling, for example a passport that was seen; noted in the audit trail. Raises
    TransitionRefused unless it is in force, and for another name (domain reference 7).
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
    """Replace a certificate in force by a new one that prints what it printed, but for what is `changed`.

    Raises TransitionRefused unless it is in force.
    """
    certificate.move("replace", by=by, why=why, because_of=because_of)
    frozen = {name: getattr(certificate, name) for name in FROZEN if name not in ("number", "supersedes")}
    replacement = Certificate.objects.create(**{**frozen, **changed}, supersedes=certificate)
    audit.record("issue certificate", replacement, by=by, after=replacement.state, why=why)
    outbox.due("print-certificate", replacement)
    return replacement
