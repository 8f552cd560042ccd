"""The tutor's marking: judge on the e-checklist, return for further work, record as achieved."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from centres.access import require
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.stateful import TransitionRefused

from .. import actions, rules
from ..forms import AchievedForm, MarkingForm, ReturnForm
from ..models import Assignment, Evidence
from ..refusals import refusal_of
from ..sides import TUTOR, judging, judging_for
from .finding import crumbs, evidence_of, find_work

State = Assignment.State


@signed_in
@require_http_methods(["GET", "POST"])
def marking(request, pk):
    """The evidence beside the e-checklist. What cannot be saved is shown again as typed."""
    work = find_work_to_mark(request, pk)
    evidence = evidence_of(work, rows=Evidence.objects.for_looking())
    sides = judging_for(request.user, work)
    view = rules.checklist_view(work, evidence, sides=sides, before=judging())
    data = request.POST if request.method == "POST" else None
    form = MarkingForm(data, view=view, side=TUTOR, scale=work.unit.qualification.scale)
    if request.method == "POST" and _save(request, work, form):
        return (
            to_next(request, work) if request.POST.get("then") == "next" else redirect("marking", pk=work.pk)
        )
    context = {
        "work": work,
        "evidence": evidence,
        "view": view,
        "form": form,
        "progress": rules.progress(view),
        "waiting": Assignment.objects.visible_to(request.user)
        .at(work.candidate.centre)
        .awaiting_marking()
        .count(),
        "may_mark": TUTOR.judges(work),
        "is_waiting": work.state == State.HANDED_IN,
        "refusal": refusal_of(work),
        "newest_round": max(work.rounds.all(), key=lambda found: found.number, default=None),
        "breadcrumbs": crumbs(request, work, "Mark"),
    }
    return render(request, "portfolios/marking.html", context)


def _save(request, work: Assignment, form: MarkingForm) -> bool:
    """Save what can be saved and say so; returns whether that was all."""
    try:
        saved = form.save(work, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, f"{refusal.for_people()} What you typed is still below.")
        return False
    if saved:
        words = f"{saved} {'judgement was' if saved == 1 else 'judgements were'} saved."
        messages.success(request, format_html("{}{}", words, _next_step(work)))
    elif form.is_clean:
        messages.info(request, "Nothing was changed.")
    return form.is_clean


def _next_step(work: Assignment) -> str:
    """If every required criterion is met, a link to the last step, which is easily forgotten."""
    if work.state != State.HANDED_IN or rules.unmet(work):
        return ""
    url = reverse("record-achieved", args=[work.pk])
    return format_html(
        ' Every required criterion of {} is met: <a href="{}">record it as achieved</a>.', work, url
    )


@signed_in
@require_http_methods(["GET", "POST"])
def return_work(request, pk):
    work = find_work_to_mark(request, pk)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.return_for_further_work(work, why=form.cleaned_data["reason"], by=request.user)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
        else:
            return _done(request, work, "was returned for further work")
    view = rules.checklist_view(work, [])
    context = {
        "work": work,
        "form": form,
        "not_met": [line for _, lines in view for line in lines if line.judgement and not line.is_met],
        "refusal": refusal_of(work),
        "may_return": work.state in (State.HANDED_IN, State.ACHIEVED),
        "breadcrumbs": crumbs(request, work, "Return for further work"),
    }
    return render(request, "portfolios/return_work.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def record_achieved(request, pk):
    work = find_work_to_mark(request, pk)
    is_untagged = rules.is_untagged(work)
    form = AchievedForm(request.POST if request.method == "POST" else None, is_untagged=is_untagged)
    if form.is_valid():
        said = {name: form.cleaned_data.get(name, "") for name in ("comment", "untagged")}
        try:
            actions.record_achieved(work, by=request.user, **said)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
        else:
            return _done(request, work, "is recorded as achieved")
    unmet = rules.unmet(work)
    context = {
        "work": work,
        "form": form,
        "refusal": refusal_of(work),
        "unmet": unmet,
        "progress": rules.progress(rules.checklist_view(work, [])),
        "may_achieve": work.state == State.HANDED_IN and not unmet,
        "breadcrumbs": crumbs(request, work, "Record as achieved"),
    }
    return render(request, "portfolios/record_achieved.html", context)


def find_work_to_mark(request, pk) -> Assignment:
    work = find_work(request, pk)
    require(request.user, Permission.MARK_WORK, at=work.candidate.centre)
    return work


def _done(request, work: Assignment, what: str):
    name = f"{work.unit.code} of {work.candidate.display_name}"
    words = format_html('<a href="{}">{}</a> {}.', work.get_absolute_url(), name, what)
    messages.success(request, words)
    return to_next(request, work)


def to_next(request, work: Assignment):
    """Go to the next work to mark at the centre, or to the list if there is none."""
    following = Assignment.objects.visible_to(request.user).next_to_mark(work)
    if following:
        return redirect("marking", pk=following.pk)
    messages.info(request, "There is nothing else to mark.")
    return redirect("to-mark", number=work.candidate.centre.number)
