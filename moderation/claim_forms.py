"""The claim sheet and the batch header of a claim: the forms of the welcome pack, filled in."""

from centres.blank_forms import heading_of

from .models import Claim, ClaimLine
from .rules import decision_on


def claim_sheet(claim: Claim) -> dict:
    """Every line of a claim, by candidate. Decisions are shown once the claim is concluded."""
    lines = claim.lines.for_pages().order_by(
        "assignment__candidate__last_name",
        "assignment__candidate__first_names",
        "assignment__candidate__number",
        "assignment__unit__number",
    )
    return {**_heading(claim), "lines": [_line(line, claim) for line in lines]}


def batch_header(claim: Claim) -> dict:
    """The cover of a claim: what it contains, how much, and who submitted it."""
    lines = list(claim.lines.for_pages())
    return {
        **_heading(claim),
        "level": claim.qualification.level,
        "candidates": len({line.assignment.candidate_id for line in lines}),
        "units": len(lines),
        "unit_codes": sorted({line.assignment.unit.code for line in lines}),
        "assessors": sorted({str(line.assessor) for line in lines}),
        "submitted_by": claim.submitted_by,
        "submitted_on": claim.submitted_at,
    }


def _heading(claim: Claim) -> dict:
    return {
        **heading_of(claim.centre),
        "claim_number": claim.number,
        "qualification": claim.qualification,
        "is_draft": claim.state == Claim.State.DRAFT,
    }


def _line(line: ClaimLine, claim: Claim) -> dict:
    candidate = line.assignment.candidate
    decision = decision_on(line) if claim.state == Claim.State.CONCLUDED else None
    return {
        "name": line.certificate_name or candidate.certificate_name,
        "born": line.date_of_birth or candidate.date_of_birth,
        "number": candidate.number,
        "ocr_number": candidate.ocr_number,
        "unit": line.assignment.unit,
        "assessor": line.assessor,
        "decision": decision.get_outcome_display() if decision else "",
    }
