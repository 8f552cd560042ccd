"""What can be revoked or restored, and which awards depend on it. Nothing here writes to the database."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from django.conf import settings

from candidates.models import Candidate
from moderation.models import ClaimLine
from portal.catalogue.models import Award, Qualification
from portal.catalogue.rules import awards_met, counted_awards

from ..states import HOLDS_THE_UNIT
from .counting import results_that_count
from .models import Certificate, Result, Revocation

State = Certificate.State


def why_not(certificate: Certificate, kind: str) -> str:
    """Why a certificate cannot be revoked or restored now, and what to do instead; empty when it can."""
    return (
        why_not_revocable(certificate) if kind == Revocation.Kind.REVOKE else why_not_restorable(certificate)
    )


def why_not_revocable(certificate: Certificate) -> str:
    if certificate.state == State.REPLACED:
        return f"Certificate {certificate} was replaced by {certificate.newest()}. Revoke that one instead."
    if certificate.state == State.REVOKED:
        return f"Certificate {certificate} was revoked on {certificate.revoked_at:%-d %B %Y}."
    return ""


def why_not_restorable(certificate: Certificate) -> str:
    if certificate.state != State.REVOKED:
        return f"Certificate {certificate} is now “{certificate.get_state_display()}”, not revoked."
    if certificate.because_of and not certificate.is_revoked_itself:
        unit = certificate.because_of.certificate
        return (
            f"Certificate {certificate} was revoked because {unit} ({unit.code}) was. Restore that one: the awards "
            "that counted it are then restored."
        )
    return (
        _claimed_since(certificate, certificate.line)
        if certificate.line
        else _award_issued_since(certificate)
    )


def _claimed_since(certificate: Certificate, line: ClaimLine) -> str:
    """What has happened to a revoked unit since that prevents restoring it; empty if nothing has."""
    work = line.assignment
    again = ClaimLine.objects.filter(assignment=work, state__in=HOLDS_THE_UNIT).first()
    if again:
        issued = again.certificates.standing().first()
        since = f", and certificate {issued} was issued for it" if issued else ""
        return f"{certificate.code} has been claimed again since, on claim {again.claim}{since}."
    if work.state != work.State.ACHIEVED:
        return (
            f"{certificate.code} is being worked on again: it is “{work.get_state_display()}”. It gets a new "
            "certificate when it is claimed and confirmed again."
        )
    if work.rounds.filter(number__gt=line.hand_in.number).exists():
        return (
            f"{certificate.code} has been recorded again since, for a newer hand-in. It gets a new certificate when "
            "that hand-in is claimed and confirmed."
        )
    for award in fallen_with(certificate):
        if since := _award_issued_since(award, counting=certificate.code):
            return since
    return ""


def _award_issued_since(award: Certificate, counting: str = "") -> str:
    """Why a revoked award cannot be in force again; `counting`: the unit that would be restored with it."""
    held = _awards(award).standing().filter(award=award.award_id).first()
    if held:
        return f"Certificate {held} has been issued for {award.code} since. Revoke that one first."
    missing = sorted(_codes_of(award) - _standing_codes(award) - {counting})
    return f"{award.code} includes {', '.join(missing)}, which no longer counts." if missing else ""


def fallen_with(certificate: Certificate) -> list[Certificate]:
    """The award certificates restored with a revoked unit certificate, as all their other units count.

    Returns one for each award: the one issued last.
    """
    standing = _standing_codes(certificate) | {certificate.code}
    fallen: dict[int, Certificate] = {}
    for award in _awards(certificate).filter(state=State.REVOKED):
        codes = _codes_of(award)
        if certificate.code in codes and codes <= standing and not award.is_revoked_itself:
            fallen.setdefault(award.award_id, award)
    return list(fallen.values())


@dataclass
class Retest:
    """An award in force, and the results that count towards it now; no results if it is no longer met."""

    held: Certificate
    counted: list[Result]

    @property
    def is_changed(self) -> bool:
        return _codes_counted(self.counted) != _codes_of(self.held)

    def for_people(self) -> str:
        award = f"{self.held.size} {self.held} ({self.held.certificate_name})"
        if not self.counted:
            return f"{award} no longer has the units it needs, and is also revoked."
        counted = ", ".join(result.unit.code for result in self.counted)
        return f"{award} still has the units it needs, and is replaced by one that lists {counted}."


def retests(certificate: Certificate, *, without: ClaimLine | None = None) -> list[Retest]:
    """The awards in force that list the unit of `certificate` and change without it.

    `without`: as if this line were void.
    """
    awards = [held for held in _awards(certificate).standing() if certificate.code in _codes_of(held)]
    return _changed(
        awards, [row for row in _results(certificate) if not without or row.line_id != without.pk]
    )


def replaced_because(certificate: Certificate, *, again: ClaimLine | None = None) -> list[Retest]:
    """The awards that replaced one which counted this unit, and that change now that the unit counts again.

    `again`: as if this line were confirmed.
    """
    replaced = _awards(certificate).filter(state=State.REPLACED, because_of__certificate=certificate)
    awards = _awards(certificate).standing().filter(award__in=replaced.values("award"))
    return _changed(awards, [*_results(certificate), *([again.result] if again else [])])


def _changed(awards: Iterable[Certificate], results: list[Result]) -> list[Retest]:
    tested = [Retest(held, results_that_count(held.award, results)) for held in awards if held.award]
    return [found for found in tested if found.is_changed]


def newly_met(
    candidate: Candidate,
    qualification: Qualification,
    results: list[Result],
    *,
    have: Set[int | None] | None = None,
) -> list[Award]:
    """The awards to issue for `results`; `have`: keys of the awards to treat as in force."""
    awards = list(Certificate.objects.awards_of(qualification, candidate))
    return to_issue(qualification, results, awards, have=have)


def to_issue(
    qualification: Qualification,
    results: list[Result],
    awards: list[Certificate],
    *,
    have: Set[int | None] | None = None,
) -> list[Award]:
    """The awards to issue to somebody with `results`, who has or had the certificates `awards`.

    Makes no queries if the qualification was read with `with_combinations()`.
    """
    if have is None:
        have = {row.award_id for row in awards if row.state == State.ISSUED}
    # An award that was itself revoked is not issued again automatically: staff restore it, or it stays revoked.
    barred = {row.award_id for row in awards if row.is_revoked_itself}
    met = [
        award
        for award in awards_met(qualification, {result.unit_id for result in results})
        if award.pk not in have | barred
    ]
    if settings.ONLY_LARGEST_NEW_AWARD:
        return [award for award in met[-1:] if not _is_smaller_than_held(award, qualification, have)]
    return met


def _is_smaller_than_held(award: Award, qualification: Qualification, held: Set[int | None]) -> bool:
    """Whether the candidate has a larger award of the qualification, so that this one is not needed."""
    larger = {other.pk for other in counted_awards(qualification) if _units(other) > _units(award)}
    return bool(larger & held)


def _units(award: Award) -> int:
    return award.units_needed or 0  # none if it is by points


def consequences(revocation: Revocation) -> list[str]:
    """What would happen if a proposal is approved, in sentences."""
    certificate = revocation.certificate
    if refusal := why_not(certificate, revocation.kind):
        return [f"This cannot be done now: {refusal}"]
    if certificate.kind == Certificate.Kind.AWARD:
        return ["The units stay as they are."]
    return (
        _if_revoked(certificate) if revocation.kind == Revocation.Kind.REVOKE else _if_restored(certificate)
    )


def _if_revoked(certificate: Certificate) -> list[str]:
    tested = retests(certificate, without=certificate.line)
    have = _in_force(certificate) - {found.held.award_id for found in tested if not found.counted}
    results = [result for result in _results(certificate) if result.line_id != certificate.line_id]
    needed = " with a new entry" if certificate.entry_id else ""
    return [
        f"{certificate.code} no longer counts. It can be claimed again{needed}.",
        *(found.for_people() for found in tested),
        *_issued(certificate, results, have),
    ]


def _if_restored(certificate: Certificate) -> list[str]:
    fallen = fallen_with(certificate)
    have = _in_force(certificate) | {award.award_id for award in fallen}
    results = [*_results(certificate), *Result.objects.filter(line=certificate.line_id)]
    return [
        f"{certificate.code} counts again.",
        *(f"{award.size} {award} is also restored." for award in fallen),
        *(found.for_people() for found in replaced_because(certificate, again=certificate.line)),
        *_issued(certificate, results, have),
    ]


def _issued(certificate: Certificate, results: list[Result], have: Set[int | None]) -> list[str]:
    met = newly_met(certificate.candidate, _qualification(certificate), results, have=have)
    listed = [(award, ", ".join(sorted(_codes_counted(results_that_count(award, results))))) for award in met]
    return [f"{award.get_kind_display()} {award.code} is issued, listing {codes}." for award, codes in listed]


def _in_force(certificate: Certificate) -> set[int]:
    """Keys of the holder's awards in force in the qualification."""
    return set(_awards(certificate).standing().values_list("award", flat=True))


def _results(certificate: Certificate):
    return Result.objects.standing_of(_qualification(certificate), certificate.candidate)


def _awards(certificate: Certificate):
    return Certificate.objects.awards_of(_qualification(certificate), certificate.candidate)


def _qualification(certificate: Certificate):
    return certificate.claim.qualification


def _codes_of(award: Certificate) -> set[str]:
    return {code for code, _ in award.units}


def _codes_counted(results: Iterable[Result]) -> set[str]:
    return {result.unit.code for result in results}


def _standing_codes(certificate: Certificate) -> set[str]:
    return _codes_counted(_results(certificate))
