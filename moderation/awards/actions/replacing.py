"""One certificate takes the place of another: lost ones are issued again."""

from django.db import transaction

from portal.accounts.models import User
from portal.kit import audit, outbox

from ..models import FROZEN, Certificate


@transaction.atomic
def reissue(certificate: Certificate, *, by: User, why: str) -> Certificate:
    """Replace a certificate by a new one with the same printed values and a new number; uses no entry.

    The name stays as at the time of award (domain reference 7). Raises TransitionRefused unless it is in force.
    """
    certificate.move("replace", by=by, why=why)
    frozen = {name: getattr(certificate, name) for name in FROZEN if name not in ("number", "supersedes")}
    replacement = Certificate.objects.create(supersedes=certificate, **frozen)
    audit.record("issue certificate", replacement, by=by, after=replacement.state, why=why)
    outbox.due("print-certificate", replacement)
    return replacement
