"""What workers do for portfolios."""

from celery import shared_task

from portal.accounts.mailing import letter
from portal.accounts.models import Topic


@shared_task(name="portfolios.tasks.run_out")
def run_out() -> None:
    """Every hour: let files go that nobody sorted. Safe to run twice."""
    from .sorting import confirming

    confirming.run_out()


@letter("work_message", topic=Topic.WORK)
def work_message(event) -> dict:
    """That somebody wrote about a unit."""
    return {"message": event.subject, "work": event.subject.assignment}


@letter("work_handed_in", topic=Topic.HANDED_IN)
def work_handed_in(event) -> dict | None:
    """That work waits to be marked; none once it was marked or returned."""
    work = event.subject
    if work.state != work.State.HANDED_IN:
        return None
    on_behalf_by = event.who if event.by_id != work.candidate.user_id else ""
    return {"work": work, "on_behalf_by": on_behalf_by}
