"""One candidate's work for one unit: what it asks for, what is there, and handing it in."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from centres.access import may
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files.states import TO_CHECK
from portal.kit.stateful import TransitionRefused

from .. import actions, rules
from ..access import is_own, may_read_notes, may_work_on, require_work_on
from ..forms import HandInForm, UploadForm
from ..limits import limits_of
from ..models import Assignment, Evidence, EvidenceVersion, Message
from ..refusals import refusal_of
from ..sides import TUTOR
from .finding import crumbs, evidence_of, find_work

State = Assignment.State


@signed_in
def assignment(request, pk):
    work = find_work(request, pk)
    may_change = work.is_open and may_work_on(request.user, work)
    items = evidence_of(work, rows=Evidence.objects.with_files())
    evidence = [item for item in items if item.removed_at is None]
    view = rules.checklist_view(work, evidence)
    may_mark = may(request.user, Permission.MARK_WORK, at=work.candidate.centre)
    uploads = list(work.uploads.listed()) if may_change else []
    context = {
        "work": work,
        "view": view,
        "evidence": evidence,
        "removed": [item for item in items if item.removed_at] if may_change else [],
        "progress": rules.progress(view),
        "is_own": is_own(request.user, work),
        "add_to": work if may_change else None,
        "shows_notes": may_read_notes(request.user, work),
        "is_late": rules.is_late(work, timezone.localdate()),
        "refusal": refusal_of(work),
        "newest_round": max(work.rounds.all(), key=lambda found: found.number, default=None),
        "upload_form": UploadForm(assignment=work, files=evidence) if may_change else None,
        "limits": limits_of(work, evidence) if may_change else None,
        "uploads": uploads,
        "checking": sum(upload.state in TO_CHECK for upload in uploads),
        "unread": Message.objects.unread_by(request.user).filter(assignment=work).count(),
        "may_change": may_change,
        "may_hand_in": may_change and work.state in (State.IN_PROGRESS, State.RETURNED) and bool(evidence),
        "may_mark": may_mark and TUTOR.judges(work),
        "may_tag": may_mark and work.state == State.HANDED_IN,
        "may_return": may_mark and work.state in (State.HANDED_IN, State.ACHIEVED),
        "breadcrumbs": crumbs(request, work),
    }
    return render(request, "portfolios/assignment.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def hand_in(request, pk):
    """Check what is missing, agree to the statement, pass the work to the tutor."""
    work = find_work(request, pk)
    require_work_on(request.user, work)
    if not work.is_open:
        messages.info(request, f"The work is with the tutor: “{work.get_state_display()}”.")
        return redirect(work)
    own = is_own(request.user, work)
    statement = actions.STATEMENT if own else actions.STATEMENT_ON_BEHALF
    form = HandInForm(request.POST if request.method == "POST" else None, statement=statement)
    if form.is_valid():
        try:
            actions.hand_in(work, by=request.user, declared=form.declared)
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
        else:
            messages.success(request, "The work was handed in. It is now with the tutor.")
        return redirect(work)
    evidence = evidence_of(work)
    view = rules.checklist_view(work, evidence)
    planned = actions.as_handed_in(work)
    context = {
        "work": work,
        "form": form,
        "has_plan": "plan" in planned,
        "has_review": "review" in planned,
        "evidence": evidence,
        "is_own": own,
        "progress": rules.progress(view),
        "missing": rules.untagged_criteria(view),
        "untagged": [item for item in evidence if not item.criteria.all()],
        "not_shown": [item for item in evidence if item.current.preview == EvidenceVersion.Preview.FAILED],
        "may_hand_in": bool(evidence),
        "under_way": list(work.uploads.under_way()),
        "breadcrumbs": crumbs(request, work, "Check and hand in"),
    }
    return render(request, "portfolios/hand_in.html", context)
