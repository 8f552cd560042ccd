"""The candidates of a centre: the list, one candidate, adding and changing by hand."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from centres.access import may, open_centre, require
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.paging import paginate

from .. import actions, rules
from ..forms import NUMBER_TAKEN, CandidateFilter, CandidateForm
from ..models import Candidate, NamedEntry

SORTED_BY = {
    "name": ["last_name", "first_names", "number"],
    "-name": ["-last_name", "-first_names", "-number"],
    "number": ["number"],
    "-number": ["-number"],
}


def find_candidate(request, number, candidate_number, *, needs: Permission = Permission.SEE_CANDIDATES):
    """The candidate, for people who may see them (404) and hold `needs` (403)."""
    candidates = Candidate.objects.visible_to(request.user).for_lists().select_related("centre")
    found = get_object_or_404(candidates, centre__number=number, number=candidate_number)
    require(request.user, needs, at=found.centre)
    return found


def crumbs(centre, *more: tuple[str, str | None]) -> list[dict]:
    """Breadcrumbs below the list of candidates: (label, address) each, the last without one."""
    trail = [
        (centre.name, centre.get_absolute_url()),
        ("Candidates", reverse("candidates", args=[centre.number])),
    ]
    return [{"label": label, "url": url} for label, url in [*trail, *more]]


@signed_in
@require_GET
def candidates(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_CANDIDATES)
    everybody = Candidate.objects.visible_to(request.user).filter(centre=centre)
    form = CandidateFilter(request.GET, centre=centre)
    order = SORTED_BY.get(request.GET.get("sort", ""), SORTED_BY["name"])
    page = paginate(request, form.narrow(everybody).for_lists().order_by(*order))
    context = {
        "centre": centre,
        "form": form,
        "page": page,
        "rows": [(candidate, rules.sign_in_of(candidate)) for candidate in page],
        "is_filtered": any(request.GET.get(name) for name in form.fields),
        "may_manage": may(request.user, Permission.MANAGE_CANDIDATES, at=centre),
    }
    return render(request, "candidates/candidates.html", context)


@signed_in
@require_GET
def candidate(request, number, candidate_number):
    found = find_candidate(request, number, candidate_number)
    context = {
        "candidate": found,
        "sign_in": rules.sign_in_of(found),
        "code": next(iter(found.user.open_codes), None),
        "events": rules.history_of(found),
        "named_entries": NamedEntry.objects.visible_to(request.user).filter(candidate=found).for_lists(),
        "may_manage": may(request.user, Permission.MANAGE_CANDIDATES, at=found.centre),
        "may_issue": may(request.user, Permission.ISSUE_CODES, at=found.centre),
        "crumbs": crumbs(found.centre, (str(found), None)),
    }
    return render(request, "candidates/candidate.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def candidate_add(request, number):
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    form = CandidateForm(_posted(request), instance=Candidate(centre=centre))
    if form.is_valid() and _save(form, actions.add_candidate, by=request.user):
        added = form.instance
        messages.success(request, f"{added} is added. A one-time code lets them sign in.")
        return redirect(added)
    context = {"centre": centre, "form": form, "crumbs": crumbs(centre, ("Add a candidate", None))}
    return render(request, "candidates/candidate_form.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def candidate_edit(request, number, candidate_number):
    found = find_candidate(request, number, candidate_number, needs=Permission.MANAGE_CANDIDATES)
    trail = crumbs(found.centre, (str(found), found.get_absolute_url()), ("Change details", None))
    form = CandidateForm(_posted(request), instance=found)
    if form.is_valid() and _save(form, actions.change_candidate, by=request.user):
        messages.success(request, f"The details of {found} are saved.")
        return redirect(found)
    return render(
        request,
        "candidates/candidate_form.html",
        {"centre": found.centre, "candidate": found, "form": form, "crumbs": trail},
    )


def _posted(request):
    return request.POST if request.method == "POST" else None


def _save(form: CandidateForm, action, *, by) -> bool:
    """Do `action` with what was typed, and set the groups. False if somebody took the number meanwhile."""
    try:
        with transaction.atomic():
            action(form.instance, by=by)
            if "groups" in form.cleaned_data:
                actions.set_groups(form.instance, form.cleaned_data["groups"], by=by)
    except IntegrityError:
        form.add_error("number", NUMBER_TAKEN)
        return False
    return True
