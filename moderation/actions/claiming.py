"""The centre's actions: start a draft claim, set its lines, submit or discard it."""

import secrets
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from candidates.models import Candidate, NamedEntry
from centres import ledger
from centres.models import Centre
from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.catalogue.models import EntryRoute, Qualification
from portal.kit import audit, outbox
from portal.kit.bulk import update_rows
from portal.kit.constraints import constraint_of
from portal.kit.numbering import next_number
from portal.kit.stateful import TransitionRefused
from portfolios import actions as work_actions
from portfolios.models import Assignment, Round

from .. import rules
from ..models import Claim, ClaimLine

# What the centre declares by submitting; kept with the submission in the audit trail. Each candidate, and for each line
# the tutor who recorded the unit as achieved, has already declared that the work is the candidate's own.
DECLARATION = (
    "The candidate and the tutor have declared each unit the candidate’s own work, and marking was standardised within "
    "the centre."
)


@transaction.atomic
def start_claim(centre: Centre, qualification: Qualification, *, by: User) -> Claim:
    """Start a draft for a centre and qualification. Raises TransitionRefused if there is one already."""
    refusal = rules.why_not_claimable(centre, qualification)
    if refusal:
        raise TransitionRefused(refusal)
    stem = f"CL-{centre.number}-{timezone.localdate():%y}"
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                number=next_number(Claim.objects.all(), stem, digits=4),
                centre=centre,
                qualification=qualification,
                created_by=by,
            )
    except IntegrityError as error:
        if constraint_of(error) != "claim_one_open_draft":
            raise
        raise TransitionRefused(
            f"There is a draft claim for {qualification} already. Submit or discard it first."
        ) from None
    audit.record("start claim", claim, by=by, after=claim.state)
    return claim


@transaction.atomic
def set_lines(claim: Claim, assignments: Iterable[Assignment], *, by: User) -> None:
    """Make `assignments` the lines of a draft. Raises TransitionRefused if any can no longer be claimed."""
    claim.lock()
    if claim.state != Claim.State.DRAFT:
        raise TransitionRefused("The claim was submitted and can no longer be changed.")
    wanted = {assignment.pk: assignment for assignment in assignments}
    claim.lines.exclude(assignment__in=wanted).delete()
    have = set(claim.lines.values_list("assignment_id", flat=True))
    new = [assignment for key, assignment in wanted.items() if key not in have]
    allowed = set(
        rules.claimable(claim.centre, claim.qualification)
        .filter(pk__in=[assignment.pk for assignment in new])
        .values_list("pk", flat=True)
    )
    refused = [assignment for assignment in new if assignment.pk not in allowed]
    if refused:
        waiting = rules.waiting_for_entry(claim.centre, claim.qualification)
        _refuse_unentered(waiting.filter(pk__in=[work.candidate_id for work in refused]))
        raise TransitionRefused(f"Cannot be claimed now: {', '.join(map(str, refused))}.")
    rounds = {found.assignment_id: found for found in Round.objects.newest_achieved(new)}
    ClaimLine.objects.bulk_create(
        ClaimLine(
            claim=claim,
            assignment=assignment,
            round=rounds[assignment.pk],
            grade=rounds[assignment.pk].grade,
            assessor=assignment.achieved_by,
        )
        for assignment in new
    )
    audit.record("change lines", claim, by=by, before=str(len(have)), after=str(len(wanted)))


@transaction.atomic
def submit_claim(claim: Claim, *, by: User) -> None:
    """Submit `claim`: reserve one unnamed entry for each line, and freeze each line's work and hand-in.

    Where candidates are entered by name, each line records its candidate's entry instead. Raises TransitionRefused if
    the claim is not a draft, has no lines or includes work reopened since, or a candidate was not entered; raises
    NotEnoughEntries if the balance is too low. Nothing is then written. Rule: domain reference 5.2, invariant 2.
    """
    refusal = rules.why_not_submittable(claim)
    if refusal:
        raise TransitionRefused(refusal)
    event = claim.move("submit", by=by, why=DECLARATION)
    claim.sample_seed = secrets.token_hex(8)
    claim.save(update_fields=["sample_seed"])
    lines = list(
        claim.lines.select_related("claim__qualification", "assignment__candidate", "assignment__unit")
    )
    Assignment.move_all([line.assignment for line in lines], "claim", by=by)
    _freeze(lines, _named_entries(claim, lines))
    ClaimLine.move_all(lines, "submit", by=by)
    ledger.reserve(claim.centre, rules.needs_of(claim), claim_number=claim.number, by=by)
    outbox.due("propose-sample", claim)
    tell("claim_submitted", event, to=rules.moderators_of(claim))


def _named_entries(claim: Claim, lines: list[ClaimLine]) -> dict[int, NamedEntry]:
    """{candidate's key: the live named entry that covers their lines}, locked; empty on the unnamed route."""
    if claim.qualification.entry_route == EntryRoute.UNNAMED:
        return {}
    candidates = {line.assignment.candidate_id: line.assignment.candidate for line in lines}
    found = (
        NamedEntry.objects.claimable()
        .filter(candidate__in=candidates, award__qualification=claim.qualification_id)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    entries = {entry.candidate_id: entry for entry in found}
    _refuse_unentered(person for key, person in candidates.items() if key not in entries)
    return entries


def _refuse_unentered(candidates: Iterable[Candidate]) -> None:
    """Raise TransitionRefused if there are candidates without a named entry (line guards L1 and L7)."""
    if names := sorted(map(str, candidates)):
        raise TransitionRefused(
            f"No processed named entry for: {', '.join(names)}. Entries need to be processed before units can be "
            "claimed, and a withdrawn entry does not count."
        )


def _freeze(lines: list[ClaimLine], entries: dict[int, NamedEntry]) -> None:
    """Freeze the candidate's current name for printing (domain reference 5.4), and the newest achieved hand-in with
    its grade and whoever recorded it as assessor, however long the line has been on the draft."""
    rounds = work_actions.freeze_achieved([line.assignment for line in lines])
    for line in lines:
        line.certificate_name = line.assignment.candidate.certificate_name
        line.date_of_birth = line.assignment.candidate.date_of_birth
        line.round = rounds[line.assignment_id]
        line.grade = line.round.grade
        line.assessor_id = line.assignment.achieved_by_id or line.assessor_id
        line.named_entry = entries.get(line.assignment.candidate_id)
    frozen = ["certificate_name", "date_of_birth", "round", "grade", "assessor", "named_entry"]
    update_rows(lines, frozen)


@transaction.atomic
def discard_claim(claim: Claim, *, by: User) -> None:
    """Discard a draft and delete its lines; the work stays achieved."""
    claim.move("discard", by=by)
    claim.lines.all().delete()
