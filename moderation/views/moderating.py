"""The moderator's side: their claims, the sample, the work on each line, and concluding a claim.

Everything is found through `moderated_by(user)`: allocated, submitted, and without a conflict of interest.
"""

from collections.abc import Collection

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centres.models import Centre
from portal.accounts.keeping import signed_in
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused
from portfolios import rules as work_rules
from portfolios.rounds import evidence_in
from portfolios.sides import MODERATOR, Side, judging_for
from portfolios.views import files, rounds

from .. import actions, rules
from ..filters import LineFilter, ModeratedFilter
from ..forms import AddForm, DecisionForm, DropForm, GroupForm, ReportForm
from ..models import Claim, ClaimLine, Moderator
from ..querysets import earlier_lines, files_moderated_by
from .common import CANDIDATES_PER_PAGE, LINES_PER_PAGE, history_of, moderators_crumbs


def find_claim(request, pk: int) -> Claim:
    """A claim that the person moderates; 404 for anybody else."""
    moderated = Claim.objects.moderated_by(request.user).select_related(
        "centre", "qualification", "submitted_by"
    )
    return get_object_or_404(moderated, pk=pk)


@signed_in
def moderator_claims(request):
    """The moderator's claims, those waiting for them first, and the centres they are allocated to."""
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
    """An overview of one claim: candidates and units, the sample, what is decided, what is still open."""
    claim = find_claim(request, pk)
    review = rules.Review(claim)
    page = paginate(request, rules.candidates_on(claim), CANDIDATES_PER_PAGE)
    units, rows = rules.matrix(claim, page.object_list)
    sample = [(line, rules.decision_on(line)) for line in review.sampled]
    may_decide = claim.state == Claim.State.IN_MODERATION
    context = {
        "claim": claim,
        "breadcrumbs": moderators_crumbs(claim),
        "review": review,
        "units": units,
        "page": page,
        "rows": rows,
        "untouched": [group for group in review.groups if not group.looked_at],
        "sample": sample,
        "decided": sum(1 for _, decision in sample if decision),
        "next_line": next(iter(review.undecided), None),
        "may_send": claim.state == Claim.State.SAMPLE_PROPOSED,
        "may_decide": may_decide,
        "may_conclude": may_decide and not review.blocks,
        "history": history_of(claim),
    }
    return render(request, "moderation/moderation_claim.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def claim_group(request, pk, key):
    """The lines of a group that were not looked at, to open or, while the sample is proposed, to add to it."""
    claim = find_claim(request, pk)
    group = rules.Review(claim).group(key)
    if group is None:
        raise Http404
    if request.method == "POST":
        return _add_lines(request, claim)
    lines = group.lines_left(claim).select_related("assignment__candidate", "assignment__unit")
    chosen = LineFilter(request.GET, queryset=lines)
    context = {
        "claim": claim,
        "breadcrumbs": moderators_crumbs(claim, (str(group), None)),
        "group": group,
        "filter": chosen,
        "page": paginate(request, chosen.qs, LINES_PER_PAGE),
        "may_add": claim.state == Claim.State.SAMPLE_PROPOSED,
    }
    return render(request, "moderation/claim_group.html", context)


def _add_lines(request, claim: Claim):
    """Add the selected lines to the sample; the page, with its filter, stays as it was if there is a problem."""
    form = AddForm(request.POST, claim=claim)
    if not form.is_valid():
        messages.error(request, "Select the lines that you want to add to the sample.")
        return redirect(request.get_full_path())
    try:
        added = actions.add_to_sample(claim, form.cleaned_data["added"], by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return redirect(request.get_full_path())
    messages.success(request, f"{added} line{'' if added == 1 else 's'} added to the sample.")
    return redirect("moderation-claim", claim.pk)


@signed_in
@require_POST
def sample_send(request, pk):
    """Fix the sample, and start the review."""
    claim = find_claim(request, pk)
    try:
        actions.send_sample(claim, by=request.user)
        messages.success(request, "The sample is fixed and the centre can see it. Review the work below.")
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    return redirect("moderation-claim", pk)


@signed_in
@require_http_methods(["GET", "POST"])
def sample_drop(request, pk):
    """Remove a proposed line from the sample, or replace it with another of its group; with a reason."""
    line = _find_line(request, pk)
    if line.claim.state != Claim.State.SAMPLE_PROPOSED or not rules.is_sampled(line):
        messages.info(request, f"{line.assignment} cannot be removed from the sample now.")
        return redirect("moderation-claim", line.claim_id)
    form = DropForm(request.POST or None, line=line)
    if form.is_valid():
        try:
            actions.drop_from_sample(line.claim, line, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
        else:
            messages.success(request, f"{line.assignment} is no longer in the sample.")
            return redirect("moderation-claim", line.claim_id)
    context = {
        "line": line,
        "claim": line.claim,
        "breadcrumbs": moderators_crumbs(line.claim, _of_line(line), ("Remove from the sample", None)),
        "form": form,
    }
    return render(request, "moderation/sample_drop.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def moderated_line(request, pk):
    """The work on one line beside the centre's e-checklist, and the decision; for lines in and outside the sample."""
    line = _find_line(request, pk)
    sampled = list(line.claim.lines.sampled().for_lists())
    may_decide = line.claim.state == Claim.State.IN_MODERATION
    newest = rules.decision_on(line)
    said = ("outcome", "comment", "for_candidate")
    start = {name: getattr(newest, name) for name in said} if newest else None
    form = DecisionForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_line(line, by=request.user, **form.cleaned_data)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
        else:
            return _after_decision(request, line, sampled)
    context = {
        **_work_of(request, line, before=[MODERATOR]),
        "breadcrumbs": moderators_crumbs(line.claim, (str(line.assignment), None)),
        "earlier": [(found, rules.decision_on(found)) for found in earlier_lines(line)],
        "is_sampled": rules.is_sampled(line),
        "may_decide": may_decide,
        "form": form if may_decide or form.is_bound else None,
        "sampled": sampled,
        "next_line": rules.next_to_decide(line, sampled),
    }
    return render(request, "moderation/moderated_line.html", context)


def _find_line(request, pk: int) -> ClaimLine:
    """A line that the person moderates; 404 for anybody else."""
    lines = ClaimLine.objects.moderated_by(request.user).for_pages()
    return get_object_or_404(lines.select_related("assignment__checklist"), pk=pk)


def _of_line(line: ClaimLine) -> tuple[str, str]:
    """A line's step on the way to a page of its own."""
    return str(line.assignment), reverse("moderated-line", args=[line.pk])


def _work_of(request, line: ClaimLine, *, before: Collection[Side] = ()) -> dict:
    """What a page shows about the hand-in that a line claims, and the decisions on it.

    `before`: the sides whose earlier judgements are shown in a re-assessment.
    """
    prefetch_related_objects([line], "assignment__checklist__objectives__criteria")
    evidence = evidence_in(line.round, work_rules.criteria_of(line.assignment))
    sides = judging_for(request.user, line.assignment)
    view = work_rules.checklist_view(line.assignment, evidence, of=line.round, sides=sides, before=before)
    return {
        "line": line,
        "claim": line.claim,
        "round": line.round,
        "evidence": evidence,
        "view": view,
        "decisions": line.decisions.all(),
    }


@signed_in
@require_safe
def earlier_line(request, pk, earlier):
    """An earlier claim of the same work, to read beside the current line: its files, judgements and decision."""
    line = _find_line(request, pk)
    before = get_object_or_404(earlier_lines(line), pk=earlier)
    trail = moderators_crumbs(line.claim, _of_line(line), (str(before.claim), None))
    context = {**_work_of(request, before), "now": line, "breadcrumbs": trail}
    return render(request, "moderation/earlier_line.html", context)


def _after_decision(request, line: ClaimLine, sampled: list[ClaimLine]):
    """Go to the next sampled line without a decision, or back to the claim if there is none."""
    messages.success(request, f"Your decision on {line.assignment} is recorded.")
    following = rules.next_to_decide(line, sampled)
    return (
        redirect("moderated-line", following.pk) if following else redirect("moderation-claim", line.claim_id)
    )


@signed_in
def line_file(request, pk):
    """A file handed in with a line that the user moderates."""
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
    """All files of the hand-in that a line claims, as one zip."""
    line = _find_line(request, pk)
    return rounds.send_round(request, line.assignment, line.hand_in)


@signed_in
@require_safe
def earlier_zip(request, pk, earlier):
    """All files of an earlier claim of the same work."""
    before = get_object_or_404(earlier_lines(_find_line(request, pk)), pk=earlier)
    return rounds.send_round(request, before.assignment, before.hand_in)


@signed_in
def line_site(request, pk):
    """A zipped web site among such files, on its own origin."""
    version = get_object_or_404(files_moderated_by(request.user).select_related("evidence"), pk=pk)
    return files.open_site(request, version, use="moderation")


@signed_in
@require_http_methods(["GET", "POST"])
def claim_conclude(request, pk):
    """Decide the lines that were not looked at, group by group, write the report, and conclude."""
    claim = find_claim(request, pk)
    if claim.state != Claim.State.IN_MODERATION:
        return redirect("moderation-claim", pk)
    review = rules.Review(claim)
    data = request.POST if request.method == "POST" else None
    report = ReportForm(data)
    forms = [(group, GroupForm(data, group=group) if group.others else None) for group in review.groups]
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
            messages.success(
                request, f"{claim} is concluded. The centre can now read your decisions and report."
            )
            return redirect("moderation-claim", pk)
    context = {
        "claim": claim,
        "breadcrumbs": moderators_crumbs(claim, ("Conclude", None)),
        "groups": [
            (group, form, [(line, rules.decision_on(line)) for line in group.looked_at])
            for group, form in forms
        ],
        "report": report,
        "all_forms": [*asked, report],
        "review": review,
    }
    return render(request, "moderation/claim_conclude.html", context)
