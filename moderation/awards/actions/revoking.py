"""Revoke and restore: one person proposes, a second approves, and awards that counted the unit change with it."""

from django.db import IntegrityError, transaction

from centres.access import people_who_may
from centres.models import Centre
from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Permission
from portal.kit import audit, outbox
from portal.kit.constraints import constraint_of
from portal.kit.stateful import TransitionRefused

from .. import standing
from ..models import Certificate, Revocation
from .issuing import issue_met, what_counts
from .learners import hold_learners
from .replacing import supersede

Followed = tuple[Certificate, str]  # another certificate, and a sentence on what happened to it


@transaction.atomic
def propose_revocation(revocation: Revocation, *, by: User) -> Revocation:
    """Propose to revoke or restore a certificate. Nothing changes until a second person approves it.

    Raises TransitionRefused if it cannot be done, or if a proposal is open already.
    """
    revocation.certificate.lock()
    _refuse(standing.why_not(revocation.certificate, revocation.kind))
    open_ones = revocation.certificate.revocations.filter(state=Revocation.State.PROPOSED)
    if open_ones.exists():
        raise TransitionRefused(
            f"A proposal for certificate {revocation.certificate} is already waiting for a second person."
        )
    revocation.proposed_by = by
    revocation.save()
    audit.record("propose", revocation, by=by, after=revocation.kind, why=revocation.reason)
    return revocation


@transaction.atomic
def approve_revocation(revocation: Revocation, *, by: User) -> list[str]:
    """Carry out what somebody else proposed. Returns sentences on what happened to the awards that depend on it.

    A unit's result and claim line are voided or restored with its certificate. Raises TransitionRefused, and writes
    nothing, for the user's own proposal, for one decided already, and if it can no longer be done.
    """
    if revocation.proposed_by_id == by.pk:
        raise TransitionRefused(f"You proposed “{revocation}” yourself. Somebody else has to approve it.")
    _hold(revocation.certificate)
    _refuse(standing.why_not(revocation.certificate, revocation.kind))
    revocation.move("approve", by=by, why=revocation.reason)
    follow = _revoke if revocation.kind == Revocation.Kind.REVOKE else _restore
    try:
        followed = follow(revocation, by=by)
    except IntegrityError as error:
        if constraint_of(error) != "claim_line_unit_once":
            raise
        raise TransitionRefused(f"{revocation.certificate.code} has just been claimed again.") from None
    _tell_centres(revocation, followed, by=by)
    return [sentence for _, sentence in followed]


def reject_revocation(revocation: Revocation, *, by: User, why: str) -> None:
    """Reject a proposal, with a reason. People may withdraw their own proposal in this way."""
    revocation.move("reject", by=by, why=why)


def _tell_centres(revocation: Revocation, followed: list[Followed], *, by: User) -> None:
    """Tell the certificate's centre. Tell another centre whose award changes as a result only about its own award."""
    own = revocation.certificate
    sentences: dict[Centre, list[str]] = {own.candidate.centre: []}
    for certificate, sentence in followed:
        sentences.setdefault(certificate.candidate.centre, []).append(sentence)
    invalid = {row.candidate.centre for row in (own, *(row for row, _ in followed)) if not row.is_in_force}
    for centre, told in sentences.items():
        event = audit.record(
            "carry out",
            revocation,
            by=by,
            after=revocation.kind,
            why=revocation.reason,
            centre=centre.number,
            followed=told,
            gives_back=centre in invalid,
        )
        tell("revocation", event, to=people_who_may(Permission.MANAGE_CANDIDATES, at=centre))


def _refuse(words: str) -> None:
    if words:
        raise TransitionRefused(words)


def _hold(certificate: Certificate) -> None:
    """Lock everything that a candidate's awards depend on, against results being recorded and other revocations."""
    held = hold_learners([certificate.candidate_id])
    certificate.lock()
    certificate.candidate = held[certificate.candidate_id]


def _revoke(revocation: Revocation, *, by: User) -> list[Followed]:
    certificate, why = revocation.certificate, revocation.reason
    certificate.move("revoke", by=by, why=why, because_of=revocation)
    if not certificate.line:
        return []
    certificate.line.assignment.move("void", by=by, why=why)
    certificate.line.move("void", by=by, why=why)
    tested = standing.retests(certificate)
    for found in tested:
        _follow(found, revocation, by=by)
    return [(found.held, found.for_people()) for found in tested] + _issue_met(certificate)


def _restore(revocation: Revocation, *, by: User) -> list[Followed]:
    certificate, why = revocation.certificate, revocation.reason
    fallen = standing.fallen_with(certificate) if certificate.line else []
    back = [certificate, *fallen]
    for row in back:
        row.move("restore", by=by, why=why)
    outbox.due("print-certificate", *(row for row in back if not row.is_printed))
    if not certificate.line:
        return []
    certificate.line.assignment.move("restore", by=by, why=why)
    certificate.line.move("restore", by=by, why=why)
    tested = standing.replaced_because(certificate)
    for found in tested:
        _follow(found, revocation, by=by)
    restored = [(award, f"{award.size} {award} is in force again.") for award in fallen]
    return restored + [(found.held, found.for_people()) for found in tested] + _issue_met(certificate)


def _follow(found: standing.Retest, revocation: Revocation, *, by: User) -> None:
    """Revoke an award that is no longer met, or supersede it if other units make it up now."""
    unit = revocation.certificate
    why = f"Because certificate {unit} for {unit.code} was {revocation.done}."
    if not found.counted:
        found.held.move("revoke", by=by, why=why, because_of=revocation)
    else:
        supersede(found.held, by=by, why=why, because_of=revocation, **what_counts(found.counted))


def _issue_met(certificate: Certificate) -> list[Followed]:
    """Issue smaller awards: whoever loses a Diploma may have the units for a Certificate that was never issued."""
    issued = issue_met(certificate.candidate, certificate.claim.qualification)
    return [(award, f"{award.size} {award} was issued.") for award in issued]
