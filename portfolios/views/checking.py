"""What a candidate reads about their work: the check against the criteria, and the feedback."""

from django.shortcuts import render

from portal.accounts.keeping import signed_in

from .. import guards, rules
from ..access import is_own, may_read_notes, may_work_on
from ..models import Assignment
from ..refusals import refusal_of
from .finding import crumbs, evidence_of, find_work


@signed_in
def work_check(request, pk):
    """Each criterion with the files tagged to it and the tutor's judgement so far. To read and print."""
    work = find_work(request, pk)
    evidence = evidence_of(work)
    view = rules.checklist_view(work, evidence)
    may_change = work.is_open and may_work_on(request.user, work)
    context = {
        "work": work,
        "view": view,
        "progress": rules.progress(view),
        "missing": rules.untagged_criteria(view),
        "untagged": [item for item in evidence if not item.criteria.all()],
        "may_change": may_change,
        "is_own": is_own(request.user, work),
        "add_to": work if may_change else None,
        "shows_notes": may_read_notes(request.user, work),
        "breadcrumbs": crumbs(request, work, "Check against the criteria"),
    }
    return render(request, "portfolios/work_check.html", context)


@signed_in
def work_feedback(request, pk):
    """What the tutor says, overall and on each criterion; what is still to do comes first."""
    work = find_work(request, pk)
    view = rules.checklist_view(work, evidence_of(work))
    lines = [line for _, found in view for line in found]
    decided = [found for found in work.rounds.all() if found.outcome]
    newest_round = max(work.rounds.all(), key=lambda found: found.number, default=None)
    context = {
        "work": work,
        "refusal": refusal_of(work),
        "is_reassessed": newest_round and newest_round.is_reassessment and not newest_round.outcome,
        "newest": max(decided, key=lambda found: found.number, default=None),
        "to_do": [line for line in lines if line.judgement and not line.is_met],
        "met": [line for line in lines if line.is_met],
        "not_judged": [line for line in lines if not line.judgement],
        "comments": work.planning_comments.select_related("by"),
        "may_change": work.is_open and may_work_on(request.user, work),
        "may_hand_in": _may_hand_in(request, work),
        "is_own": is_own(request.user, work),
        "breadcrumbs": crumbs(request, work, "Feedback"),
    }
    return render(request, "portfolios/work_feedback.html", context)


def _may_hand_in(request, work: Assignment) -> bool:
    states = (Assignment.State.IN_PROGRESS, Assignment.State.RETURNED)
    return work.state in states and may_work_on(request.user, work) and guards.has_evidence(work)
