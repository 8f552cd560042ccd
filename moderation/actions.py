"""Verbs of claims and moderation. Locks are taken in one order: claim, lines, work, then entry accounts."""

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
from portal.kit.stateful import TransitionRefused
from portfolios.models import Assignment

from . import rules, sampling
from .models import Allocation, Claim, ClaimLine, Conflict, Decision, Moderator, SampleMember

# What the centre declares by submitting; kept with the submission in the audit trail.
DECLARATION = "The work is the candidates’ own, and marking was standardised within the centre."


@transaction.atomic
def start_claim(centre: Centre, qualification: Qualification, *, by: User) -> Claim:
    """Open the draft for a centre and qualification. Raises TransitionRefused if there is one already."""
    refusal = rules.why_not_claimable(centre, qualification)
    if refusal:
        raise TransitionRefused(refusal)
    try:
        with transaction.atomic():
            claim = Claim.objects.create(
                number=_next_number(centre), centre=centre, qualification=qualification, created_by=by
            )
    except IntegrityError:
        raise TransitionRefused(
            f"There is a draft claim for {qualification} already. Submit or discard it first."
        ) from None
    audit.record("start claim", claim, by=by, after=claim.state)
    return claim


def _next_number(centre: Centre) -> str:
    """`CL-<centre>-<yy><nnnn>`: counted for each centre and year."""
    Centre.objects.select_for_update().get(pk=centre.pk)
    stem = f"CL-{centre.number}-{timezone.localdate():%y}"
    last = (
        Claim.objects.filter(number__startswith=stem)
        .order_by("-number")
        .values_list("number", flat=True)
        .first()
    )
    return f"{stem}{int(last[-4:]) + 1 if last else 1:04d}"


@transaction.atomic
def set_lines(claim: Claim, assignments: Iterable[Assignment], *, by: User) -> None:
    """Make `assignments` the lines of a draft. Those that can no longer be claimed raise TransitionRefused."""
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
    ClaimLine.objects.bulk_create(
        ClaimLine(claim=claim, assignment=assignment, assessor=assignment.achieved_by) for assignment in new
    )
    audit.record("change lines", claim, by=by, before=str(len(have)), after=str(len(wanted)))


@transaction.atomic
def submit_claim(claim: Claim, *, by: User) -> None:
    """Submit `claim`: reserve one unnamed entry for each line and freeze the work of every line.

    Where candidates are entered by name, each line notes its candidate's entry instead. Raises TransitionRefused
    if the claim is no draft, has no lines or holds work reopened meanwhile, or a candidate was not entered, and
    NotEnoughEntries if the balance is short; then nothing is written. Rule: domain reference 5.2, invariant 2.
    """
    refusal = rules.why_not_submittable(claim)
    if refusal:
        raise TransitionRefused(refusal)
    claim.move("submit", by=by, why=DECLARATION)
    claim.sample_seed = secrets.token_hex(8)
    claim.save(update_fields=["sample_seed"])
    lines = list(
        claim.lines.select_related("claim__qualification", "assignment__candidate", "assignment__unit")
    )
    _freeze_names(lines, _named_entries(claim, lines))
    Assignment.move_all([line.assignment for line in lines], "claim", by=by)
    ClaimLine.move_all(lines, "submit", by=by)
    ledger.reserve(claim.centre, rules.needs_of(claim), claim_number=claim.number, by=by)
    outbox.due("propose-sample", claim)


def _named_entries(claim: Claim, lines: list[ClaimLine]) -> dict[int, NamedEntry]:
    """{candidate's key: the live named entry that their lines stand on}, locked; empty by the unnamed route."""
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
    """Raise TransitionRefused where there are candidates whom no named entry covers (line guards L1 and L7)."""
    if names := sorted(map(str, candidates)):
        raise TransitionRefused(
            f"No processed named entry for: {', '.join(names)}. Entries need to be processed before units can be "
            "claimed, and a withdrawn one does not count."
        )


def _freeze_names(lines: list[ClaimLine], entries: dict[int, NamedEntry]) -> None:
    """What will be printed is what the candidate is called now (domain reference 5.4), and who assesses is who
    recorded the unit as achieved last, however long the line stood on the draft."""
    for line in lines:
        line.certificate_name = line.assignment.candidate.certificate_name
        line.date_of_birth = line.assignment.candidate.date_of_birth
        line.assessor_id = line.assignment.achieved_by_id or line.assessor_id
        line.named_entry = entries.get(line.assignment.candidate_id)
    frozen = ["certificate_name", "date_of_birth", "assessor", "named_entry"]
    ClaimLine.objects.bulk_update(lines, frozen, batch_size=500)


@transaction.atomic
def discard_claim(claim: Claim, *, by: User) -> None:
    """Give a draft up; its lines go, the work stays achieved."""
    claim.move("discard", by=by)
    claim.lines.all().delete()


@transaction.atomic
def propose_sample(claim: Claim) -> None:
    """Draw the sample of a submitted claim from its stored seed. Safe to run twice."""
    claim.lock()
    if claim.state != Claim.State.SUBMITTED:
        return
    picks = sampling.propose(claimed_lines(claim), seed=claim.sample_seed)
    SampleMember.objects.bulk_create(SampleMember(line_id=pick.line, reason=pick.reason) for pick in picks)
    claim.move("propose_sample", by=None)


def claimed_lines(claim: Claim) -> list[sampling.Claimed]:
    """The lines of a claim as sampling knows them."""
    return [
        sampling.Claimed(
            line.pk, line.assignment.unit.number, line.assignment.candidate_id, line.assessor_id, line.grade
        )
        for line in claim.lines.select_related("assignment__unit")
    ]


@transaction.atomic
def send_sample(claim: Claim, added: Iterable[ClaimLine], *, by: User) -> None:
    """Fix the proposed sample with the moderator's additions, and begin the review."""
    claim.move("send_sample", by=by)
    SampleMember.objects.bulk_create(
        SampleMember(line=line, reason="Added by the moderator", is_added=True)
        for line in added
        if not rules.is_sampled(line)
    )


@transaction.atomic
def decide_line(line: ClaimLine, *, outcome: str, comment: str, by: User) -> Decision:
    """Record the moderator's decision on a sampled line; the newest counts until the claim is concluded."""
    line.claim.lock()
    if line.claim.state != Claim.State.IN_MODERATION:
        raise TransitionRefused("The claim is not in moderation, so its lines cannot be decided.")
    if not rules.is_sampled(line):
        raise TransitionRefused("This line is not in the sample. It is decided when the claim is concluded.")
    decision = Decision.objects.create(line=line, outcome=outcome, comment=comment, was_sampled=True, by=by)
    audit.record("decide", line, by=by, after=outcome, why=comment)
    return decision


MOVES = {
    Decision.Outcome.AGREED: ("confirm", "confirm"),
    Decision.Outcome.NOT_AGREED: ("send_back", "reopen"),
    Decision.Outcome.WITHDRAWN: ("withdraw", "reopen"),
}  # outcome: (move of the line, move of the work)


@transaction.atomic
def conclude(claim: Claim, *, rest: dict[str, tuple[str, str]], report: str, by: User) -> None:
    """Decide the lines outside the sample group by group, and conclude the claim.

    `rest`: {GroupView.key: (outcome, comment)} for each group with lines outside the sample. Refused lines
    release their entries and their work is reopened; results and certificates follow in a worker.
    Raises TransitionRefused while a sampled line or a group has no decision.
    """
    claim.lock()
    lines = list(claim.lines.for_pages())
    if rules.undecided(lines):
        raise TransitionRefused(" ".join(rules.blocks(claim, lines)))
    _decide_rest(lines, rest, by=by)
    lines = list(claim.lines.for_pages())
    for outcome, (line_move, work_move) in MOVES.items():
        decided = [line for line in lines if (said := rules.decision_on(line)) and said.outcome == outcome]
        ClaimLine.move_all(decided, line_move, by=by)
        Assignment.move_all([line.assignment for line in decided], work_move, by=by)
        if outcome != Decision.Outcome.AGREED:
            ledger.release([line.uid for line in decided], by=by, why=Decision.Outcome(outcome).label)
    event = claim.move("conclude", by=by)
    claim.report = report
    claim.save(update_fields=["report"])
    outbox.due("record-results", claim)
    tell("claim_concluded", event, to=[claim.submitted_by])


def _decide_rest(lines: list[ClaimLine], rest: dict[str, tuple[str, str]], *, by: User) -> None:
    decisions = []
    for group in rules.groups_of(lines):
        if not group.others:
            continue
        if group.key not in rest:
            raise TransitionRefused(
                f"Decide the lines outside the sample of {group.unit}, assessed by {group.assessor}."
            )
        outcome, comment = rest[group.key]
        decisions += [
            Decision(line=line, outcome=outcome, comment=comment, was_sampled=False, by=by)
            for line in group.others
        ]
    Decision.objects.bulk_create(decisions)
    audit.record_all("decide", [(d.line, "", d.outcome) for d in decisions], by=by)


@transaction.atomic
def appoint(moderator: Moderator, *, by: User) -> None:
    """Make somebody a moderator; they see claims once they are allocated."""
    moderator.save()
    audit.record("appoint moderator", moderator, by=by)


@transaction.atomic
def allocate(moderator: Moderator, centre: Centre, qualification: Qualification, *, by: User) -> Allocation:
    """Let `moderator` look after the centre's claims for one qualification.

    Raises TransitionRefused while a conflict is recorded or another moderator is allocated.
    """
    refusal = rules.why_not_allocatable(moderator, centre, qualification)
    if refusal:
        raise TransitionRefused(refusal)
    allocation = Allocation.objects.create(moderator=moderator, centre=centre, qualification=qualification)
    audit.record("allocate", allocation, by=by, after=str(moderator))
    return allocation


@transaction.atomic
def end_allocation(allocation: Allocation, *, by: User) -> None:
    """The moderator no longer sees the centre's claims. Raises TransitionRefused if it was ended before."""
    allocation = Allocation.objects.select_for_update(of=("self",)).get(pk=allocation.pk)
    if allocation.ended_at:
        raise TransitionRefused(f"The allocation {allocation} was ended before.")
    allocation.ended_at = timezone.now()
    allocation.save(update_fields=["ended_at"])
    audit.record("end allocation", allocation, by=by, before=str(allocation.moderator))


@transaction.atomic
def record_conflict(conflict: Conflict, *, by: User) -> None:
    """From now on the moderator sees nothing of the centre; an allocation stays, without effect, until ended."""
    conflict.save()
    audit.record("record conflict", conflict, by=by, after=str(conflict.centre), why=conflict.reason)


@transaction.atomic
def remove_conflict(conflict: Conflict, *, by: User) -> None:
    """Take back a conflict that was recorded in error, or is over."""
    found = Conflict.objects.select_for_update(of=("self",)).filter(pk=conflict.pk).first()
    if found is None:
        return  # a second click, or somebody else
    audit.record("remove conflict", found, by=by, before=str(found.centre), why=found.reason)
    found.delete()
