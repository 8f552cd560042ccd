"""One person at more than one centre: which of them the navigation and the home page are about."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Role

from ..access import centre_of, centres_of, memberships_of


@signed_in
@require_http_methods(["GET", "POST"])
def change_centre(request):
    """The centres where the person works, with their roles there; choosing one leads to its home page."""
    if request.method == "POST":
        chosen = centre_of(request.user, request.POST.get("number", ""))
        request.session["centre"] = chosen.number
        messages.success(request, f"You are now working at {chosen.name}.")
        return redirect("home")
    roles: dict[int, list[str]] = {}
    for membership in memberships_of(request.user):
        roles.setdefault(membership.centre_id, []).append(Role(membership.role).label)
    rows = [(each, ", ".join(roles[each.pk])) for each in centres_of(request.user)]
    if not rows:
        raise Http404("Only people who work at a centre choose one.")
    return render(request, "centres/change_centre.html", {"rows": rows})
