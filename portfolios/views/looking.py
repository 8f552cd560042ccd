"""Viewing evidence: one item in full with its versions, and another try at a preview."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from centres.access import may
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..access import may_work_on, require_work_on
from ..models import Assignment, Evidence, EvidenceVersion
from .finding import crumbs, find_evidence


@signed_in
def evidence_view(request, pk):
    """One item in full, and every version of its file."""
    evidence, work = find_evidence(request, pk, rows=Evidence.objects.for_looking())
    before, after = _neighbours(evidence)
    may_mark = may(request.user, Permission.MARK_WORK, at=work.candidate.centre)
    context = {
        "work": work,
        "evidence": evidence,
        "versions": sorted(evidence.versions.all(), key=lambda version: -version.number),
        "before": before,
        "after": after,
        "is_being_made": evidence.current.is_being_made,
        "may_change": work.is_open and may_work_on(request.user, work),
        "may_tag": may_mark and work.state == Assignment.State.HANDED_IN,
        "may_retry": evidence.current.may_be_retried and may_work_on(request.user, work),
        "breadcrumbs": crumbs(request, work, evidence.title),
    }
    return render(request, "portfolios/evidence_view.html", context)


def _neighbours(evidence: Evidence) -> tuple[Evidence | None, Evidence | None]:
    """The items of the unit before and after, in the order in which its page lists them."""
    items = list(Evidence.objects.present().filter(assignment=evidence.assignment_id).only("title"))
    place = items.index(evidence)
    return (
        items[place - 1] if place else None,
        items[place + 1] if place + 1 < len(items) else None,
    )


@signed_in
@require_POST
def preview_again(request, pk):
    """Try a preview again that failed or stopped early."""
    found = EvidenceVersion.objects.visible_to(request.user).select_related(
        "evidence__assignment__candidate__centre"
    )
    version = get_object_or_404(found, pk=pk)
    require_work_on(request.user, version.evidence.assignment)
    try:
        actions.make_preview_again(version, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    else:
        messages.success(request, f"Another preview of “{version.file_name}” is being made.")
    return redirect("evidence-view", version.evidence_id)
