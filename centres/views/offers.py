"""The page on which somebody accepts roles at a centre: whoever has the link owns the address."""

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.accounts import links
from portal.accounts.forms import NewPasswordForm
from portal.accounts.keeping import takes_secrets
from portal.accounts.models import User
from portal.accounts.views import let_in
from portal.kit.stateful import TransitionRefused

from .. import actions, rules

ROUTE = "role-offer"


@takes_secrets("password1", "password2")
@never_cache
@require_http_methods(["GET", "POST"])
def offer(request, pk, token):
    """Accept or decline: signed in as the owner of the address, or by choosing a first password."""
    found = actions.find_offer(pk, links.secret_of(request, ROUTE, pk, token))
    if found is None:
        return render(request, "centres/offer_over.html", status=410)
    if answer := links.hidden(request, ROUTE, pk, token):
        return answer
    owner = User.objects.filter(email=found.email).first()
    if refusal := rules.why_not_at_a_centre(owner):
        return render(request, "centres/offer_refused.html", {"offer": found, "refusal": refusal})
    if owner is None or not owner.has_usable_password():
        return _join(request, found, owner)
    if request.user.is_anonymous:
        return redirect_to_login(request.path, "sign-in")
    if request.user != owner:
        return render(request, "centres/offer_of_another.html", {"offer": found})
    return _answer(request, found)


def _join(request, found, owner):
    user = owner or User(name=found.name, email=found.email)
    form = NewPasswordForm(request.POST if request.method == "POST" else None, user=user)
    if form.is_valid():
        try:
            user = actions.join_by_offer(found, form.cleaned_data["password1"])
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
            return redirect(request.path)
        links.forget(request, ROUTE, found.pk)
        messages.success(request, "Your password is set and you are signed in.")
        return let_in(request, user)
    return render(request, "centres/offer_join.html", {"form": form, "offer": found})


def _answer(request, found):
    if request.method != "POST":
        return render(request, "centres/offer.html", {"offer": found})
    try:
        if "decline" in request.POST:
            actions.decline_offer(found, by=request.user)
            messages.success(request, f"You have declined the invitation from {found.centre.name}.")
        else:
            actions.accept_offer(found, request.user)
            messages.success(request, f"You can now work at {found.centre.name}.")
            request.session["centre"] = found.centre.number
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return redirect(request.path)
    links.forget(request, ROUTE, found.pk)
    return redirect("home")
