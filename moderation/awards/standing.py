"""What may be revoked or restored, and which awards hang on it; without writing."""

from dataclasses import dataclass

from moderation.models import ClaimLine

from .counting import results_that_count
from .models import Certificate, Result, Revocation

State = Certificate.State


def why_not(certificate: Certificate, kind: str) -> str:
    """Why a certificate cannot be revoked or restored now, with the way out; empty when it can."""
    return (
        why_not_revocable(certificate) if kind == Revocation.Kind.REVOKE else why_not_restorable(certificate)
    )


def why_not_revocable(certificate: Certificate) -> str:
    if certificate.state == State.REPLACED:
        return (
            f"Certificate {certificate} was replaced. {_newest(certificate)} took its place: revoke that one."
        )
    if certificate.state == State.REVOKED:
        return f"Certificate {certificate} was revoked on {certificate.revoked_at:%-d %B %Y}."
    return ""


def why_not_restorable(certificate: Certificate) -> str:
    if certificate.state != State.REVOKED:
        return f"Certificate {certificate} is “{certificate.get_state_display()}” now, not revoked."
    if certificate.because_of and not certificate.is_revoked_itself:
        unit = certificate.because_of.certificate
        return (
            f"Certificate {certificate} was revoked because {unit} ({unit.code}) was. Restore that one: the awards "
            "that counted it follow."
        )
    return (
        _claimed_since(certificate, certificate.line)
        if certificate.line
        else _award_issued_since(certificate)
    )


def _newest(certificate: Certificate) -> Certificate:
    while certificate.state == State.REPLACED:
        certificate = certificate.superseded_by
    return certificate


def _claimed_since(certificate: Certificate, line: ClaimLine) -> str:
    """What became of a revoked unit meanwhile that keeps it from being restored."""
    work = line.assignment
    again = ClaimLine.objects.filter(
        assignment=work, state__in=[*ClaimLine.UNFINISHED, ClaimLine.State.CONFIRMED]
    ).first()
    if again:
        issued = again.certificates.standing().first()
        since = f", and certificate {issued} was issued for it" if issued else ""
        return f"{certificate.code} was claimed again since, on claim {again.claim}{since}."
    if work.state != work.State.ACHIEVED:
        return (
            f"{certificate.code} is being worked on again: it is “{work.get_state_display()}”. It gets a new "
            "certificate when it is claimed and confirmed again."
        )
    if work.rounds.filter(number__gt=line.hand_in.number).exists():
        return (
            f"{certificate.code} was recorded again since, for a newer hand-in. It gets a new certificate when that is "
            "claimed and confirmed."
        )
    for award in fallen_with(certificate):
        if since := _award_issued_since(award, counting=certificate.code):
            return since
    return ""


def _award_issued_since(award: Certificate, counting: str = "") -> str:
    """Why a revoked award cannot be in force again; `counting`: the unit that will stand again with it."""
    held = _awards(award).standing().filter(award=award.award_id).first()
    if held:
        return f"Certificate {held} was issued for {award.code} since. Revoke that one first."
    missing = sorted(_codes_of(award) - _standing_codes(award) - {counting})
    return f"{award.code} counts {', '.join(missing)}, which no longer stands." if missing else ""


def fallen_with(certificate: Certificate) -> list[Certificate]:
    """The awards that come back with a revoked unit certificate: all their other units stand. One for each award,
    that which was issued last."""
    standing = _standing_codes(certificate) | {certificate.code}
    fallen: dict[int, Certificate] = {}
    for award in _awards(certificate).filter(state=State.REVOKED):
        codes = _codes_of(award)
        if certificate.code in codes and codes <= standing and not award.is_revoked_itself:
            fallen.setdefault(award.award_id, award)
    return list(fallen.values())


@dataclass
class Retest:
    """An award in force, and the results that count towards it now; none when it is no longer met."""

    held: Certificate
    counted: list[Result]

    @property
    def is_changed(self) -> bool:
        return {result.unit.code for result in self.counted} != _codes_of(self.held)

    def for_people(self) -> str:
        award = f"{self.held.size} {self.held} ({self.held.certificate_name})"
        if not self.counted:
            return f"{award} no longer has the units it needs, and is revoked with it."
        if not self.is_changed:
            return f"{award} stays as it is."
        counted = ", ".join(result.unit.code for result in self.counted)
        return f"{award} still has the units it needs, and is replaced by one that lists {counted}."


def retests(certificate: Certificate, *, without: ClaimLine | None = None) -> list[Retest]:
    """The awards in force that list the unit of `certificate`, tested again; `without`: as if this line were void."""
    results = [result for result in _results(certificate) if without is None or result.line_id != without.pk]
    awards = [held for held in _awards(certificate).standing() if certificate.code in _codes_of(held)]
    return [Retest(held, results_that_count(held.award, results)) for held in awards]


def replaced_because(certificate: Certificate) -> list[Retest]:
    """The awards that took the place of one which counted this unit, tested again now that it stands."""
    results = list(_results(certificate))
    replaced = _awards(certificate).filter(state=State.REPLACED, because_of__certificate=certificate)
    awards = _awards(certificate).standing().filter(award__in=replaced.values("award"))
    return [Retest(held, results_that_count(held.award, results)) for held in awards]


def consequences(revocation: Revocation) -> list[str]:
    """What would follow from approving a proposal, in sentences."""
    certificate = revocation.certificate
    if refusal := why_not(certificate, revocation.kind):
        return [f"Cannot be done now: {refusal}"]
    if certificate.kind == Certificate.Kind.AWARD:
        return ["The units stay as they are."]
    if revocation.kind == Revocation.Kind.REVOKE:
        return [
            f"{certificate.code} no longer counts; it may be claimed again with a new entry.",
            *(found.for_people() for found in retests(certificate, without=certificate.line)),
        ]
    return [
        f"{certificate.code} counts again.",
        *(f"{award.size} {award} is restored with it." for award in fallen_with(certificate)),
    ]


def _results(certificate: Certificate):
    return Result.objects.standing_of(certificate.candidate, _qualification(certificate))


def _awards(certificate: Certificate):
    return Certificate.objects.awards_of(certificate.candidate, _qualification(certificate))


def _qualification(certificate: Certificate):
    return certificate.claim.qualification


def _codes_of(award: Certificate) -> set[str]:
    return {code for code, _ in award.units}


def _standing_codes(certificate: Certificate) -> set[str]:
    return {result.unit.code for result in _results(certificate)}
