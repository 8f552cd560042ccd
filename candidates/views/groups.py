"""Groups and their members."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from centres.access import may, open_centre, require
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.once import once
from portal.kit.paging import paginate

from .. import actions
from ..forms import FindForm, GroupChoiceForm, GroupForm, MembersForm
from ..models import Candidate, Group
from .people import crumbs, page_of, rows_of

FOUND_AT_MOST = 50  # candidates offered at once for adding to a group


def find_group(request, number, pk, *, needs: Permission = Permission.SEE_CANDIDATES) -> Group:
    """The group, for people who may see it (404) and have the permission `needs` (403)."""
    groups = Group.objects.visible_to(request.user).with_size().select_related("centre")
    found = get_object_or_404(groups, centre__number=number, pk=pk)
    require(request.user, needs, at=found.centre)
    return found


def group_crumbs(group: Group | None, centre, *more: tuple[str, str | None]) -> list[tuple]:
    trail: list[tuple[str, str | None]] = [("Groups", reverse("groups", args=[centre.number]))]
    if group:
        trail.append((group.name, group.get_absolute_url() if more else None))
    return crumbs(centre, *trail, *more)


@signed_in
@require_GET
def groups(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_CANDIDATES)
    everyone = Candidate.objects.visible_to(request.user).filter(centre=centre)
    context = {
        "centre": centre,
        "page": paginate(request, Group.objects.visible_to(request.user).filter(centre=centre).with_size()),
        "in_no_group": everyone.in_no_group().count(),
        "may_manage": may(request.user, Permission.MANAGE_CANDIDATES, at=centre),
        "breadcrumbs": crumbs(centre, ("Groups", None)),
    }
    return render(request, "candidates/groups.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
@once
def group_add(request, number):
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    form = GroupForm(request.POST if request.method == "POST" else None, instance=Group(centre=centre))
    if form.is_valid():
        added = actions.save_group(form.instance, by=request.user)
        messages.success(request, f"Group {added} created. Now add candidates to it.")
        return redirect(added)
    context = {
        "centre": centre,
        "form": form,
        "breadcrumbs": group_crumbs(None, centre, ("Create a group", None)),
    }
    return render(request, "candidates/group_form.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def group_edit(request, number, pk):
    with transaction.atomic():
        found = find_group(request, number, pk, needs=Permission.MANAGE_CANDIDATES)
        if request.method == "POST":
            actions.hold_candidates_of(found.centre_id)
            found = find_group(request, number, pk, needs=Permission.MANAGE_CANDIDATES)
        trail = group_crumbs(found, found.centre, ("Rename", None))
        form = GroupForm(request.POST if request.method == "POST" else None, instance=found)
        if is_saved := form.is_valid():
            actions.save_group(found, by=request.user)
    if is_saved:
        messages.success(request, f"The group is now called {found}.")
        return redirect(found)
    context = {"centre": found.centre, "group": found, "form": form, "breadcrumbs": trail}
    return render(request, "candidates/group_form.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def group(request, number, pk):
    """The members; those selected are added or removed."""
    needs = Permission.MANAGE_CANDIDATES if request.method == "POST" else Permission.SEE_CANDIDATES
    found = find_group(request, number, pk, needs=needs)
    if request.method == "POST":
        _change_members(request, found)
        return redirect(found)
    may_manage = may(request.user, Permission.MANAGE_CANDIDATES, at=found.centre)
    page = page_of(request, found.candidates.all())
    context = {
        "group": found,
        "page": page,
        "rows": rows_of(page),
        "may_manage": may_manage,
        "may_issue": may(request.user, Permission.ISSUE_CODES, at=found.centre),
        "breadcrumbs": group_crumbs(found, found.centre),
        **(_others(request, found) if may_manage else {}),
    }
    return render(request, "candidates/group.html", context)


def _change_members(request, group: Group) -> None:
    takes_out = request.POST.get("do") == "remove"
    offered = group.candidates.all() if takes_out else group.centre.candidates.all()
    form = MembersForm(request.POST, candidates=offered)
    if not form.is_valid():
        messages.error(request, "; ".join(map(str, form.errors["candidates"])))
        return
    ticked = list(form.cleaned_data["candidates"])
    change = actions.remove_members if takes_out else actions.add_members
    change(group, ticked, by=request.user)
    messages.success(request, f"{_people(ticked)} {'removed from' if takes_out else 'added to'} {group}.")


def _people(ticked: list) -> str:
    return "1 candidate was" if len(ticked) == 1 else f"{len(ticked)} candidates were"


@signed_in
@require_http_methods(["GET", "POST"])
def holding_list(request, number):
    """Candidates who are not in a group; those selected are put in one."""
    needs = Permission.MANAGE_CANDIDATES if request.method == "POST" else Permission.SEE_CANDIDATES
    centre = open_centre(request, number, needs=needs)
    waiting = Candidate.objects.visible_to(request.user).filter(centre=centre).in_no_group()
    form = GroupChoiceForm(
        request.POST if request.method == "POST" else None, centre=centre, candidates=waiting
    )
    if form.is_valid():
        group, ticked = form.cleaned_data["group"], list(form.cleaned_data["candidates"])
        actions.add_members(group, ticked, by=request.user)
        messages.success(request, f"{_people(ticked)} put in {group}.")
        return redirect("holding-list", number)
    page = page_of(request, waiting)
    context = {
        "centre": centre,
        "form": form,
        "page": page,
        "rows": rows_of(page),
        "ticked": request.POST.getlist("candidates"),
        "has_groups": centre.groups.exists(),
        "may_manage": may(request.user, Permission.MANAGE_CANDIDATES, at=centre),
        "breadcrumbs": group_crumbs(None, centre, ("Not in a group", None)),
    }
    return render(request, "candidates/holding_list.html", context)


def _others(request, group: Group) -> dict:
    """Candidates to add: those found by `?find=`, otherwise those not in a group."""
    finder = FindForm(request.GET)
    words = finder.cleaned_data.get("find", "") if finder.is_valid() else ""
    centre = Candidate.objects.filter(centre=group.centre)
    found = centre.search(words).exclude(groups=group) if words else centre.in_no_group()
    found = list(found.prefetch_related("groups")[: FOUND_AT_MOST + 1])
    return {
        "finder": finder,
        "find": words,
        "found": found[:FOUND_AT_MOST],
        "is_cut": len(found) > FOUND_AT_MOST,
    }
