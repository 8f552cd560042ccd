"""Rules about building claims, and about who may moderate them. Nothing here writes to the database."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from candidates.models import NamedEntry
from centres.ledger import Need
from centres.models import Approval, EntryAccount
from portal.catalogue.models import EntryRoute
from portfolios.models import Assignment, Round

from ..models import Allocation, Claim, ClaimLine, Conflict
from ..states import HOLDS_THE_UNIT, WITH_MODERATOR


def claimable(centre, qualification):
    """Work recorded as achieved that is not on an unfinished or confirmed line."""
    return _unclaimed(
        Assignment.objects.filter(candidate__centre=centre, unit__qualification=qualification)
    ).select_related("candidate__centre", "unit", "achieved_by")


def _unclaimed(work):
    """Achieved, not on a line, and entered: where entries are named, with the candidate's own entry."""
    return _achieved(work).filter(_is_entered())


def _achieved(work):
    return work.filter(state=Assignment.State.ACHIEVED, unit__is_examined=False).exclude(
        claim_lines__state__in=HOLDS_THE_UNIT
    )


def _is_entered() -> Q:
    """Whether the candidate has a live, processed named entry, or the qualification uses unnamed entries (L1, L7)."""
    entries = NamedEntry.objects.claimable().filter(
        candidate=OuterRef("candidate"), award__qualification=OuterRef("unit__qualification")
    )
    return Q(unit__qualification__entry_route=EntryRoute.UNNAMED) | Q(Exists(entries))


def waiting_for_entry(centre, qualification):
    """Candidates with achieved units that cannot be claimed because they have no processed named entry."""
    work = Assignment.objects.filter(candidate__centre=centre, unit__qualification=qualification)
    waiting = _achieved(work).exclude(_is_entered())
    return centre.candidates.filter(pk__in=waiting.values("candidate"))


def work_for(claim: Claim):
    """Work that can be on a draft: what can be claimed now, and what is on it already."""
    of_centre = Assignment.objects.filter(
        candidate__centre=claim.centre_id, unit__qualification=claim.qualification_id
    )
    on_it = claim.lines.order_by().values("assignment")
    ready = claimable(claim.centre, claim.qualification).order_by().values("pk")
    return of_centre.filter(pk__in=ready.union(on_it)).select_related("candidate", "unit", "achieved_by")


@dataclass
class Opening:
    """A qualification the centre is approved for, and how it can claim. `ready`: how many units can be claimed."""

    qualification: object
    ready: int
    draft: Claim | None
    why_not: str


def ready_to_claim(centre):
    """Work that can be claimed now under the qualifications that the centre is approved for."""
    approved = Approval.objects.current().filter(centre=centre)
    work = Assignment.objects.filter(
        candidate__centre=centre, unit__qualification__in=approved.values("qualification")
    )
    return _unclaimed(work)


def openings(centre) -> list[Opening]:
    """One opening for each qualification that the centre is approved for, in three queries."""
    approvals = Approval.objects.current().filter(centre=centre).select_related("qualification")
    drafts = {draft.qualification_id: draft for draft in centre.claims.filter(state=Claim.State.DRAFT)}
    ready = dict(
        _unclaimed(Assignment.objects.filter(candidate__centre=centre))
        .order_by()
        .values_list("unit__qualification")
        .annotate(Count("pk"))
    )
    return [
        Opening(
            approval.qualification,
            ready.get(approval.qualification_id, 0),
            drafts.get(approval.qualification_id),
            _why_closed(approval.qualification),
        )
        for approval in approvals
    ]


def needs_of(claim: Claim) -> list[Need]:
    """One unnamed entry for each line; none where candidates are entered by name."""
    if claim.qualification.entry_route == EntryRoute.NAMED:
        return []
    return [
        Need(held_for=uid, qualification=claim.qualification)
        for uid in claim.lines.order_by("pk").values_list("uid", flat=True)
    ]


@dataclass
class Stock:
    """Unnamed entries before and after a draft is submitted. Not counted where candidates are entered by name."""

    available: int
    needed: int
    is_counted: bool = True

    @property
    def left(self) -> int:
        return max(self.available - self.needed, 0)

    @property
    def missing(self) -> int:
        return max(self.needed - self.available, 0) if self.is_counted else 0


def stock_for(claim: Claim) -> Stock:
    """The entries the centre has, and the entries this draft needs: one for each line."""
    account = EntryAccount.objects.filter(
        centre=claim.centre_id, qualification=claim.qualification_id
    ).first()
    return Stock(
        available=account.available if account else 0,
        needed=claim.lines.count(),
        is_counted=claim.qualification.entry_route == EntryRoute.UNNAMED,
    )


def missing_entries(claim: Claim) -> int:
    """How many more entries the centre needs for this draft; 0 when it has enough."""
    return stock_for(claim).missing


def why_not_claimable(centre, qualification) -> str:
    """Why the centre cannot claim for the qualification now; empty when it can."""
    if not Approval.objects.current().filter(centre=centre, qualification=qualification).exists():
        return f"Your centre is not approved for {qualification}."
    return _why_closed(qualification)


def why_not_submittable(claim: Claim) -> str:
    """Why a draft cannot be submitted; empty when it can."""
    refusal = why_not_claimable(claim.centre, claim.qualification)
    return f"{refusal} The draft is kept." if refusal else ""


def _why_closed(qualification) -> str:
    if not qualification.is_open_for_certification(timezone.localdate()):
        return f"The last certification date of {qualification} has passed."
    return qualification.not_yet


def follow_newest_rounds(lines) -> list[ClaimLine]:
    """Draft lines, each with the newest achieved hand-in of its work: what it would claim if submitted now."""
    lines = list(lines)
    newest = Round.objects.newest_achieved([line.assignment_id for line in lines]).select_related(
        "decided_by"
    )
    shown = newest.only("assignment", "tutor_statement", "decided_at", "decided_by__name")
    rounds = {found.assignment_id: found for found in shown}
    for line in lines:
        if line.assignment_id in rounds:
            line.round = rounds[line.assignment_id]
    return lines


def moderators_of(claim: Claim) -> list:
    """Who moderates the claim now: one person or nobody."""
    allocations = Allocation.objects.standing().filter(
        centre=claim.centre_id, qualification=claim.qualification_id
    )
    return [allocation.moderator.user for allocation in allocations.select_related("moderator__user")]


def claims_in_hand(allocation: Allocation) -> list[str]:
    """Numbers of the centre's claims that wait for their moderator or are in moderation."""
    waiting = Claim.objects.filter(
        centre=allocation.centre_id,
        qualification=allocation.qualification_id,
        state__in=WITH_MODERATOR,
    )
    return list(waiting.order_by("submitted_at").values_list("number", flat=True))


def totals_of(claim: Claim) -> list[tuple[str, str, int]]:
    """(state, label, number of lines) for each state that occurs on the claim."""
    counts = dict(claim.lines.order_by().values_list("state").annotate(Count("pk")))
    return [(state.value, state.label, counts[state]) for state in ClaimLine.State if state in counts]


def why_not_allocatable(moderator, centre, qualification) -> str:
    """Why a moderator cannot be allocated to a centre for a qualification; empty when they can."""
    if Conflict.objects.filter(moderator=moderator, centre=centre).exists():
        return f"{moderator} has a conflict of interest with {centre}."
    if centre.memberships.active().filter(user=moderator.user).exists():
        return f"{moderator} works at {centre}."
    standing = (
        Allocation.objects.filter(centre=centre, qualification=qualification, ended_at=None)
        .select_related("moderator__user")
        .first()
    )
    if standing:
        return (
            f"{standing.moderator} is allocated to {centre} for {qualification}. End that allocation first."
        )
    return ""
