"""The moderator's side of a claim: the sample, decisions on lines, and the conclusion."""

from collections import Counter
from collections.abc import Iterable

from django.db import transaction

from centres import ledger
from centres.access import people_to_tell, people_who_may
from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Permission
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused
from portfolios import actions as work_actions
from portfolios.models import Assignment

from .. import rules, sampling
from ..models import Claim, ClaimLine, Decision, SampleMember

REASON_LENGTH = SampleMember._meta.get_field("reason").max_length


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
    """The lines of a claim in the form that sampling uses."""
    return [
        sampling.Claimed(
            line.pk, line.assignment.unit.number, line.assignment.candidate_id, line.assessor_id, line.grade
        )
        for line in claim.lines.select_related("assignment__unit")
    ]


@transaction.atomic
def drop_from_sample(
    claim: Claim, line: ClaimLine, *, why: str, by: User, instead: ClaimLine | None = None
) -> None:
    """Remove a proposed line from the sample, with a reason for the audit trail, and put `instead` in its place.

    Raises TransitionRefused once the sample is sent, or if the sample has changed since the page was shown.
    """
    _lock_proposed(claim)
    if not SampleMember.objects.filter(line=line, line__claim=claim).delete()[0]:
        raise TransitionRefused(f"{line.assignment} is not in the sample, so it cannot be removed.")
    if instead:
        if not _outside(claim).filter(pk=instead.pk).exclude(pk=line.pk).exists():
            raise TransitionRefused(
                f"{instead.assignment} cannot be added because it is already in the sample."
            )
        reason = f"Instead of {line.assignment}"[:REASON_LENGTH]
        SampleMember.objects.create(line=instead, reason=reason, is_added=True)
    audit.record(
        "drop from sample",
        claim,
        by=by,
        before=str(line.assignment),
        after=str(instead.assignment) if instead else "",
        why=why,
    )


def _lock_proposed(claim: Claim) -> None:
    claim.lock()
    if claim.state != Claim.State.SAMPLE_PROPOSED:
        raise TransitionRefused(
            f"The claim is “{claim.get_state_display()}”, so its sample cannot be changed."
        )


def _outside(claim: Claim):
    """Lines of the claim that are not in its sample."""
    return claim.lines.filter(sampled=None)


@transaction.atomic
def add_to_sample(claim: Claim, lines: Iterable[ClaimLine], *, by: User) -> int:
    """Add lines of the claim to its proposed sample. Returns how many; those in it already stay as they are.

    Raises TransitionRefused once the sample is sent.
    """
    _lock_proposed(claim)
    wanted = list(_outside(claim).filter(pk__in=[line.pk for line in lines]).for_pages().order_by("pk"))
    SampleMember.objects.bulk_create(
        SampleMember(line=line, reason="Added by the moderator", is_added=True) for line in wanted
    )
    if wanted:
        audit.record("add to sample", claim, by=by, lines=[str(line.assignment) for line in wanted])
    return len(wanted)


@transaction.atomic
def send_sample(claim: Claim, *, by: User) -> None:
    """Fix the proposed sample, and start the review. Raises TransitionRefused if it is empty."""
    event = claim.move("send_sample", by=by)
    if not claim.lines.exclude(sampled=None).exists():
        raise TransitionRefused("The sample needs at least one line. Add the lines that you want to see.")
    tell("sample_sent", event, to=_claimants(claim))


def _claimants(claim: Claim) -> list[User]:
    """Who is told about a claim as a whole: its submitter or, if they have left, everyone who may submit claims now."""
    return people_to_tell([claim.submitted_by_id], Permission.SUBMIT_CLAIM, at=claim.centre)


@transaction.atomic
def decide_line(
    line: ClaimLine, *, outcome: str, comment: str, by: User, for_candidate: str = ""
) -> Decision:
    """Record the moderator's decision on a line they looked at; the newest counts until the claim is concluded.

    `comment` is for the centre, `for_candidate` for the candidate. A line outside the sample can also be decided on
    its own; it is then not decided with its group.
    """
    line.claim.lock()
    if line.claim.state != Claim.State.IN_MODERATION:
        raise TransitionRefused("The claim is not in moderation, so its lines cannot be decided.")
    decision = Decision.objects.create(
        line=line, outcome=outcome, comment=comment, for_candidate=for_candidate, looked_at=True, by=by
    )
    audit.record("decide", line, by=by, after=outcome, why=comment)
    return decision


MOVES = {
    Decision.Outcome.AGREED: "confirm",
    Decision.Outcome.NOT_AGREED: "send_back",
    Decision.Outcome.WITHDRAWN: "withdraw",
}  # outcome: the line's move


@transaction.atomic
def conclude(claim: Claim, *, rest: dict[str, tuple[str, str]], report: str, by: User) -> None:
    """Decide the lines that were not looked at, group by group, and conclude the claim.

    `rest`: {GroupView.key: (outcome, comment)} for each group with such lines. Refused lines release their entries.
    Work that was not agreed goes back to the tutor for re-assessment; work claimed in error is achieved as before.
    A worker then records results and issues certificates. Raises TransitionRefused while a sampled line or a group
    has no decision, or if a group is agreed against its sample without a reason.
    """
    claim.lock()
    review = rules.Review(claim)
    if review.undecided:
        raise TransitionRefused(review.blocks)
    lines = list(claim.lines.select_related("assignment__candidate", "assignment__unit", "round"))
    outcomes = _outcomes_of(review) | _decide_rest(review, lines, rest, by=by)
    decided: dict[str, list[ClaimLine]] = {
        outcome: [line for line in lines if outcomes.get(line.pk) == outcome] for outcome in MOVES
    }
    _move_work(claim, decided, by=by)
    for outcome, move in MOVES.items():
        ClaimLine.move_all(decided[outcome], move, by=by)
        if outcome != Decision.Outcome.AGREED:
            ledger.release(
                [line.uid for line in decided[outcome]], by=by, why=Decision.Outcome(outcome).label
            )
    event = claim.move("conclude", by=by)
    claim.report = report
    claim.save(update_fields=["report"])
    outbox.due("record-results", claim)
    claimants = _claimants(claim)
    tell("claim_concluded", event, to=claimants)
    _tell_assessors(claim, decided, besides=claimants, by=by)


def _outcomes_of(review: rules.Review) -> dict[int, str]:
    """{line's key: outcome} of the lines that the moderator looked at."""
    decisions = [(line.pk, rules.decision_on(line)) for line in review.looked_at]
    return {key: decision.outcome for key, decision in decisions if decision}


def _decide_rest(
    review: rules.Review, lines: list[ClaimLine], rest: dict[str, tuple[str, str]], *, by: User
) -> dict[int, str]:
    """Decide the lines that were not looked at as their groups are decided. Returns {line's key: outcome}."""
    answers = {}
    for group in review.groups:
        if group.others:
            answers[group.unit.pk, group.assessor.pk, group.grade] = _answer_for(group, rest)
    seen = {line.pk for line in review.looked_at}
    decisions = [
        Decision(line=line, outcome=outcome, comment=comment, looked_at=False, by=by)
        for line in lines
        if line.pk not in seen
        for outcome, comment in [answers[rules.group_key(line)]]
    ]
    Decision.objects.bulk_create(decisions, batch_size=500)
    audit.record_all("decide", [(d.line, "", d.outcome) for d in decisions], by=by)
    return {decision.line_id: decision.outcome for decision in decisions}


def _answer_for(group: rules.GroupView, rest: dict[str, tuple[str, str]]) -> tuple[str, str]:
    if group.key not in rest:
        raise TransitionRefused(f"Decide the lines outside the sample of {group}.")
    outcome, comment = rest[group.key]
    if outcome == Decision.Outcome.AGREED and not comment.strip() and group.why_reason_needed:
        raise TransitionRefused(f"{group}: {group.why_reason_needed}")
    return outcome, comment


def _move_work(claim: Claim, decided: dict[str, list[ClaimLine]], *, by: User) -> None:
    agreed, refused, errors = (decided[outcome] for outcome in MOVES)
    Assignment.move_all([line.assignment for line in agreed], "confirm", by=by)
    Assignment.move_all([line.assignment for line in errors], "reopen", by=by)
    for line in refused:
        line.hand_in.assignment = line.assignment  # so that it is loaded once only
    work_actions.reassess([line.hand_in for line in refused], after_claim=claim.number, by=by)


def _tell_assessors(
    claim: Claim, decided: dict[str, list[ClaimLine]], *, besides: list[User], by: User
) -> None:
    """Tell each assessor the decisions on the units they recorded. Leaves out `besides`, who are told about every line,
    and anyone who has left."""
    counts = {outcome: Counter(line.assessor_id for line in lines) for outcome, lines in decided.items()}
    here = people_who_may(Permission.SEE_CLAIMS, at=claim.centre)
    for assessor in here.filter(pk__in={key for found in counts.values() for key in found}).exclude(
        pk__in=[person.pk for person in besides]
    ):
        event = audit.record(
            "tell assessor",
            claim,
            by=by,
            after=str(assessor),
            outcomes={outcome: found[assessor.pk] for outcome, found in counts.items() if found[assessor.pk]},
        )
        tell("units_decided", event, to=[assessor])
