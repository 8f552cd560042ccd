"""Claims at each stage, and moderators."""

from centres.models import Centre
from moderation import actions, rules
from moderation.awards import actions as award_actions
from moderation.models import Allocation, Claim, Moderator

from . import accounts, candidates, catalogue, centres, portfolios


def moderator(centre: Centre | None = None, qualification=None) -> Moderator:
    """A moderator; with a centre and qualification, allocated to it."""
    made = Moderator.objects.create(user=accounts.adult())
    if centre:
        Allocation.objects.create(moderator=made, centre=centre, qualification=qualification)
    return made


def draft_claim(
    lines: int = 1, *, at: Centre | None = None, unit=None, entries: int | None = None, file=None
) -> Claim:
    """A draft with `lines` candidates' work for one unit, and `entries` (as many) in stock.

    `file()` makes the evidence of each.
    """
    unit = unit or catalogue.unit()
    at = at or centres.centre()
    centres.entries(at, unit.qualification, lines if entries is None else entries)
    work = [portfolios.achieved(candidates.candidate(at), unit, file=file) for _ in range(lines)]
    by = centres.person(at)
    claim = actions.start_claim(at, unit.qualification, by=by)
    actions.set_lines(claim, work, by=by)
    return claim


def submitted_claim(lines: int = 1, **values) -> Claim:
    claim = draft_claim(lines, **values)
    actions.submit_claim(claim, by=claim.created_by)
    return claim


def claim_in_moderation(lines: int = 1, *, by=None, **values) -> Claim:
    """A claim whose proposed sample was sent by its allocated moderator."""
    claim = submitted_claim(lines, **values)
    by = by or moderator(claim.centre, claim.qualification).user
    actions.propose_sample(claim)
    claim.refresh_from_db()
    actions.send_sample(claim, by=by)
    return claim


def concluded_claim(lines: int = 1, *, outcome: str = "agreed", comment: str = "Seen.", **values) -> Claim:
    """A concluded claim with the same decision on every line; results are not recorded yet."""
    claim = claim_in_moderation(lines, **values)
    by = claim.in_moderation_by
    for line in claim.lines.for_pages():
        if rules.is_sampled(line):
            actions.decide_line(line, outcome=outcome, comment=comment, by=by)
    groups = rules.Review(claim).groups
    actions.conclude(
        claim, rest={group.key: (outcome, comment) for group in groups if group.others}, report="", by=by
    )
    return claim


def judged_again(claim: Claim) -> None:
    """The tutor judges every line that was not agreed again, and records it as achieved."""
    for line in claim.lines.filter(state="returned").select_related("assignment"):
        portfolios.judge_all(line.assignment)
        portfolios.record_achieved(line.assignment, comment="Looked at again.")


def claimed_again(claim: Claim, *, entries: int = 0) -> Claim:
    """A further claim of what was not confirmed, submitted by the same person; `entries` more are in stock."""
    if entries:
        centres.entries(claim.centre, claim.qualification, entries)
    by = claim.created_by
    again = actions.start_claim(claim.centre, claim.qualification, by=by)
    unconfirmed = claim.lines.exclude(state="confirmed").select_related("assignment")
    actions.set_lines(again, [line.assignment for line in unconfirmed], by=by)
    actions.submit_claim(again, by=by)
    return again


def certificated_claim(lines: int = 1, **values) -> Claim:
    """A concluded claim with its certificates issued, not printed."""
    claim = concluded_claim(lines, **values)
    award_actions.record_results(claim)
    return claim


def certificate_for(claim: Claim):
    """Take a draft of one line to the end: the moderator agrees, and its unit certificate is issued."""
    by = moderator(claim.centre, claim.qualification).user
    actions.submit_claim(claim, by=claim.created_by)
    actions.propose_sample(claim)
    claim.refresh_from_db()
    actions.send_sample(claim, by=by)
    actions.decide_line(claim.lines.for_pages().get(), outcome="agreed", comment="", by=by)
    actions.conclude(claim, rest={}, report="", by=by)
    award_actions.record_results(claim)
    return claim.lines.get().certificates.get()
