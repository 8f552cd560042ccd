"""Turn confirmed lines into results and certificates, and issue awards whose rule is met."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from candidates.models import Candidate, Learner
from centres import ledger
from centres.models import LedgerLine
from moderation.models import Claim, ClaimLine
from portal.catalogue.models import Award, Qualification
from portal.kit import audit, outbox

from .. import standing
from ..counting import results_that_count
from ..models import Certificate, Result
from ..querysets import by_learner, learner_key, of_learners
from .learners import hold_learners
from .numbering import give_ocr_numbers

PIECE = 150  # lines recorded in one transaction, or all of one candidate: an award counts them together


@transaction.atomic
def record_results(claim: Claim) -> list[Certificate]:
    """Turn the next confirmed lines of a concluded claim into results, unit certificates and awards.

    Each uses the line's entry. Of a large claim this is one piece, and the next is due. Lines that already have a
    result are left alone, so it is safe to run twice.
    """
    claim.lock()
    lines = _next_piece(claim)
    candidates = hold_learners(line.assignment.candidate_id for line in lines)
    used = ledger.use([line.uid for line in lines], by=None)
    give_ocr_numbers(list(candidates.values()))
    for line in lines:
        line.assignment.candidate = candidates[line.assignment.candidate_id]
    Result.objects.bulk_create(
        Result(line=line, candidate=line.assignment.candidate, unit=line.assignment.unit, grade=line.grade)
        for line in lines
    )
    # On the named route the line has its own named entry, and no unnamed entry was reserved.
    entries = [None if line.named_entry_id else used[line.uid] for line in lines]
    issued = _issue(map(_unit_certificate, lines, entries))
    issued += issue_awards(candidates.values(), claim)
    outbox.due("print-certificate", *issued)
    if claim.lines.without_result().exists():
        outbox.due("record-results", claim)
    return issued


def _next_piece(claim: Claim) -> list[ClaimLine]:
    """The next confirmed lines without a result: some 150, and all those of each candidate."""
    left = claim.lines.without_result()
    people = left.order_by("assignment__candidate").values_list("assignment__candidate", flat=True)[:PIECE]
    lines = left.filter(assignment__candidate__in=set(people))
    return list(lines.select_related("assignment__unit__qualification"))


def _unit_certificate(line: ClaimLine, entry: LedgerLine | None) -> Certificate:
    unit, candidate = line.assignment.unit, line.assignment.candidate
    return _certificate(
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
        grade=unit.qualification.scale.grade(line.grade).on_certificate,
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
    standing_ones = Result.objects.standing_of(qualification, candidate)
    last = standing_ones.order_by("line__claim__concluded_at", "pk").last()
    issued = issue_awards([last.candidate], last.line.claim) if last else []
    outbox.due("print-certificate", *issued)
    return issued


def issue_awards(candidates: Iterable[Candidate], claim: Claim) -> list[Certificate]:
    """Test the award rules of the claim's qualification again for these people, and issue each newly met award once."""
    people: dict[tuple[str, int], Candidate] = {}
    for candidate in candidates:
        people.setdefault(learner_key(candidate), candidate)
    qualification = Qualification.objects.with_combinations().get(pk=claim.qualification_id)
    results = by_learner(Result.objects.standing_of(qualification, *people.values()))
    awards = by_learner(Certificate.objects.awards_of(qualification, *people.values()))
    met = {
        key: found
        for key in people
        if (found := standing.to_issue(qualification, results.get(key, []), awards.get(key, [])))
    }
    newest = _newest_units(people[key] for key in met)
    return _issue(
        _award_certificate(
            people[key], award, results_that_count(award, results[key]), claim, named_as=newest[key]
        )
        for key, found in met.items()
        for award in found
    )


def _newest_units(people: Iterable[Candidate]) -> dict[tuple[str, int], Certificate]:
    """The newest unit certificate in force of each learner."""
    units = Certificate.objects.standing().filter(of_learners(*people), kind=Certificate.Kind.UNIT)
    ordered = units.select_related("candidate").order_by("awarded_on", "issued_at", "pk")
    return {key: rows[-1] for key, rows in by_learner(ordered).items()}


def _award_certificate(
    candidate: Candidate, award: Award, counted: list[Result], claim: Claim, *, named_as: Certificate
) -> Certificate:
    """One award, listing only the results that count, in the name on the newest unit certificate."""
    return _certificate(
        kind=Certificate.Kind.AWARD,
        claim=claim,
        award=award,
        candidate=candidate,
        certificate_name=named_as.certificate_name,
        date_of_birth=named_as.date_of_birth,
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


def _certificate(*, qualification, candidate: Candidate, **values) -> Certificate:
    """A certificate with its printed values, to be issued."""
    values.setdefault("awarded_on", timezone.localdate())
    return Certificate(
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


def _issue(certificates: Iterable[Certificate]) -> list[Certificate]:
    issued = Certificate.objects.bulk_create(certificates)
    audit.record_all("issue certificate", [(row, "", row.state) for row in issued], by=None)
    return issued
