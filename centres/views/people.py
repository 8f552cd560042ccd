"""The centre's own page, and the people who work there."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.accounts.actions import invite
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..access import may, open_centre
from ..forms import PersonForm


@signed_in
def centre(request, number):
    """What the centre is approved for, and its applications."""
    found = open_centre(request, number, needs=Permission.SEE_CENTRE)
    context = {
        "centre": found,
        "approvals": found.approvals.with_activity().select_related("qualification"),
        "applications": found.applications.prefetch_related("lines__qualification").select_related("letter"),
        "may_apply": may(request.user, Permission.APPLY, at=found),
    }
    return render(request, "centres/centre.html", context)


@signed_in
def people(request, number):
    found = open_centre(request, number, needs=Permission.SEE_CENTRE)
    memberships = found.memberships.active().with_invitations()
    context = {
        "centre": found,
        "page": paginate(request, memberships, 50),
        "may_manage": may(request.user, Permission.MANAGE_PEOPLE, at=found),
    }
    return render(request, "centres/people.html", context)


@signed_in
def person_add(request, number):
    found = open_centre(request, number, needs=Permission.MANAGE_PEOPLE)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        membership = actions.add_person(found, **form.cleaned_data, by=request.user)
        words = (
            "can work here now"
            if membership.user.has_usable_password()
            else "was sent an invitation by e-mail"
        )
        messages.success(request, f"{membership.user.name} {words}.")
        return redirect("people", number)
    return render(request, "centres/person_add.html", {"form": form, "centre": found})


@signed_in
def person_end(request, number, pk):
    """Ask first, then end somebody's role."""
    found = open_centre(request, number, needs=Permission.MANAGE_PEOPLE)
    membership = get_object_or_404(found.memberships.active().select_related("user"), pk=pk)
    if request.method == "POST":
        try:
            actions.end_membership(membership, by=request.user)
            messages.success(
                request, f"{membership.user.name} has no access as {membership.get_role_display()} now."
            )
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
        return redirect("people", number)
    return render(request, "centres/person_end.html", {"membership": membership, "centre": found})


@signed_in
@require_POST
def person_invite(request, number, pk):
    """Send the invitation again to somebody who has not accepted it."""
    found = open_centre(request, number, needs=Permission.MANAGE_PEOPLE)
    membership = get_object_or_404(found.memberships.active().select_related("user"), pk=pk)
    if membership.user.has_usable_password():
        messages.error(
            request, f"{membership.user.name} has signed in before. The sign-in page can reset a password."
        )
    else:
        invite(membership.user, by=request.user)
        messages.success(
            request, f"A new invitation goes to {membership.user.email}. The earlier one stopped working."
        )
    return redirect("people", number)
