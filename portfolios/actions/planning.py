"""Save the plan and the review while the work is open; comment on them."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..models import PAPERS, Assignment, Plan, PlanningComment, Review


class StalePaper(Exception):
    """Somebody changed the plan or the review after the page was opened; nothing was written."""

    def __init__(self, newest: Plan | Review):
        super().__init__(str(newest))
        self.newest = newest


@transaction.atomic
def save_paper(assignment: Assignment, paper: str, texts: dict[str, str], *, seen: str, by: User) -> bool:
    """Save the texts of the plan or the review; returns whether anything changed.

    `seen`: the `text_mark` of the page they were typed in. Raises StalePaper if somebody changed them since, and
    TransitionRefused once the work is handed in.
    """
    assignment.lock()
    if not assignment.is_open:
        raise TransitionRefused(
            f"The work is “{assignment.get_state_display()}”, so the {paper} cannot be changed."
        )
    kind = PAPERS[paper]
    held = kind.objects.filter(assignment=assignment).first() or kind(assignment=assignment)
    before = held.texts()
    if before == texts:
        return False
    if seen != held.text_mark():
        raise StalePaper(held)
    for name, text in texts.items():
        setattr(held, name, text)
    held.updated_at, held.updated_by = timezone.now(), by
    if assignment.state == Assignment.State.ASSIGNED:
        assignment.move("begin", by=by)
    held.save()
    # Both texts, so that what somebody else typed can be found again.
    changed = {name: [before[name], text] for name, text in texts.items() if before[name] != text}
    audit.record(f"change {paper}", held, by=by, changed=changed)
    return True


@transaction.atomic
def comment_on_paper(assignment: Assignment, paper: str, text: str, *, by: User) -> PlanningComment:
    """Add a tutor's comment on the plan or the review."""
    comment = PlanningComment.objects.create(assignment=assignment, paper=paper, text=text, by=by)
    audit.record(f"comment on {paper}", assignment, by=by)
    return comment


def as_handed_in(assignment: Assignment) -> dict[str, list[list[str]]]:
    """{"plan": [[label, text], …], "review": […]} as they are now: what a hand-in keeps. Empty ones are left out."""
    found = {name: kind.objects.filter(assignment=assignment).first() for name, kind in PAPERS.items()}
    kept = {name: paper.answers() for name, paper in found.items() if paper}
    return {name: answers for name, answers in kept.items() if answers}
