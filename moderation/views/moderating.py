"""The moderator's side: their claims, the sample, the work on each line, and concluding a claim.

Everything is found through `moderated_by(user)`: allocated, submitted, and without a conflict of interest.
"""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from centres.models import Centre
from portal.accounts.keeping import signed_in
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused
from portfolios import rules as work_rules
from portfolios.rounds import evidence_in
from portfolios.views import files, rounds

from .. import actions, rules
from ..filters import ModeratedFilter
from ..forms import DecisionForm, DropForm, GroupForm, ReportForm, SampleForm
from ..models import Claim, ClaimLine, Moderator
from ..querysets import earlier_lines, files_moderated_by
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
    lines = list(claim.lines.for_pages())
    units, rows = rules.matrix(lines)
    groups = rules.groups_of(lines)
    is_proposed = claim.state == Claim.State.SAMPLE_PROPOSED
    blocks = rules.blocks(claim, lines)
    context = {
        "claim": claim,
        "units": units,
        "page": paginate(request, rows, CANDIDATES_PER_PAGE),
        "groups": groups,
        "untouched": [group for group in groups if not group.looked_at],
        "sample": [(line, rules.decision_on(line)) for line in lines if rules.is_sampled(line)],
        "decided": sum(1 for line in lines if rules.is_sampled(line) and rules.decision_on(line)),
        "outside": [line for line in lines if not rules.is_sampled(line)],
        "to_decide_in_groups": sum(len(group.others) for group in groups),
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
    """Fix the sample, with the moderator's additions, and start the review."""
    claim = find_claim(request, pk)
    form = SampleForm(request.POST, claim=claim)
    if not form.is_valid():
        messages.error(
            request, "One of the lines you added is already in the sample. Check the sample and try again."
        )
        return redirect("moderation-claim", pk)
    try:
        actions.send_sample(claim, form.cleaned_data["added"], by=request.user)
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
    return render(request, "moderation/sample_drop.html", {"line": line, "claim": line.claim, "form": form})


@signed_in
@require_http_methods(["GET", "POST"])
def moderated_line(request, pk):
    """The work on one line beside the centre's e-checklist, and the decision; for lines in and outside the sample."""
    line = _find_line(request, pk)
    lines = list(line.claim.lines.for_pages())
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
            return _after_decision(request, line, lines)
    context = {
        **_work_of(line),
        "earlier": [(found, rules.decision_on(found)) for found in earlier_lines(line)],
        "is_sampled": rules.is_sampled(line),
        "may_decide": may_decide,
        "form": form if may_decide or form.is_bound else None,
        "sampled": [other for other in lines if rules.is_sampled(other)],
        "next_line": rules.next_to_decide(line, lines),
    }
    return render(request, "moderation/moderated_line.html", context)


def _find_line(request, pk: int) -> ClaimLine:
    """A line that the person moderates; 404 for anybody else."""
    lines = ClaimLine.objects.moderated_by(request.user).for_pages().with_certificates()
    return get_object_or_404(lines, pk=pk)


def _work_of(line: ClaimLine) -> dict:
    """What a page shows about the hand-in that a line claims, and the decisions on it."""
    evidence = evidence_in(line.round)
    view = work_rules.checklist_view(line.assignment, evidence, of=line.round)
    return {
        "line": line,
        "claim": line.claim,
        "round": line.round,
        "evidence": evidence,
        "view": view,
        "shows_moderator": any(row.moderator for _, rows in view for row in rows),
        "decisions": line.decisions.all(),
    }


@signed_in
@require_safe
def earlier_line(request, pk, earlier):
    """An earlier claim of the same work, to read beside the current line: its files, judgements and decision."""
    line = _find_line(request, pk)
    before = get_object_or_404(earlier_lines(line), pk=earlier)
    return render(request, "moderation/earlier_line.html", {**_work_of(before), "now": line})


def _after_decision(request, line: ClaimLine, lines: list[ClaimLine]):
    """Go to the next sampled line without a decision, or back to the claim if there is none."""
    messages.success(request, f"Your decision on {line.assignment} is recorded.")
    following = rules.next_to_decide(line, lines)
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
            messages.success(
                request, f"{claim} is concluded. The centre can now read your decisions and report."
            )
            return redirect("moderation-claim", pk)
    context = {
        "claim": claim,
        "groups": [
            (group, form, [(line, rules.decision_on(line)) for line in group.looked_at])
            for group, form in forms
        ],
        "report": report,
        "all_forms": [*asked, report],
        "blocks": rules.blocks(claim, lines),
    }
    return render(request, "moderation/claim_conclude.html", context)
