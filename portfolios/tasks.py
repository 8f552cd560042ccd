"""What workers do for portfolios."""

from celery import shared_task

from portal.accounts.mailing import letter
from portal.accounts.models import Topic


@shared_task(name="portfolios.tasks.run_out")
def run_out() -> None:
    """Every hour: delete files that nobody sorted in time. Safe to run twice."""
    from .sorting import confirming

    confirming.run_out()


@letter("work_message", topic=Topic.WORK)
def work_message(event) -> dict:
    """An e-mail that somebody wrote about a unit."""
    message = event.subject
    return {"message": message, "work": message.assignment, "has_tutors": _has_tutors(message.assignment)}


def _has_tutors(work) -> bool:
    """Whether anybody can mark and answer; if not, the e-mail goes to those who can change that."""
    from centres.access import people_who_may
    from portal.accounts.roles import Permission

    return people_who_may(Permission.MARK_WORK, at=work.candidate.centre).filter(is_active=True).exists()


@letter("work_handed_in", topic=Topic.HANDED_IN)
def work_handed_in(event) -> dict | None:
    """An e-mail that work is ready to mark; none if it has been marked or returned."""
    work = event.subject
    if work.state != work.State.HANDED_IN:
        return None
    on_behalf_by = event.who if event.by_id != work.candidate.user_id else ""
    return {"work": work, "on_behalf_by": on_behalf_by, "has_tutors": _has_tutors(work)}
