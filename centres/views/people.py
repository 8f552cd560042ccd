"""The centre's own page, and the people who work there."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission, Role
from portal.accounts.second_step.afresh import with_fresh_factor
from portal.kit.once import not_done, once
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..access import may, open_centre
from ..filters import PeopleFilter
from ..forms import PersonForm, RolesForm
from ..people import history_of, people_of, powers_of, row_of

HISTORY_LENGTH = 50


@signed_in
def centre(request, number):
    """What the centre is approved for, and its applications."""
    found = open_centre(request, number, needs=Permission.SEE_CENTRE)
    applications = found.applications.prefetch_related("lines__qualification").select_related("letter")
    only_open = request.GET.get("applications") == "open"
    context = {
        "centre": found,
        "only_open": only_open,
        "approvals": found.approvals.with_activity().select_related("qualification"),
        "applications": applications.open_ones() if only_open else applications,
        "may_apply": may(request.user, Permission.APPLY, at=found),
    }
    return render(request, "centres/centre.html", context)


@signed_in
@require_GET
def people(request, number):
    """Who may do what here: people and their roles."""
    found = open_centre(request, number, needs=Permission.SEE_CENTRE)
    chosen = PeopleFilter(request.GET, queryset=people_of(found), memberships=found.memberships.active())
    page = paginate(request, chosen.qs)
    context = {
        "centre": found,
        "filter": chosen,
        "page": page,
        "rows": [row_of(person) for person in page],
        "offers": found.role_offers.waiting(),
        "only_invited": request.GET.get("show") == "invited",
        "roles": [(role.label, powers_of([role])) for role in Role],
        "may_manage": may(request.user, Permission.MANAGE_PEOPLE, at=found),
        "breadcrumbs": [*_trail(found)[:-1], ("People", None)],
    }
    return render(request, "centres/people.html", context)


def _trail(centre, *more: tuple[str, str | None]) -> list[tuple]:
    people = ("People", reverse("people", args=[centre.number]))
    return [("Centre", centre.get_absolute_url()), people, *more]


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
@once
def person_add(request, number):
    """Invite somebody. The answer is the same whatever the address: it does not reveal an account."""
    found = open_centre(request, number, needs=Permission.MANAGE_PEOPLE)
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.offer_roles(found, **form.cleaned_data, by=request.user)
            messages.success(request, "Invitation sent.")
            return redirect("people", number)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
    roles = [(role.label, powers_of([role])) for role in Role]
    trail = _trail(found, ("Add a person", None))
    context = {"form": form, "centre": found, "roles": roles, "breadcrumbs": trail}
    return render(request, "centres/person_add.html", context)


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
def person(request, number, pk):
    """One person: what they may do here, which can be changed, how far they have got, and their history."""
    with transaction.atomic():
        found, somebody = _find(request, number, pk)
        if request.method == "POST":
            actions.hold_people_of(found)
            found, somebody = _find(request, number, pk)
        row = row_of(somebody)
        form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": row["held"]})
        is_saved = form.is_valid() and _change_roles(form, found, somebody, by=request.user)
    if is_saved:
        messages.success(request, f"Roles of {somebody.name} saved. They apply at once.")
        return redirect("person", number, pk)
    context = {
        "centre": found,
        "row": row,
        "form": form,
        "powers": powers_of(row["held"]),
        "history": history_of(found, somebody)[:HISTORY_LENGTH],
        "is_oneself": somebody == request.user,
        "breadcrumbs": _trail(found, (somebody.name, None)),
    }
    return render(request, "centres/person.html", context)


def _change_roles(form: RolesForm, centre, somebody, *, by) -> bool:
    try:
        actions.change_roles(centre, somebody, form.cleaned_data["roles"], by=by)
    except TransitionRefused as refusal:
        form.add_error("roles", refusal.for_people())
        return False
    return True


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
def person_end(request, number, pk):
    """Ask first, then end all of somebody's roles here."""
    found, somebody = _find(request, number, pk)
    if request.method == "POST":
        try:
            actions.end_access(found, somebody, by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
            return redirect("person", number, pk)
        messages.success(request, f"{somebody.name} no longer has access to {found.name}.")
        return redirect("home") if somebody == request.user else redirect("people", number)
    return render(request, "centres/person_end.html", {"row": row_of(somebody), "centre": found})


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
def person_reset(request, number, pk):
    """Ask first, then reset two-step verification for somebody who has lost it."""
    found, somebody = _find(request, number, pk)
    if request.method == "POST":
        try:
            actions.reset_second_step(found, somebody, by=request.user)
            messages.success(
                request,
                f"Two-step verification reset for {somebody.name}. They will be asked to set it up again.",
            )
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
        return redirect("person", number, pk)
    return render(request, "centres/person_reset.html", {"row": row_of(somebody), "centre": found})


@signed_in
@with_fresh_factor
@require_POST
@once
def offer_again(request, number, pk):
    """Send a new link to somebody who has not accepted the invitation yet."""
    return _change_offer(request, number, pk, actions.send_offer_again, "New invitation sent.")


@signed_in
@with_fresh_factor
@require_POST
def offer_end(request, number, pk):
    """Withdraw an invitation."""
    return _change_offer(request, number, pk, actions.take_back_offer, "Invitation withdrawn.")


def _change_offer(request, number, pk, verb, words: str):
    found = open_centre(request, number, needs=Permission.MANAGE_PEOPLE)
    try:
        verb(get_object_or_404(found.role_offers, pk=pk), by=request.user)
        messages.success(request, words)
    except TransitionRefused as refusal:
        not_done(request)
        messages.error(request, refusal.for_people())
    return redirect("people", number)


def _find(request, number, pk):
    """(centre, person), for those who manage its people."""
    found = open_centre(request, number, needs=Permission.MANAGE_PEOPLE)
    return found, get_object_or_404(people_of(found), pk=pk)
