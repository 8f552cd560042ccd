"""The fees list, public and dated."""

from django.shortcuts import render
from django.utils import timezone

from ..forms import FeesForm
from ..rules import entry_fees, service_fees


def fees(request):
    """What entries and services cost on `?on=`, or today, and what changes after that day."""
    today = timezone.localdate()
    form = FeesForm(request.GET or None, initial={"on": today})
    on = form.chosen("on") or today
    context = {
        "form": form,
        "on": on,
        "is_today": on == today,
        "entries": entry_fees(on),
        "services": service_fees(on),
    }
    return render(request, "noticeboard/fees.html", context)
