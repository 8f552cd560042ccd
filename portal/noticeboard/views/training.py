"""Training: events, places at them, and requests for a training day."""

from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.db.models import Max
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from portal.accounts import links
from portal.kit.once import once
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, calendars
from ..forms import InterestForm, TrainingDayForm, TrainingForm
from ..models import Interest, TrainingEvent
from ..rules import who_is
from .answers import download, feed, link_is_over, may_send

ROUTE = "interest"
KEPT = timedelta(days=366)  # how long a past event stays in the feed


def events(request):
    """Upcoming or past events, below the person's own places."""
    form = TrainingForm(request.GET)
    qualification, past = form.chosen("qualification"), form.chosen("show") == "past"
    now = timezone.now()
    found = TrainingEvent.objects.visible_to(request.user).with_places().prefetch_related("qualifications")
    found = found.over(now).order_by("-starts_at", "-pk") if past else found.to_come(now)
    page = paginate(request, found.about(qualification) if qualification else found)
    mine = Interest.objects.visible_to(request.user).filter(event__ends_at__gt=now).select_related("event")
    address = settings.SITE_URL + reverse("training-calendar")
    context = {
        "form": form,
        "page": page,
        "is_past": past,
        "is_filtered": bool(qualification or past),
        "mine": mine.order_by("event__starts_at", "-sent_at")[:20],
        "feed": address,
        "webcal": "webcal:" + address.split(":", 1)[1],
    }
    return render(request, "noticeboard/training.html", context)


def event(request, pk):
    found = _event(request, pk)
    mine = Interest.objects.visible_to(request.user).filter(event=found).order_by("-sent_at").first()
    context = {"event": found, "mine": mine, "breadcrumbs": [_training(), (found.title, None)]}
    return render(request, "noticeboard/training_event.html", context)


def _training() -> tuple[str, str]:
    return "Training", reverse("training")


def _below(event: TrainingEvent, here: str) -> list[tuple]:
    return [_training(), (event.title, event.get_absolute_url()), (here, None)]


def _event(request, pk) -> TrainingEvent:
    rows = TrainingEvent.objects.visible_to(request.user).with_places().prefetch_related("qualifications")
    return get_object_or_404(rows, pk=pk)


def calendar(request):
    events = TrainingEvent.objects.visible_to(None).filter(ends_at__gte=timezone.now() - KEPT)
    changed_at = TrainingEvent.objects.aggregate(last=Max("changed_at"))["last"]
    content = calendars.of_training(events, name=calendars.feed_name("training"))
    return feed(request, content, changed_at=changed_at)


def one(request, pk):
    found = _event(request, pk)
    return download(calendars.of_training([found], name=found.title), f"training-{found.pk}.ics")


def ask(request, pk):
    """Ask for a place, signed in or not."""
    found = _event(request, pk)
    if not found.is_open:
        return redirect(found)
    form = InterestForm(
        request.POST if request.method == "POST" else None,
        initial=who_is(request.user),
        instance=Interest(event=found),
    )
    if may_send(request, form):
        try:
            actions.express_interest(form.save(commit=False), by=request.user)
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
            return redirect(found)
        request.session["asked_as"] = form.cleaned_data["email"]
        return redirect("training-interest-sent", pk)
    context = {"event": found, "form": form, "breadcrumbs": _below(found, "Ask for a place")}
    return render(request, "noticeboard/training_interest.html", context)


def asked(request, pk):
    context = {"event": _event(request, pk), "email": request.session.get("asked_as")}
    return render(request, "noticeboard/training_interest_sent.html", context)


def by_link(view):
    """Find the interest whose link was followed, and take the secret out of the address."""

    @wraps(view)
    def inner(request, pk, token):
        secret = links.secret_of(request, ROUTE, pk, token)
        if not secret:
            return link_is_over(request)
        interest = get_object_or_404(Interest.objects.select_related("event", "user"), pk=pk)
        if not interest.is_token(secret):
            raise Http404
        return links.hidden(request, ROUTE, pk, token) or view(request, interest)

    return inner


@by_link
def place(request, interest):
    """The status of somebody's place; reached by the link in their e-mail."""
    trail = _below(interest.event, "Your place")
    context = {"interest": interest, "opened": links.OPENED, "breadcrumbs": trail}
    return render(request, "noticeboard/place.html", context)


@by_link
def withdraw(request, interest):
    """Ask first, then withdraw."""
    back = reverse(ROUTE, args=[interest.pk, links.OPENED])
    if request.method != "POST":
        return render(request, "noticeboard/place_withdraw.html", {"interest": interest, "back": back})
    try:
        actions.withdraw_interest(interest, by=request.user)
        messages.success(request, "You have withdrawn. Thank you for telling us.")
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    return redirect(back)


@once
def request_day(request):
    form = TrainingDayForm(request.POST if request.method == "POST" else None, initial=who_is(request.user))
    if may_send(request, form):
        wanted = form.cleaned_data["qualifications"]
        sent = actions.request_training_day(form.save(commit=False), wanted, by=request.user)
        request.session["asked_as"] = sent.email
        return redirect("training-day-sent")
    context = {"form": form, "breadcrumbs": [_training(), ("Request a training day", None)]}
    return render(request, "noticeboard/training_day.html", context)


def request_sent(request):
    return render(request, "noticeboard/training_day_sent.html", {"email": request.session.get("asked_as")})
