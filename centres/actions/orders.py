"""Verbs of orders: save, send, process, refuse."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.catalogue.models import Qualification
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from .. import ledger
from ..models import Approval, EntryOrder, Fee, OrderLine, Product, StatementOfEntries


@transaction.atomic
def save_order(order: EntryOrder, quantities: dict[Qualification, int], *, by: User) -> EntryOrder:
    """Save a draft with one line for each quantity above 0, at today's fee. Raises TransitionRefused if not a draft."""
    prices = {fee.qualification_id: fee.price for fee in Fee.objects.on(timezone.localdate())}
    is_new = order.pk is None
    if is_new:
        order.created_by = by
        order.save()
    else:
        typed = order.order_number
        order.lock()
        if order.state != EntryOrder.State.DRAFT:
            raise TransitionRefused("The order was submitted meanwhile and can no longer be changed.")
        order.order_number = typed
        order.save(update_fields=["order_number"])
        order.lines.exclude(product=Product.NAMED).delete()  # those are changed with their names
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, qualification=qualification, quantity=quantity, unit_price=prices[qualification.pk]
        )
        for qualification, quantity in quantities.items()
        if quantity
    )
    audit.record("create order" if is_new else "change order", order, by=by, after=order.state)
    return order


@transaction.atomic
def submit_order(order: EntryOrder, *, by: User) -> None:
    """Send the order. Raises TransitionRefused without lines, or where approval was withdrawn meanwhile."""
    order.move("submit", by=by)
    unapproved = [
        line.qualification
        for line in order.lines.select_related("qualification")
        if not Approval.objects.current()
        .filter(centre=order.centre, qualification=line.qualification)
        .exists()
    ]
    if unapproved:
        names = ", ".join(map(str, unapproved))
        raise TransitionRefused(f"Your centre is not approved for {names}.")


@transaction.atomic
def process_order(order: EntryOrder, *, by: User) -> StatementOfEntries:
    """Credit the entries and issue the statement of entries, which a worker prints."""
    event = order.move("process", by=by)
    ledger.grant(order, by=by)
    statement = StatementOfEntries.objects.create(
        number=f"SE-{order.centre.number}-{order.pk:06d}",
        order=order,
        centre_number=order.centre.number,
        centre_name=order.centre.name,
        order_number=order.order_number,
        lines=[_statement_line(order, line) for line in order.lines.select_related("qualification", "award")],
    )
    outbox.due("print-statement", statement)
    tell("order_decision", event, to=[order.submitted_by])
    return statement


def _statement_line(order: EntryOrder, line: OrderLine) -> dict:
    """`available` is None for named entries, of which there is no stock."""
    what = line.award or line.qualification
    return {
        "code": what.code,
        "title": what.title,
        "level": line.qualification.level,
        "product": Product(line.product).label,
        "quantity": line.quantity,
        "unit_price": str(Decimal(line.unit_price)),
        "available": None if line.award else ledger.account_of(order.centre, line.qualification).available,
    }


@transaction.atomic
def refuse_order(order: EntryOrder, *, by: User, why: str) -> None:
    """Refuse, with the reason that the centre sees."""
    order.reason = why
    order.save(update_fields=["reason"])
    event = order.move("refuse", by=by, why=why)
    tell("order_decision", event, to=[order.submitted_by])
