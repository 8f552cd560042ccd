"""The centre's side: start, build, check and submit a claim, and read the decisions."""

from collections.abc import Iterable
from itertools import groupby

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from candidates.models import Candidate
from centres.access import may, open_centre, require
from centres.ledger import NotEnoughEntries
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.accounts.second_step.afresh import with_fresh_factor
from portal.catalogue.models import Qualification
from portal.files import door
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused
from portfolios.refusals import show_refusals

from .. import actions, claim_forms, rules
from ..filters import ClaimFilter, WorkFilter
from ..forms import LinesForm, SubmitClaimForm
from ..models import Claim, ClaimLine
from .common import CANDIDATES_PER_PAGE, LINES_PER_PAGE, WORK_PER_PAGE, centres_crumbs, history_of

NAMED_AT_MOST = 10  # how many candidates without an entry a draft lists


def find_claim(request, pk: int) -> Claim:
    """A claim of a centre at which the person may see claims; 404 for anybody else."""
    own = Claim.objects.at_centres_of(request.user).select_related("centre", "qualification", "submitted_by")
    return get_object_or_404(own, pk=pk)


@signed_in
def claims(request, number):
    """The centre's claims, and the qualifications it can start one for."""
    centre = open_centre(request, number, needs=Permission.SEE_CLAIMS)
    own = Claim.objects.at_centres_of(request.user).filter(centre=centre).for_lists()
    chosen = ClaimFilter(request.GET, queryset=own, centre=centre)
    context = {
        "centre": centre,
        "openings": rules.openings(centre),
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "may_build": may(request.user, Permission.BUILD_CLAIM, at=centre),
    }
    return render(request, "moderation/claims.html", context)


@signed_in
@require_POST
def claim_start(request, number):
    centre = open_centre(request, number, needs=Permission.BUILD_CLAIM)
    qualification = get_object_or_404(
        Qualification, code=request.POST.get("qualification", "").replace("\0", "")
    )
    try:
        return redirect(actions.start_claim(centre, qualification, by=request.user))
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return redirect("claims", number)


@signed_in
def claim(request, pk):
    """One claim: the builder while it is a draft, then its lines and decisions."""
    found = find_claim(request, pk)
    if found.state == Claim.State.DRAFT:
        return _draft(request, found)
    keys = found.lines.values_list("pk", flat=True)
    lines = found.lines.for_lists()
    context = {
        "claim": found,
        "breadcrumbs": centres_crumbs(found),
        "page": paginate(request, keys, LINES_PER_PAGE, dress=lambda keys: lines.filter(pk__in=keys)),
        # Until a claim is concluded the moderator may still change a decision, so the centre sees none.
        "shows_decisions": found.state == Claim.State.CONCLUDED,
        "shows_sample": found.state in (Claim.State.IN_MODERATION, Claim.State.CONCLUDED),
        "is_waiting_for_moderator": Claim.objects.without_moderator().filter(pk=found.pk).exists(),
        "totals": rules.totals_of(found),
        "history": history_of(found, for_centre=True),
    }
    return render(request, "moderation/claim.html", context)


def _draft(request, claim: Claim, *, ticked: set[int] | None = None):
    """The builder. `ticked`: what was selected on a page that could not be saved."""
    by = "candidate" if request.GET.get("by") == "candidate" else "unit"
    names = ("candidate__last_name", "candidate__first_names", "candidate__number")
    order = (*names, "unit__number") if by == "candidate" else ("unit__number", *names)
    chosen = WorkFilter(request.GET, queryset=rules.work_for(claim).order_by(*order), centre=claim.centre)
    page = paginate(request, chosen.qs, WORK_PER_PAGE)
    show_refusals(page.object_list)
    on_it = set(claim.lines.values_list("assignment_id", flat=True))
    shown = {work.pk for work in page}
    context = {
        "claim": claim,
        "breadcrumbs": centres_crumbs(claim),
        "qualifications": [claim.qualification],
        "by": by,
        "filter": chosen,
        "page": page,
        "sections": [(head, list(rows)) for head, rows in groupby(page, key=lambda work: getattr(work, by))],
        "ticked": on_it if ticked is None else ticked,
        "elsewhere": len(on_it - shown),
        "stock": rules.stock_for(claim),
        "not_entered": list(rules.waiting_for_entry(claim.centre, claim.qualification)[:NAMED_AT_MOST]),
        "history": history_of(claim, for_centre=True),
        "may_build": may(request.user, Permission.BUILD_CLAIM, at=claim.centre),
        "may_submit": may(request.user, Permission.SUBMIT_CLAIM, at=claim.centre),
        "may_order": may(request.user, Permission.ORDER_ENTRIES, at=claim.centre),
    }
    return render(request, "moderation/claim_draft.html", context)


@signed_in
@require_POST
def claim_lines(request, pk):
    """Save which work is on the draft. The list (`?by=`, filters, page) stays as it was."""
    claim = find_claim(request, pk)
    require(request.user, Permission.BUILD_CLAIM, at=claim.centre)
    form = LinesForm(request.POST, claim=claim)
    if not form.is_valid():
        messages.error(
            request, "Some of that work is no longer at your centre. Check the list and try again."
        )
        return redirect(claim)
    try:
        wanted = form.wanted(rules.claimable(claim.centre, claim.qualification))
        actions.set_lines(claim, wanted, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        if claim.state != Claim.State.DRAFT:
            return redirect(claim)
        return _draft(request, claim, ticked={work.pk for work in form.cleaned_data["work"]})
    if request.POST.get("then") == "submit":
        return redirect("claim-submit", pk)
    messages.success(request, f"The draft has {len(wanted)} line{'' if len(wanted) == 1 else 's'}.")
    return redirect(f"{claim.get_absolute_url()}?{request.GET.urlencode()}")


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
def claim_submit(request, pk):
    """Check the names to be printed and the entries needed; then submit."""
    claim = find_claim(request, pk)
    require(request.user, Permission.SUBMIT_CLAIM, at=claim.centre)
    form = SubmitClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_claim(claim, by=request.user)
        except (TransitionRefused, NotEnoughEntries) as refusal:
            claim.refresh_from_db()
            form.add_error(None, refusal.for_people())
        else:
            messages.success(request, "The claim was submitted. You will get an e-mail when it is concluded.")
            return redirect(claim)
    if claim.state != Claim.State.DRAFT:
        messages.info(request, "This claim has already been submitted.")
        return redirect(claim)
    page = paginate(request, rules.candidates_on(claim).select_related("centre"), CANDIDATES_PER_PAGE)
    of_page = claim.lines.filter(assignment__candidate__in=page.object_list).select_related(
        "assignment__unit"
    )
    shown = (
        "assignment__state",
        "assignment__candidate",
        "assignment__unit__code",
        "assignment__unit__title",
    )
    lines = of_page.only("claim", *shown).order_by("assignment__unit__number")
    context = {
        "claim": claim,
        "breadcrumbs": centres_crumbs(claim, ("Check and submit", None)),
        "page": page,
        "candidates": _by_candidate(page, rules.follow_newest_rounds(lines)),
        "stock": rules.stock_for(claim),
        "may_order": may(request.user, Permission.ORDER_ENTRIES, at=claim.centre),
        "form": form,
    }
    return render(request, "moderation/claim_submit.html", context)


def _by_candidate(candidates: Iterable[Candidate], lines: list[ClaimLine]) -> list[tuple]:
    """[(candidate, their lines), …] in the order of `candidates`."""
    theirs: dict[int, list[ClaimLine]] = {}
    for line in lines:
        theirs.setdefault(line.assignment.candidate_id, []).append(line)
    return [(candidate, theirs.get(candidate.pk, [])) for candidate in candidates]


@signed_in
@require_http_methods(["GET", "POST"])
def claim_discard(request, pk):
    claim = find_claim(request, pk)
    require(request.user, Permission.BUILD_CLAIM, at=claim.centre)
    if request.method == "POST":
        try:
            actions.discard_claim(claim, by=request.user)
            messages.success(request, f"Draft {claim} discarded. The work is still achieved.")
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
        return redirect("claims", claim.centre.number)
    if claim.state != Claim.State.DRAFT:
        return redirect(claim)
    context = {
        "claim": claim,
        "breadcrumbs": centres_crumbs(claim, ("Discard", None)),
        "lines": ClaimLine.objects.filter(claim=claim).count(),
    }
    return render(request, "moderation/claim_discard.html", context)


@signed_in
def claim_sheet(request, pk):
    """The claim's lines as the former NQF 4 form, for anyone who can see the claim."""
    return _paper(request, pk, "claim_sheet", claim_forms.claim_sheet)


@signed_in
def batch_header(request, pk):
    """The claim's cover as the former NQF 5 form, for anyone who can see the claim."""
    return _paper(request, pk, "batch_header", claim_forms.batch_header)


def _paper(request, pk: int, form: str, fill):
    seen = Claim.objects.visible_to(request.user).select_related("centre", "qualification", "submitted_by")
    claim = get_object_or_404(seen, pk=pk)
    name = f"{form.replace('_', '-')}-{claim.number}.pdf"
    return door.draw(request, f"pdf/{form}.html", fill(claim), name=name, subject=claim, back=reverse("home"))
