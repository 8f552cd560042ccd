"""What workers do for centres: print statements of entries, write letters."""

from portal.accounts.mailing import letter
from portal.accounts.models import Topic
from portal.kit.outbox import handles


@handles("print-statement")
def print_statement(statement_id: int) -> None:
    """Print one statement of entries. Safe to run twice."""
    from portal.kit.printing import print_once

    from .models import StatementOfEntries

    print_once(StatementOfEntries.objects.get(pk=statement_id))


@letter("application_decision", topic=Topic.APPROVAL)
def application_decision(event) -> dict:
    """What was decided about an application."""
    application = event.subject
    return {"application": application, "qualifications": application.qualifications.all()}


@letter("order_decision", topic=Topic.ENTRIES)
def order_decision(event) -> dict:
    """What became of an order."""
    return {"order": event.subject}


@letter("role_given", topic=Topic.ACCOUNT)
def role_given(event) -> dict | None:
    """That somebody who has an account got a role; none if it was ended meanwhile."""
    membership = event.subject
    return None if membership.ended_at else {"membership": membership, "event": event}
