"""The home page of each role: what waits for them, each a count that links to the list that makes it."""

from dataclasses import dataclass, field

from django.shortcuts import redirect, render
from django.urls import reverse

from candidates.models import Candidate, CandidateImport
from centres.access import permissions_of
from centres.models import Application, Centre, EntryAccount, EntryOrder
from moderation.models import Claim
from portal.accounts.roles import Permission
from portal.kit.models import OutboxEntry
from portal.navigation import current_centre
from portfolios.models import Assignment


@dataclass
class Panel:
    """One part of a home page: a heading and tiles `{count, label, url, hint}`."""

    heading: str
    tiles: list[dict] = field(default_factory=list)

    def add(self, count: int, label: str, url: str, hint: str = "") -> None:
        self.tiles.append({"count": count, "label": label, "url": url, "hint": hint})


def home(request):
    """What waits for whoever is signed in; the public first page for everybody else."""
    user = request.user
    if not user.is_authenticated:
        return render(request, "portal/first_page.html")
    centre = current_centre(request)
    panels = [_centre_panel(user, centre)] if centre else []
    if hasattr(user, "moderator"):
        panels.append(_moderator_panel(user))
    if user.is_staff:
        panels.append(_staff_panel())
    if not panels and hasattr(user, "candidate"):
        return redirect("my-work")
    return render(request, "portal/home.html", {"panels": panels})


def _centre_panel(user, centre: Centre) -> Panel:
    panel = Panel(centre.name)
    held = permissions_of(user, centre)
    work = Assignment.objects.filter(candidate__centre=centre)
    work_url = reverse("to-mark", args=[centre.number])
    if Permission.MARK_WORK in held:
        panel.add(work.awaiting_marking().count(), "Waiting to be marked", work_url)
    if Permission.ASSIGN_WORK in held:
        returned = work.filter(state=Assignment.State.RETURNED).count()
        panel.add(returned, "Returned, not handed in again", f"{work_url}?show=working&state=returned")
    if Permission.BUILD_CLAIM in held:
        claims_url = reverse("claims", args=[centre.number])
        achieved = work.filter(state=Assignment.State.ACHIEVED).count()
        panel.add(achieved, "Achieved, not claimed yet", claims_url, "Put them on a claim")
        drafts = Claim.objects.filter(centre=centre, state=Claim.State.DRAFT).count()
        panel.add(drafts, "Draft claims", f"{claims_url}?state=draft")
    if Permission.MANAGE_CANDIDATES in held:
        theirs = Candidate.objects.filter(centre=centre)
        url = reverse("candidates", args=[centre.number])
        panel.add(
            theirs.never_signed_in().count(), "Candidates who never signed in", f"{url}?signed_in=never"
        )
        alone = theirs.in_no_group().count()
        panel.add(alone, "Candidates in no group", reverse("holding-list", args=[centre.number]))
        files = CandidateImport.objects.filter(centre=centre).unfinished().count()
        if files:
            panel.add(
                files,
                "Files of candidates not finished",
                reverse("candidate-import-new", args=[centre.number]),
            )
    if Permission.ORDER_ENTRIES in held:
        _entry_tiles(panel, centre)
    return panel


def _entry_tiles(panel: Panel, centre: Centre) -> None:
    drafts = EntryOrder.objects.filter(centre=centre, state=EntryOrder.State.DRAFT).count()
    panel.add(drafts, "Draft orders of entries", reverse("orders", args=[centre.number]))
    accounts = EntryAccount.objects.filter(centre=centre)
    available = sum(account.available for account in accounts)
    panel.add(available, "Unnamed entries available", reverse("entries", args=[centre.number]))


def _moderator_panel(user) -> Panel:
    panel = Panel("Moderation")
    claims = Claim.objects.moderated_by(user)
    url = reverse("moderator-claims")
    panel.add(
        claims.filter(state=Claim.State.SAMPLE_PROPOSED).count(),
        "Samples to send",
        f"{url}?state=sample_proposed",
    )
    panel.add(
        claims.filter(state=Claim.State.IN_MODERATION).count(),
        "Claims in moderation",
        f"{url}?state=in_moderation",
    )
    return panel


def _staff_panel() -> Panel:
    panel = Panel("Awarding body")
    for model, path, label in (
        (Application, "admin:centres_application_changelist", "Applications to decide"),
        (EntryOrder, "admin:centres_entryorder_changelist", "Orders to process"),
    ):
        panel.add(model.objects.waiting().count(), label, f"{reverse(path)}?state__exact=submitted")
    failed = OutboxEntry.objects.filter(state=OutboxEntry.State.FAILED).count()
    panel.add(
        failed, "Failed background work", f"{reverse('admin:kit_outboxentry_changelist')}?state__exact=failed"
    )
    return panel
