"""The candidate's own list: what waits for whom, and how far it goes towards an award."""

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from candidates.models import Candidate
from portal.accounts.keeping import signed_in

from .. import rules
from ..models import Assignment

State = Assignment.State
GROUPS = [  # (heading, what it means, states), in the order in which the candidate should look at them
    ("Returned to you", "Your tutor has read it and says what is still to do.", [State.RETURNED]),
    ("To do", "", [State.IN_PROGRESS, State.ASSIGNED]),
    ("Handed in", "Your tutor has it. You cannot change it for now.", [State.HANDED_IN]),
    ("Achieved", "Your centre has recorded these units and claims them.", [State.ACHIEVED, State.CLAIMED]),
    ("Confirmed", "The result stands.", [State.CONFIRMED]),
]


@signed_in
def my_work(request):
    """Not paged: a candidate has at most the units of the levels they take."""
    candidate = get_object_or_404(Candidate.objects.select_related("centre"), user=request.user)
    work = list(Assignment.objects.own(request.user).for_lists().for_awards())
    today = timezone.localdate()
    groups = [
        (
            heading,
            words,
            [(found, rules.is_late(found, today)) for found in _by_due(work) if found.state in states],
        )
        for heading, words, states in GROUPS
    ]
    context = {
        "candidate": candidate,
        "groups": [group for group in groups if group[2]],
        "towards": rules.towards_awards(work),
    }
    return render(request, "portfolios/my_work.html", context)


def _by_due(work):
    """The soonest due first; without a date last, by unit."""
    return sorted(work, key=lambda found: (found.due_on is None, found.due_on or 0, found.unit.number))
