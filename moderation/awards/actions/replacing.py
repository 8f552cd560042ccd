"""One certificate takes the place of another: lost ones are issued again."""

from django.db import transaction

from portal.accounts.models import User
from portal.kit import audit, outbox

from ..models import FROZEN, Certificate, Revocation


def reissue(certificate: Certificate, *, by: User, why: str) -> Certificate:
    """Replace a certificate by a new one with the same printed values and a new number; uses no entry.

    The name stays as at the time of award (domain reference 7). Raises TransitionRefused unless it is in force.
    """
    return supersede(certificate, by=by, why=why)


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
