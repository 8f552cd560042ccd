"""What workers do for centres: print papers, propose what has expired, send decisions."""

from celery import shared_task

from portal.kit.outbox import handles


@handles("print-statement")
def print_statement(statement_id: int) -> None:
    """Print one statement of entries. Safe to run twice."""
    from portal.kit.printing import print_once

    from .models import StatementOfEntries

    print_once(StatementOfEntries.objects.get(pk=statement_id))


@handles("print-invoice")
def print_invoice(invoice_id: int) -> None:
    """Print one invoice. Safe to run twice."""
    from portal.kit.printing import print_once

    from .models import Invoice

    print_once(Invoice.objects.get(pk=invoice_id))


@shared_task(ignore_result=True)
def propose_expiries() -> None:
    """Propose that entries left after their last certification date expire. Safe to run twice."""
    from . import actions

    actions.propose_expiries()


@handles("send-application-decision")
def send_application_decision(application_id: int) -> None:
    """Tell the applicant what was decided."""
    from portal.kit.mail import send

    from .models import Application

    application = Application.objects.select_related("centre").get(pk=application_id)
    send(
        "application_decision",
        to=application.contact_email,
        context={"application": application, "qualifications": application.qualifications.all()},
    )


@handles("send-order-decision")
def send_order_decision(order_id: int) -> None:
    """Tell the person who submitted the order what became of it."""
    from portal.kit.mail import send

    from .models import EntryOrder

    order = EntryOrder.objects.select_related("centre", "submitted_by").get(pk=order_id)
    send(
        "order_decision",
        to=order.submitted_by.email if order.submitted_by else None,
        context={"order": order},
    )
