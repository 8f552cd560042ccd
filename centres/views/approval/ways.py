"""Ways into an application: a link by e-mail for a centre that is new to the portal, signing in for the others."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.accounts import links
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.caching import forget_pages
from portal.kit.stateful import TransitionRefused
from portal.kit.throttle import is_too_often

from ... import actions
from ...access import APPLICATION_KEY, open_centre
from ...forms import StartForm
from ...models import Application


def apply(request):
    """Ask for the link. The answer is the same whatever the address."""
    form = StartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and is_too_often(request, "apply", a_minute=10):
        form.add_error(
            None, "Too many links were asked for from your network just now. Wait a minute and try again."
        )
    if request.method == "POST" and form.is_valid():
        actions.send_application_link(form.cleaned_data["email"])
        return redirect("apply-sent")
    return render(request, "centres/apply.html", {"form": form})


def apply_sent(request):
    return render(request, "centres/apply_sent.html")


@never_cache
def open_by_link(request, pk, token):
    """Ask before opening, as programs that scan e-mails follow links; then go to the application."""
    link = actions.find_link(pk, links.secret_of(request, "application-open", pk, token))
    if link is None:
        return render(request, "centres/application_link_over.html", status=410)
    if answer := links.hidden(request, "application-open", pk, token):
        return answer
    if request.method == "POST":
        try:
            application = actions.open_by_link(link)
        except TransitionRefused:
            return render(request, "centres/application_link_over.html", status=410)
        request.session.cycle_key()
        request.session[APPLICATION_KEY] = application.pk
        request.session.set_expiry(0)  # ends with the browser: computers are shared
        return redirect(application)
    return render(request, "centres/application_open.html", {"link": link})


@require_POST
def leave(request):
    """Close the application in this browser, so that the next person at the computer does not see it."""
    links.forget_all(request)
    if request.session.pop(APPLICATION_KEY, None):
        messages.success(
            request,
            "You have left the application. Your answers are saved. Use the link in your e-mail to open it again.",
        )
    answer = redirect("apply")
    forget_pages(answer)
    return answer


@signed_in
def centre_apply(request, number):
    """Start an application for a centre that uses the portal, or continue its draft."""
    centre = open_centre(request, number, needs=Permission.APPLY)
    if request.method == "POST":
        return redirect(actions.start_application(centre, by=request.user))
    context = {
        "centre": centre,
        "draft": centre.applications.filter(state=Application.State.DRAFT).first(),
        "waiting": centre.applications.open_ones().exclude(state=Application.State.DRAFT),
        "breadcrumbs": [("Centre", centre.get_absolute_url()), ("Apply for more qualifications", None)],
    }
    return render(request, "centres/centre_apply.html", context)
