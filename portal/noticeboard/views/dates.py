"""Key dates: the list, the feed, a single date for a calendar."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from portal.catalogue.models import Qualification
from portal.kit.paging import paginate

from .. import calendars
from ..forms import DatesForm
from ..models import KeyDate
from .answers import download, feed

KEPT = timedelta(days=366)  # how long a past date stays in the feed


def key_dates(request):
    """By month, the next first; past dates, the latest first."""
    form = DatesForm(request.GET)
    qualification, past = form.chosen("qualification"), form.chosen("show") == "past"
    today = timezone.localdate()
    dates = KeyDate.objects.visible_to(request.user).prefetch_related("qualifications")
    dates = dates.over(today).order_by("-starts_on", "-pk") if past else dates.to_come(today)
    page = paginate(request, dates.about(qualification) if qualification else dates, 50)
    address = reverse("dates-calendar") + (f"?qualification={qualification.code}" if qualification else "")
    context = {
        "form": form,
        "page": page,
        "qualification": qualification,
        "is_past": past,
        "is_filtered": bool(qualification or past),
        "next": None if past or page.number > 1 else next((d for d in page if not d.is_cancelled), None),
        "feed": settings.SITE_URL + address,
        "webcal": "webcal:" + (settings.SITE_URL + address).split(":", 1)[1],
    }
    return render(request, "noticeboard/key_dates.html", context)


def calendar(request):
    """The public dates, or those for one qualification and for all, as a calendar to follow."""
    dates = KeyDate.objects.public().filter(starts_on__gte=timezone.localdate() - KEPT)
    name = calendars.feed_name("key dates")
    if code := request.GET.get("qualification"):
        qualification = get_object_or_404(Qualification, code=code)
        dates = dates.about(qualification)
        name = calendars.feed_name(f"key dates for {qualification}")
    # Of all dates, as one that left the feed has also changed it.
    changed_at = KeyDate.objects.aggregate(last=Max("changed_at"))["last"]
    return feed(request, calendars.of_dates(dates, name=name), changed_at=changed_at)


def one(request, pk):
    date = get_object_or_404(KeyDate.objects.visible_to(request.user), pk=pk)
    return download(calendars.of_dates([date], name=date.title), f"date-{date.pk}.ics")
