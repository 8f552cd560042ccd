"""The candidates at a centre: the list, one candidate, adding and changing by hand."""

from django.contrib import messages
from django.db import transaction
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from centres.access import may, open_centre, require
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.once import once
from portal.kit.paging import paginate

from .. import actions, rules
from ..forms import CandidateFilter, CandidateForm
from ..models import Candidate, NamedEntry
from ..overview import overview_of

SORTED_BY: dict[str, list] = {
    "name": ["last_name", "first_names", "number"],
    "-name": ["-last_name", "-first_names", "-number"],
    "number": ["number"],
    "-number": ["-number"],
    "signed_in": [F("user__last_login").asc(nulls_first=True), "last_name", "number"],
    "-signed_in": [F("user__last_login").desc(nulls_last=True), "last_name", "number"],
    "work": ["to_mark", "returned", "to_do", "last_name", "number"],
    "-work": ["-to_mark", "-returned", "-to_do", "last_name", "number"],
}


def find_candidate(request, number, candidate_number, *, needs: Permission = Permission.SEE_CANDIDATES):
    """The candidate, for people who may see them (404) and have the permission `needs` (403)."""
    candidates = Candidate.objects.visible_to(request.user).for_lists().with_merged().select_related("centre")
    found = get_object_or_404(candidates, centre__number=number, number=candidate_number)
    require(request.user, needs, at=found.centre)
    return found


def find_kept(request, number, candidate_number) -> Candidate:
    """The candidate into whom the one with this number was merged; 404 if there is none."""
    everyone = Candidate.everyone.visible_to(request.user).select_related("merged_into__centre")
    merged = get_object_or_404(everyone, centre__number=number, number=candidate_number)
    if merged.merged_into is None:
        raise Http404
    return merged.merged_into


def crumbs(centre, *more: tuple[str, str | None]) -> list[tuple]:
    """Breadcrumbs below the list of candidates."""
    return [("Candidates", reverse("candidates", args=[centre.number])), *more]


@signed_in
@require_GET
def candidates(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_CANDIDATES)
    form, found = filtered(request, centre)
    page = page_of(request, found)
    context = {
        "centre": centre,
        "form": form,
        "page": page,
        "rows": rows_of(page),
        "may_manage": may(request.user, Permission.MANAGE_CANDIDATES, at=centre),
        "may_issue": may(request.user, Permission.ISSUE_CODES, at=centre),
    }
    return render(request, "candidates/candidates.html", context)


def filtered(request, centre):
    """(the filters as set, the candidates that match)."""
    form = CandidateFilter(request.GET, centre=centre)
    return form, form.narrow(Candidate.objects.visible_to(request.user).filter(centre=centre))


def in_order(request, found):
    """These candidates, sorted as asked; by name otherwise."""
    asked = request.GET.get("sort", "")
    if asked in ("work", "-work"):
        found = found.with_work()
    return found.order_by(*SORTED_BY.get(asked, SORTED_BY["name"]))


def page_of(request, found):
    """One page of these candidates, sorted as asked; only its rows are read in full."""
    keys = in_order(request, found).values_list("pk", flat=True)
    rows = Candidate.objects.for_lists()
    return paginate(request, keys, dress=lambda keys: rows.filter(pk__in=keys), count=found.count())


def rows_of(page) -> list[tuple]:
    """(candidate, sign-in status, waiting work) for a list read by `for_lists`."""
    return [(candidate, rules.sign_in_of(candidate), rules.work_of(candidate)) for candidate in page]


@signed_in
@require_GET
def candidate(request, number, candidate_number):
    try:
        found = find_candidate(request, number, candidate_number)
    except Http404:
        kept = find_kept(request, number, candidate_number)
        messages.info(request, f"{candidate_number} was merged into {kept}.")
        return redirect(kept)
    may_assign = may(request.user, Permission.ASSIGN_WORK, at=found.centre)
    parts = overview_of(found, to=request.user)
    context = {
        "candidate": found,
        "sign_in": rules.sign_in_of(found),
        "code": next(iter(found.user.open_codes), None),
        "events": rules.history_of(found),
        "named_entries": NamedEntry.objects.visible_to(request.user).filter(candidate=found).for_lists(),
        "parts": parts,
        "to_do": [line for part in parts for line in part.to_do],
        "next": rules.next_steps(found),
        "may_manage": may(request.user, Permission.MANAGE_CANDIDATES, at=found.centre),
        "may_issue": may(request.user, Permission.ISSUE_CODES, at=found.centre),
        "assign_url": reverse("assign-unit", args=[number]) if may_assign else "",
        "breadcrumbs": crumbs(found.centre, (str(found), None)),
    }
    return render(request, "candidates/candidate.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
@once
def candidate_add(request, number):
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    form = CandidateForm(_posted(request), instance=Candidate(centre=centre))
    is_valid = form.is_valid()
    alike = form.lookalikes() if is_valid and "is_another" not in request.POST else []
    if is_valid and not alike and _save(form, actions.add_candidate, by=request.user):
        messages.success(request, f"{form.instance} has been added. See below what they still need.")
        return redirect(form.instance)
    context = {
        "centre": centre,
        "form": form,
        "alike": alike,
        "breadcrumbs": crumbs(centre, ("Add a candidate", None)),
    }
    return render(request, "candidates/candidate_form.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def candidate_edit(request, number, candidate_number):
    needs = Permission.MANAGE_CANDIDATES
    with transaction.atomic():
        found = find_candidate(request, number, candidate_number, needs=needs)
        if request.method == "POST":
            actions.hold_candidates_of(found.centre_id)
            found = find_candidate(request, number, candidate_number, needs=needs)
        trail = crumbs(found.centre, (str(found), found.get_absolute_url()), ("Change details", None))
        form = CandidateForm(_posted(request), instance=found)
        is_saved = form.is_valid() and _save(form, actions.change_candidate, by=request.user)
    if is_saved:
        messages.success(request, f"The details of {found} have been saved.")
        return redirect(found)
    return render(
        request,
        "candidates/candidate_form.html",
        {"centre": found.centre, "candidate": found, "form": form, "breadcrumbs": trail},
    )


def _posted(request):
    return request.POST if request.method == "POST" else None


def _save(form: CandidateForm, action, *, by) -> bool:
    """Do `action` with what was typed, and set the groups. False if a value has been taken in the meantime."""
    try:
        with transaction.atomic():
            action(form.instance, by=by)
            if "groups" in form.cleaned_data:
                actions.set_groups(form.instance, form.cleaned_data["groups"], by=by)
    except actions.Taken as refusal:
        form.add_error(refusal.field, refusal.for_people())
        return False
    return True
