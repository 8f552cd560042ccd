"""A candidate's units on their page at the centre (candidates/overview.py)."""

from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from candidates.overview import Part, Shown, shown_with_candidate
from candidates.querysets import WAITING
from centres.access import may
from portal.accounts.roles import Permission

from . import rules
from .models import Assignment
from .refusals import show_refusals
from .states import TO_DO

State = Assignment.State

WAITING.update(to_do=TO_DO, returned=[State.RETURNED], to_mark=[State.HANDED_IN], achieved=[State.ACHIEVED])


@shown_with_candidate
class Units(Part):
    """Every unit with its state, and how far they are towards an award. Not paged: at most those of their levels."""

    def show(self, candidate: Candidate, *, to) -> Shown | None:
        centre = candidate.centre
        if not may(to, Permission.SEE_WORK, at=centre):
            return None
        own = Assignment.objects.visible_to(to).filter(candidate=candidate)
        work = list(own.for_lists().for_awards().with_messages(to).order_by("unit__code"))
        show_refusals(work)
        today = timezone.localdate()
        may_mark = may(to, Permission.MARK_WORK, at=centre)
        number = centre.number
        of_theirs = f"?show=all&q={candidate.number}"
        return Shown(
            "Units",
            "portfolios/_units_of_candidate.html",
            {
                "rows": [(found, rules.is_late(found, today)) for found in work],
                "towards": rules.towards_awards(work, rules.certificated(candidate)),
            },
            to_do=_to_do(work) if may_mark else [],
            links=[("Find in candidates’ work", reverse("to-mark", args=[number]) + of_theirs)]
            if work
            else [],
        )


def _to_do(work: list[Assignment]) -> list[tuple[str, str]]:
    """What waits for a tutor: marking first, then messages."""
    to_mark = [
        (f"Mark {found.unit.code} {found.unit.title}", reverse("marking", args=[found.pk]))
        for found in work
        if found.state == State.HANDED_IN
    ]
    to_read = [
        (
            f"Read {found.unread} unread message{'' if found.unread == 1 else 's'} about {found.unit.code}",  # type: ignore[attr-defined]
            reverse("work-messages", args=[found.pk]),
        )
        for found in work
        if found.unread  # type: ignore[attr-defined]
    ]
    return to_mark + to_read
