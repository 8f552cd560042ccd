"""The moderator's side: their claims, the sample, the work of each line, and the end of a claim.

Everything is found by `moderated_by(user)`: allocated, submitted, and without a conflict of interest.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centres.models import Centre
from portal.accounts.keeping import signed_in
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused
from portfolios import rules as work_rules
from portfolios.views import files, rounds

from .. import actions, rules
from ..filters import ModeratedFilter
from ..forms import DecisionForm, GroupForm, ReportForm, SampleForm
from ..models import Claim, ClaimLine, Moderator
from ..querysets import evidence_of, files_moderated_by, round_of
from .common import history_of

CANDIDATES_PER_PAGE = 50


def find_claim(request, pk: int) -> Claim:
    """A claim that the person moderates; 404 for anybody else."""
    moderated = Claim.objects.moderated_by(request.user).select_related(
        "centre", "qualification", "submitted_by"
    )
    return get_object_or_404(moderated, pk=pk)


@signed_in
def moderator_claims(request):
    """What waits for the moderator, the oldest first, and the centres they are allocated to."""
    moderator = get_object_or_404(Moderator, user=request.user)
    allocations = moderator.allocations.standing().select_related("centre", "qualification")
    centres = Centre.objects.filter(pk__in=allocations.values("centre")).order_by("name")
    claims = Claim.objects.moderated_by(request.user).for_lists().waiting_first()
    chosen = ModeratedFilter(request.GET, queryset=claims, centres=centres)
    context = {
        "allocations": allocations,
        "filter": chosen,
        "page": paginate(request, chosen.qs),
    }
    return render(request, "moderation/moderator_claims.html", context)


@signed_in
def moderation_claim(request, pk):
    """One claim at a glance: candidates and units, the sample, what is decided, what is still open."""
    claim = find_claim(request, pk)
    lines = list(claim.lines.for_pages())
    units, rows = rules.matrix(lines)
    is_proposed = claim.state == Claim.State.SAMPLE_PROPOSED
    blocks = rules.blocks(claim, lines)
    context = {
        "claim": claim,
        "units": units,
        "page": paginate(request, rows, CANDIDATES_PER_PAGE),
        "groups": rules.groups_of(lines),
        "sample": [(line, rules.decision_on(line)) for line in lines if rules.is_sampled(line)],
        "decided": sum(1 for line in lines if rules.is_sampled(line) and rules.decision_on(line)),
        "outside": [line for line in lines if not rules.is_sampled(line)],
        "next_line": next(iter(rules.undecided(lines)), None),
        "blocks": blocks,
        "may_send": is_proposed,
        "may_decide": claim.state == Claim.State.IN_MODERATION,
        "may_conclude": claim.state == Claim.State.IN_MODERATION and not blocks,
        "history": history_of(claim),
    }
    return render(request, "moderation/moderation_claim.html", context)


@signed_in
@require_POST
def sample_send(request, pk):
    """Fix the sample, with what the moderator added, and begin the review."""
    claim = find_claim(request, pk)
    form = SampleForm(request.POST, claim=claim)
    try:
        added = form.cleaned_data["added"] if form.is_valid() else []
        if form.errors:
            messages.error(request, "One of the lines you added is in the sample already. Look at it again.")
        else:
            actions.send_sample(claim, added, by=request.user)
            messages.success(request, "The sample is fixed and the centre can see it. Review its work below.")
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    return redirect("moderation-claim", pk)


@signed_in
@require_http_methods(["GET", "POST"])
def moderated_line(request, pk):
    """The work of one line beside the centre's e-checklist; the decision where it is in the sample."""
    line = get_object_or_404(ClaimLine.objects.moderated_by(request.user).for_pages(), pk=pk)
    lines = list(line.claim.lines.for_pages())
    may_decide = rules.is_sampled(line) and line.claim.state == Claim.State.IN_MODERATION
    newest = rules.decision_on(line)
    start = {"outcome": newest.outcome, "comment": newest.comment} if newest else None
    form = DecisionForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_line(line, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
        else:
            return _after_decision(request, line, lines)
    evidence = list(evidence_of(line))
    context = {
        "line": line,
        "claim": line.claim,
        "evidence": evidence,
        "view": work_rules.checklist_view(line.assignment, evidence, tutor_until=line.claim.submitted_at),
        "last_round": work_rules.round_claimed(line.assignment, line.claim.submitted_at),
        "decisions": line.decisions.all(),
        "is_sampled": rules.is_sampled(line),
        "may_decide": may_decide,
        "form": form if may_decide or form.is_bound else None,
        "sampled": [other for other in lines if rules.is_sampled(other)],
        "next_line": rules.next_to_decide(line, lines),
    }
    return render(request, "moderation/moderated_line.html", context)


def _after_decision(request, line: ClaimLine, lines: list[ClaimLine]):
    """On to the next sampled line without a decision, or back to the claim when there is none."""
    messages.success(request, f"Your decision on {line.assignment} is recorded.")
    following = rules.next_to_decide(line, lines)
    return (
        redirect("moderated-line", following.pk) if following else redirect("moderation-claim", line.claim_id)
    )


@signed_in
def line_file(request, pk):
    """A file handed in for a line that the moderator moderates."""
    version = get_object_or_404(files_moderated_by(request.user).select_related("evidence"), pk=pk)
    return files.send_version(request, version)


@signed_in
def line_rendition(request, pk, index):
    """One page image of such a file."""
    version = get_object_or_404(files_moderated_by(request.user).select_related("evidence"), pk=pk)
    return files.send_page(request, version, index)


@signed_in
@require_safe
def line_zip(request, pk):
    """All files of such a line as one zip: those that were handed in before the claim, and none that came after."""
    line = get_object_or_404(ClaimLine.objects.moderated_by(request.user).for_pages(), pk=pk)
    claimed = round_of(line)
    if claimed is None:
        raise Http404("Nothing was handed in.")
    return rounds.send_round(request, line.assignment, claimed)


@signed_in
def line_site(request, pk):
    """A zipped web site among such files, on the origin of its own."""
    version = get_object_or_404(files_moderated_by(request.user).select_related("evidence"), pk=pk)
    return files.open_site(request, version, use="moderation")


@signed_in
@require_http_methods(["GET", "POST"])
def claim_conclude(request, pk):
    """Decide the lines outside the sample, group by group; write the report; conclude."""
    claim = find_claim(request, pk)
    if claim.state != Claim.State.IN_MODERATION:
        return redirect("moderation-claim", pk)
    lines = list(claim.lines.for_pages())
    groups = rules.groups_of(lines)
    data = request.POST if request.method == "POST" else None
    report = ReportForm(data)
    forms = [(group, GroupForm(data, group=group) if group.others else None) for group in groups]
    asked = [form for _, form in forms if form]
    valid = [form.is_valid() for form in [*asked, report]]  # each, so that every form shows its errors
    if all(valid):
        rest = {
            form.group.key: (form.cleaned_data["outcome"], form.cleaned_data["comment"]) for form in asked
        }
        try:
            actions.conclude(claim, rest=rest, report=report.cleaned_data["report"], by=request.user)
        except TransitionRefused as refusal:
            claim.refresh_from_db()
            report.add_error(None, refusal.for_people())
        else:
            messages.success(request, f"{claim} is concluded. The centre gets your report by e-mail.")
            return redirect("moderation-claim", pk)
    context = {
        "claim": claim,
        "groups": [
            (group, form, [(line, rules.decision_on(line)) for line in group.sampled])
            for group, form in forms
        ],
        "report": report,
        "all_forms": [*asked, report],
        "blocks": rules.blocks(claim, lines),
    }
    return render(request, "moderation/claim_conclude.html", context)
