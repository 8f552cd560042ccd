"""Verbs of this room: confirmed lines become results and certificates; awards when their rule is met."""

from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from candidates.models import Candidate
from centres import ledger
from moderation.models import Claim, ClaimLine
from portal.accounts.models import User
from portal.catalogue.models import Award, GradeScale, Unit
from portal.catalogue.rules import awards_met
from portal.kit import audit, outbox

from . import numbers
from .models import FROZEN, Certificate, Result


@transaction.atomic
def record_results(claim: Claim) -> list[Certificate]:
    """Turn the confirmed lines of a concluded claim into results, unit certificates and awards.

    Each uses the line's entry. Lines that have a result already are left alone, so it may run twice.
    """
    claim.lock()
    lines = list(
        claim.lines.filter(state=ClaimLine.State.CONFIRMED, result=None).select_related(
            "claim", "assignment__unit__qualification"
        )
    )
    candidates = _lock_candidates({line.assignment.candidate_id for line in lines})
    used = ledger.use([line.uid for line in lines], by=None)
    for candidate in candidates.values():
        _give_ocr_number(candidate)
    issued = []
    for line in lines:
        assignment = line.assignment
        assignment.candidate = candidates[assignment.candidate_id]
        Result.objects.create(
            line=line, candidate=assignment.candidate, unit=assignment.unit, grade=line.grade
        )
        # By the named route the line's own entry stands for it, and no unnamed one was reserved.
        issued.append(_issue_unit(line, None if line.named_entry_id else used[line.uid]))
    for candidate in candidates.values():
        issued += _issue_awards(candidate, claim)
    outbox.due("print-certificate", *issued)
    return issued


def _lock_candidates(keys: set[int]) -> dict[int, Candidate]:
    """The candidates as they are now, held until the end: another claim of theirs may be at the same point."""
    locked = Candidate.objects.select_for_update(of=("self",), no_key=True).select_related("centre")
    return {candidate.pk: candidate for candidate in locked.filter(pk__in=keys).order_by("pk")}


def _give_ocr_number(candidate: Candidate) -> None:
    """Allocate the eight-digit number at the first confirmed claim (domain reference 5.4)."""
    while not candidate.ocr_number:
        candidate.ocr_number = numbers.new_ocr_number()
        try:
            with transaction.atomic():
                candidate.save(update_fields=["ocr_number"])
        except IntegrityError:
            candidate.ocr_number = ""
        else:
            audit.record("give candidate number", candidate, by=None, after=candidate.ocr_number)


def _issue_unit(line: ClaimLine, entry) -> Certificate:
    unit, candidate = line.assignment.unit, line.assignment.candidate
    return _issue(
        kind=Certificate.Kind.UNIT,
        line=line,
        entry=entry,
        named_entry_id=line.named_entry_id,
        candidate=candidate,
        certificate_name=line.certificate_name,
        date_of_birth=line.date_of_birth,
        title=unit.title,
        code=unit.code,
        glh=unit.glh,
        grade="" if unit.qualification.grade_scale == GradeScale.PASS else line.grade,
        qualification=unit.qualification,
    )


def _issue_awards(candidate: Candidate, claim: Claim) -> list[Certificate]:
    """Re-test the award rules of the claim's qualification; each award is issued at most once."""
    units = list(
        Unit.objects.filter(results__candidate=candidate, qualification=claim.qualification).distinct()
    )
    have = set(candidate.certificates.filter(kind=Certificate.Kind.AWARD).values_list("award_id", flat=True))
    met = [
        award
        for award in awards_met(claim.qualification, {unit.pk for unit in units})
        if award.pk not in have
    ]
    if settings.ONLY_LARGEST_NEW_AWARD:
        met = [award for award in met[-1:] if not _is_smaller_than_held(award, have)]
    return [_issue_award(candidate, award, units) for award in met]


def _is_smaller_than_held(award: Award, held: set[int]) -> bool:
    """Whether the candidate holds a larger award of the qualification, which makes this one superfluous."""
    return Award.objects.filter(
        pk__in=held, qualification=award.qualification_id, units_needed__gt=award.units_needed
    ).exists()


def _issue_award(candidate: Candidate, award: Award, units: Iterable[Unit]) -> Certificate:
    newest = Certificate.objects.filter(candidate=candidate, kind=Certificate.Kind.UNIT).latest(
        "issued_at", "pk"
    )
    return _issue(
        kind=Certificate.Kind.AWARD,
        award=award,
        candidate=candidate,
        certificate_name=newest.certificate_name,
        date_of_birth=newest.date_of_birth,
        title=award.title,
        code=award.code,
        glh=sum(unit.glh for unit in units),
        grade="",
        units=[[unit.code, unit.title] for unit in units],
        qualification=award.qualification,
    )


def _issue(*, qualification, candidate: Candidate, **values) -> Certificate:
    certificate = Certificate.objects.create(
        candidate=candidate,
        awarding_body=settings.AWARDING_BODY,
        ocr_number=candidate.ocr_number,
        centre_number=candidate.centre.number,
        centre_name=candidate.centre.name,
        level=qualification.level,
        qualification_title=qualification.title,
        qan=qualification.qan,
        awarded_on=timezone.localdate(),
        **values,
    )
    audit.record("issue certificate", certificate, by=None, after=certificate.state)
    return certificate


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
