"""The planning and review form: the candidate writes, the tutor reads and comments."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from centres.access import may, require
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.once import once
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..access import is_own, may_work_on, require_work_on
from ..models import PAPERS, Assignment
from ..writing import PaperForm, WordsForm
from .finding import crumbs, find_work

NAMES = {"plan": "Plan", "review": "Review"}


@signed_in
@require_http_methods(["GET", "POST"])
def paper(request, pk, paper):
    """Write the plan or the review while the work is open; read it at any time."""
    work = find_work(request, pk)
    may_change = may_work_on(request.user, work) and work.is_open
    form = None
    if request.method == "POST":
        require_work_on(request.user, work)
        form = PaperForm(request.POST, work=work, paper=paper)
        if form.is_valid() and _save(request, form):
            return redirect(f"work-{paper}", pk=work.pk)
    elif may_change:
        form = PaperForm(work=work, paper=paper)
    return _show(request, work, paper, form=form)


def _save(request, form: PaperForm) -> bool:
    try:
        changed = form.save(by=request.user)
    except TransitionRefused as refusal:
        form.add_error(None, f"{refusal.for_people()} What you typed is still below. It is not saved.")
        return False
    except actions.StalePaper as stale:
        form.show_both(stale.newest)
        return False
    if changed:
        messages.success(request, f"The {form.paper} was saved.")
    else:
        messages.info(request, "Nothing was changed.")
    return True


@signed_in
@require_POST
@once
def paper_comment(request, pk, paper):
    """Add a tutor's comment on the plan or the review."""
    work = find_work(request, pk)
    require(request.user, Permission.MARK_WORK, at=work.candidate.centre)
    form = _comment_form(paper, request.POST)
    if form.is_valid():
        actions.comment_on_paper(work, paper, form.cleaned_data["text"], by=request.user)
        messages.success(request, "Your comment was added.")
        return redirect(f"work-{paper}", pk=work.pk)
    return _show(request, work, paper, comment_form=form)


def _comment_form(paper: str, data=None) -> WordsForm:
    return WordsForm(data, label=f"Comment on the {paper}", help_text="The candidate will read it here.")


def _show(request, work: Assignment, paper: str, *, form=None, comment_form=None):
    may_comment = may(request.user, Permission.MARK_WORK, at=work.candidate.centre)
    held = PAPERS[paper].objects.filter(assignment=work).select_related("updated_by").first()
    comments = work.planning_comments.filter(paper=paper).select_related("by")
    context = {
        "work": work,
        "paper": paper,
        "name": NAMES[paper],
        "held": held,
        "answers": held.answers() if held else [],
        "form": form,
        "comments": comments,
        "comment_form": (comment_form or _comment_form(paper)) if may_comment else None,
        "is_own": is_own(request.user, work),
        "breadcrumbs": crumbs(request, work, NAMES[paper]),
    }
    return render(request, "portfolios/paper.html", context)
