"""Apply for approval: a new centre without an account, a known one signed in."""

from django.contrib import messages
from django.shortcuts import redirect, render

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.throttle import is_too_often

from .. import actions
from ..access import open_centre
from ..forms import ApplicationForm


def apply(request):
    """The public form, for a centre that is new to the portal."""
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and is_too_often(request, "apply", a_minute=10):
        form.add_error(
            None, "Many applications came from your network just now. Wait a minute and send it again."
        )
    if request.method == "POST" and form.is_valid():
        application = form.application()
        actions.apply_for_approval(application, form.cleaned_data["qualifications"], by=request.user)
        request.session["applied_as"] = application.contact_email
        return redirect("applied")
    return render(request, "centres/apply.html", {"form": form})


def applied(request):
    return render(request, "centres/applied.html", {"email": request.session.get("applied_as")})


@signed_in
def centre_apply(request, number):
    """Apply for more qualifications."""
    centre = open_centre(request, number, needs=Permission.APPLY)
    start = {"contact_name": request.user.name, "contact_email": request.user.email}
    form = ApplicationForm(request.POST or None, centre=centre, initial=start)
    if request.method == "POST" and form.is_valid():
        actions.apply_for_approval(form.application(), form.cleaned_data["qualifications"], by=request.user)
        messages.success(request, "The application was sent. The decision comes by e-mail and is shown here.")
        return redirect(centre)
    return render(request, "centres/apply.html", {"form": form, "centre": centre})
