"""The page on which people choose when they want which e-mails."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from . import mailing
from .forms import MailSettingsForm
from .keeping import signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def mail_settings(request):
    if not request.user.email:
        raise Http404("Candidates get no e-mails.")
    form = MailSettingsForm(request.POST if request.method == "POST" else None, user=request.user)
    if form.is_valid():
        mailing.set_timings(request.user, form.timings())
        messages.success(request, "Your choice has been saved. It applies to e-mails from now on.")
        return redirect("account-home")
    context = {
        "form": form,
        "digest_hour": settings.DIGEST_HOUR,
        "breadcrumbs": [("Your account", reverse("account-home")), ("Your e-mails", None)],
    }
    return render(request, "accounts/mail_settings.html", context)
