"""The candidate's home: what to do, all their units, and their progress towards an award."""

from datetime import timedelta

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from portal.accounts.keeping import signed_in
from portal.noticeboard.rules import news_for

from .. import rules
from ..models import Assignment, WorkspaceFile
from ..refusals import show_refusals

State = Assignment.State
GROUPS = [  # (heading, what it means, states), in the order in which the candidate should read them
    ("Returned to you", "Your tutor has read the work and says what is still to do.", [State.RETURNED]),
    ("To do", "", [State.IN_PROGRESS, State.ASSIGNED]),
    ("Handed in", "These are with your tutor. You cannot change them for now.", [State.HANDED_IN]),
    (
        "Achieved",
        "Your centre has recorded these units as achieved and claims them.",
        [State.ACHIEVED, State.CLAIMED],
    ),
    ("Confirmed", "The result stands.", [State.CONFIRMED]),
]
DUE_DAYS = 14  # ahead, within which a unit counts as due
NARROWED = {"returned": "Returned to you", "due": f"Due within {DUE_DAYS} days, or late"}  # ?show=: words


@signed_in
def my_work(request):
    """Not paged: a candidate has at most the units of their levels."""
    candidate = get_object_or_404(Candidate.objects.select_related("centre"), user=request.user)
    work = list(Assignment.objects.own(request.user).for_lists().for_awards().with_messages(request.user))
    show_refusals(work)
    today = timezone.localdate()
    waiting = {
        "returned": [found for found in work if found.state == State.RETURNED],
        "due": [found for found in work if rules.is_due(found, today + timedelta(days=DUE_DAYS))],
    }
    show = request.GET.get("show")
    chosen = waiting.get(show, work)
    groups = [
        (
            heading,
            words,
            [(found, rules.is_late(found, today)) for found in _by_due(chosen) if found.state in states],
        )
        for heading, words, states in GROUPS
    ]
    context = {
        "candidate": candidate,
        "tiles": _tiles(request.user, work, waiting),
        "show": NARROWED.get(show),
        "groups": [group for group in groups if group[2]],
        "towards": rules.towards_awards(work, rules.certificated(candidate)),
        "news": news_for(request.user),
    }
    return render(request, "portfolios/my_work.html", context)


def _tiles(user, work, waiting) -> list[dict]:
    """Counts, each with a link to the list behind it."""
    here = reverse("my-work")
    unread = sum(bool(found.unread) for found in work)
    counts = [
        (len(waiting["returned"]), NARROWED["returned"], f"{here}?show=returned"),
        (len(waiting["due"]), NARROWED["due"], f"{here}?show=due"),
        (unread, "Units with unread messages", f"{reverse('my-messages')}?show=unread"),
        (WorkspaceFile.objects.own(user).count(), "Files in your workspace", reverse("workspace")),
    ]
    return [{"count": count, "label": label, "url": url} for count, label, url in counts]


def _by_due(work):
    """Soonest due first; those without a date last, by unit."""
    return sorted(work, key=lambda found: (found.due_on is None, found.due_on or 0, found.unit.number))
