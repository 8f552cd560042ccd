"""Turn confirmed lines into results and certificates, and issue awards whose rule is met."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from candidates.models import Candidate, Learner
from centres import ledger
from moderation.models import Claim, ClaimLine
from portal.catalogue.models import Award, GradeScale, Qualification
from portal.kit import audit, outbox
from portal.kit.constraints import constraint_of

from .. import numbers, standing
from ..counting import results_that_count
from ..models import Certificate, Result
from ..querysets import of_learner
from .learners import hold_learners, learner_of, match_learner


@transaction.atomic
def record_results(claim: Claim) -> list[Certificate]:
    """Turn the confirmed lines of a concluded claim into results, unit certificates and awards.

    Each uses the line's entry. Lines that already have a result are left alone, so it is safe to run twice.
    """
    claim.lock()
    lines = list(
        claim.lines.filter(state=ClaimLine.State.CONFIRMED, result=None).select_related(
            "claim", "assignment__unit__qualification"
        )
    )
    candidates = hold_learners(line.assignment.candidate_id for line in lines)
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
        # On the named route the line has its own named entry, and no unnamed entry was reserved.
        issued.append(_issue_unit(line, None if line.named_entry_id else used[line.uid]))
    for candidate in candidates.values():
        issued += issue_awards(candidate, claim)
    outbox.due("print-certificate", *issued)
    return issued


def _give_ocr_number(candidate: Candidate) -> None:
    """The learner's eight-digit number, allocated at the first confirmed claim (domain reference 5.4)."""
    if candidate.ocr_number:
        return
    match_learner(candidate)
    candidate.refresh_from_db()
    learner = learner_of(candidate)
    _allocate(learner)
    candidate.ocr_number = learner.ocr_number
    candidate.save(update_fields=["ocr_number"])
    audit.record("give candidate number", candidate, by=None, after=candidate.ocr_number)


def _allocate(learner: Learner) -> None:
    while not learner.ocr_number:
        learner.ocr_number = numbers.new_ocr_number()
        try:
            with transaction.atomic():
                learner.save(update_fields=["ocr_number"])
        except IntegrityError as error:
            if constraint_of(error) != "learner_ocr_number_once":
                raise
            learner.ocr_number = ""


def _issue_unit(line: ClaimLine, entry) -> Certificate:
    unit, candidate = line.assignment.unit, line.assignment.candidate
    return _issue(
        kind=Certificate.Kind.UNIT,
        claim=line.claim,
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


@transaction.atomic
def test_awards(learner: Learner) -> list[Certificate]:
    """Issue the awards that a learner's units make up together, to the centre of the last confirmed line."""
    candidates = hold_learners(learner.candidates.values_list("pk", flat=True))
    results = Result.objects.filter(candidate__in=candidates, line__state=ClaimLine.State.CONFIRMED)
    qualifications = Qualification.objects.filter(units__results__in=results).distinct()
    return [
        award
        for found in qualifications.order_by("pk")
        for award in issue_met(next(iter(candidates.values())), found)
    ]


def issue_met(candidate: Candidate, qualification: Qualification) -> list[Certificate]:
    """Issue and print the awards that a candidate's units make up now, to the centre of the last line that counts."""
    standing_ones = Result.objects.standing_of(candidate, qualification).select_related("candidate__centre")
    last = standing_ones.order_by("line__claim__concluded_at", "pk").last()
    issued = issue_awards(last.candidate, last.line.claim) if last else []
    outbox.due("print-certificate", *issued)
    return issued


def issue_awards(candidate: Candidate, claim: Claim) -> list[Certificate]:
    """Test the award rules of the claim's qualification again, and issue each newly met award once."""
    results = list(Result.objects.standing_of(candidate, claim.qualification))
    met = standing.newly_met(candidate, claim.qualification, results)
    return [_issue_award(candidate, award, results_that_count(award, results), claim) for award in met]


def _issue_award(candidate: Candidate, award: Award, counted: list[Result], claim: Claim) -> Certificate:
    """One award, listing only the results that count, in the name on the newest unit certificate."""
    units = Certificate.objects.standing().filter(of_learner(candidate), kind=Certificate.Kind.UNIT)
    newest = units.latest("awarded_on", "issued_at", "pk")
    return _issue(
        kind=Certificate.Kind.AWARD,
        claim=claim,
        award=award,
        candidate=candidate,
        certificate_name=newest.certificate_name,
        date_of_birth=newest.date_of_birth,
        title=award.title,
        size=award.get_kind_display(),
        code=award.code,
        grade="",
        qualification=award.qualification,
        **what_counts(counted),
    )


def what_counts(counted: list[Result]) -> dict:
    """What an award's certificate says about the results it counts: their units, hours and date of award."""
    return {
        "units": [[result.unit.code, result.unit.title] for result in counted],
        "glh": sum(result.unit.glh for result in counted),
        "awarded_on": max(result.confirmed_on for result in counted),
    }


def _issue(*, qualification, candidate: Candidate, **values) -> Certificate:
    values.setdefault("awarded_on", timezone.localdate())
    certificate = Certificate.objects.create(
        candidate=candidate,
        awarding_body=settings.AWARDING_BODY,
        ocr_number=candidate.ocr_number,
        centre_number=candidate.centre.number,
        centre_name=candidate.centre.name,
        level=qualification.level,
        qualification_title=qualification.title,
        qan=qualification.qan,
        **values,
    )
    audit.record("issue certificate", certificate, by=None, after=certificate.state)
    return certificate
