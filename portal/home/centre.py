"""What there is to do at a centre, by what the person may do there."""

from candidates.models import Candidate, CandidateImport
from centres.access import permissions_of
from centres.models import Centre, EntryAccount, EntryOrder
from moderation import rules as claim_rules
from moderation.models import Claim
from portal.accounts.roles import Permission
from portfolios.models import Assignment

from .panel import Panel


def centre_panels(user, centre: Centre) -> list[Panel]:
    """One panel for each part of the work that the person takes part in; only a heading if there is none."""
    held = permissions_of(user, centre)
    panels = [panel(centre) for permission, panel in PANELS if permission in held]
    if Permission.MARK_WORK in held:
        panels.append(_messages(centre, user))
    return panels or [Panel(centre.name)]


def _messages(centre: Centre, user) -> Panel:
    panel = Panel("Messages")
    work = Assignment.objects.at(centre).with_unread(user)
    panel.add(work, "Units with unread messages", "centre-messages", centre.number, show="unread")
    return panel


def _work(centre: Centre) -> Panel:
    panel = Panel("Candidates’ work")
    work = Assignment.objects.filter(candidate__centre=centre)
    returned = work.filter(state=Assignment.State.RETURNED)
    panel.add(work.awaiting_marking(), "Waiting to be marked", "to-mark", centre.number)
    panel.add(
        returned,
        "Returned, not handed in again",
        "to-mark",
        centre.number,
        show="working",
        state=Assignment.State.RETURNED,
    )
    return panel


def _claims(centre: Centre) -> Panel:
    panel = Panel("Claims")
    claims = Claim.objects.filter(centre=centre)
    panel.add(claim_rules.ready_to_claim(centre), "Achieved, not on a claim yet", "claims", centre.number)
    drafts = claims.filter(state=Claim.State.DRAFT)
    panel.add(drafts, "Draft claims", "claims", centre.number, state=Claim.State.DRAFT)
    panel.add(
        claims.with_returned_work(),
        "Claims with work to assess again",
        "claims",
        centre.number,
        returned="yes",
    )
    return panel


def _candidates(centre: Centre) -> Panel:
    panel = Panel("Candidates")
    theirs = Candidate.objects.filter(centre=centre)
    never = theirs.never_signed_in()
    panel.add(never, "Candidates who have never signed in", "candidates", centre.number, signed_in="never")
    panel.add(theirs.in_no_group(), "Candidates not in a group", "holding-list", centre.number)
    files = CandidateImport.objects.filter(centre=centre).unfinished()
    panel.add(files, "Unfinished files of candidates", "candidate-import-new", centre.number)
    return panel


def _entries(centre: Centre) -> Panel:
    panel = Panel("Entries")
    orders = EntryOrder.objects.filter(centre=centre)
    for state, label in (
        (EntryOrder.State.DRAFT, "Draft orders"),
        (EntryOrder.State.SUBMITTED, "Orders waiting to be processed"),
    ):
        panel.add(orders.filter(state=state), label, "orders", centre.number, state=state)
    low = EntryAccount.objects.low().filter(centre=centre)
    panel.add(low, "Low balances", "entries", centre.number)
    return panel


def _people(centre: Centre) -> Panel:
    panel = Panel("The centre")
    waiting = centre.role_offers.waiting()
    panel.add(waiting, "Invitations not accepted yet", "people", centre.number, show="invited")
    applications = centre.applications.open_ones()
    panel.add(applications, "Applications in progress", "centre", centre.number, applications="open")
    return panel


PANELS = [
    (Permission.ASSIGN_WORK, _work),
    (Permission.BUILD_CLAIM, _claims),
    (Permission.MANAGE_CANDIDATES, _candidates),
    (Permission.ORDER_ENTRIES, _entries),
    (Permission.MANAGE_PEOPLE, _people),
]
