"""The fees list, public and dated."""

from django.shortcuts import render
from django.utils import timezone

from ..forms import FeesForm
from ..rules import entry_fees, service_fees


def fees(request):
    """What entries and services cost on `?on=`, or today, and what changes after that day."""
    form = FeesForm(request.GET or None)
    today = timezone.localdate()
    on = form.chosen("on") or today
    entries = entry_fees(on)
    context = {
        "form": form,
        "on": on,
        "is_today": on == today,
        "entries": entries,
        "services": service_fees(on),
        "may_order": request.user.is_authenticated and entries,
    }
    return render(request, "noticeboard/fees.html", context)
