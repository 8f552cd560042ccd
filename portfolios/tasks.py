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
