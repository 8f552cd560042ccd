"""Actions on orders: save, delete, submit, withdraw, process, refuse."""

from collections.abc import Callable
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Permission
from portal.accounts.staff import staff_who_may
from portal.catalogue.models import Qualification
from portal.kit import audit, outbox
from portal.kit.constraints import constraint_of
from portal.kit.models import Event
from portal.kit.numbering import next_number
from portal.kit.stateful import TransitionRefused

from .. import ledger, rules
from ..access import people_to_tell
from ..models import EntryOrder, Invoice, OrderLine, Product, StatementOfEntries

MAY_PROCESS = "centres.change_entryorder"  # who is told of an order

# What rooms below do when an order is processed, in the same transaction: act(order, by=…). See `when_processed`.
PROCESSED: list[Callable[..., None]] = []


def when_processed(act: Callable[..., None]) -> Callable[..., None]:
    """Register what a room does with a processed order."""
    PROCESSED.append(act)
    return act


class OrderNumberTaken(TransitionRefused):
    """Another order of the centre has this order number."""


@transaction.atomic
def save_order(order: EntryOrder, quantities: dict[Qualification, int], *, by: User) -> EntryOrder:
    """Save a draft with one line for each quantity above 0, at today's fee.

    Raises OrderNumberTaken, and TransitionRefused if it is no longer a draft.
    """
    prices = rules.unit_prices(timezone.localdate())
    is_new = order.pk is None
    held = {} if is_new else _unit_entries(order)
    changed: dict[str, list[str]] = {}
    if is_new:
        order.created_by = by
        _save_numbered(order)
    else:
        typed = order.order_number
        order.lock()
        _refuse_unless_draft(order)
        if order.order_number != typed:
            changed["order_number"] = [order.order_number, typed]
        order.order_number = typed
        _save_numbered(order, update_fields=["order_number"])
        order.lines.filter(product=Product.UNIT).delete()  # named ones are changed with their names
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, qualification=qualification, quantity=quantity, unit_price=prices[qualification.pk]
        )
        for qualification, quantity in quantities.items()
        if quantity
    )
    if not is_new:
        changed |= _changes(held, _unit_entries(order))
    if is_new or changed:
        verb = "create order" if is_new else "change order"
        audit.record(verb, order, by=by, after=order.state, changed=changed)
    return order


def _unit_entries(order: EntryOrder) -> dict[str, int]:
    """{qualification: number of unit entries} on the order now."""
    lines = order.lines.filter(product=Product.UNIT).select_related("qualification")
    return {str(line.qualification): line.quantity for line in lines}


def _changes(before: dict[str, int], after: dict[str, int]) -> dict[str, list[str]]:
    """{qualification: [number before, number after]} of those that differ, for the audit trail."""
    return {
        name: [str(before.get(name, 0)), str(after.get(name, 0))]
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }


def _save_numbered(order: EntryOrder, **options) -> None:
    try:
        with transaction.atomic():
            order.save(**options)
    except IntegrityError as error:
        if constraint_of(error) != "order_number_once_at_centre":
            raise
        raise OrderNumberTaken("Your centre has already used this order number. Enter another.") from None


def _refuse_unless_draft(order: EntryOrder) -> None:
    if order.state != EntryOrder.State.DRAFT:
        raise TransitionRefused("The order has since been submitted and can no longer be changed.")


@transaction.atomic
def delete_order(order: EntryOrder, *, by: User) -> None:
    """Delete a draft; the audit trail records it. Raises TransitionRefused if the order is not a draft."""
    order.lock()
    _refuse_unless_draft(order)
    audit.record("delete order", order, by=by, before=order.state)
    order.lines.all().delete()
    order.delete()


@transaction.atomic
def submit_order(order: EntryOrder, *, by: User, total: Decimal | None = None) -> None:
    """Submit the order at today's fees.

    `total`: the price that the person agreed to. Raises TransitionRefused, and writes nothing, if there are no
    lines, if something can no longer be ordered, or if the price differs from `total`.
    """
    order.lock()
    lines = rules.lines_at_todays_fees(order)
    now = sum((line.price for line in lines), Decimal(0))
    if order.state == EntryOrder.State.DRAFT:
        refusal = rules.why_not_orderable(order)
        if refusal:
            raise TransitionRefused(refusal)
        if total is not None and now != total:
            raise TransitionRefused(f"A fee has changed: the total is now £{now}. Check the order again.")
        OrderLine.objects.bulk_update(lines, ["unit_price"])
    send_order(order, by=by)


@transaction.atomic
def send_order(order: EntryOrder, *, by: User) -> None:
    """Submit the order as it is, and tell the staff who process orders. Raises TransitionRefused."""
    event = order.move("submit", by=by)
    tell("order_received", event, to=staff_who_may(MAY_PROCESS))


def withdraw_order(order: EntryOrder, *, by: User) -> None:
    """Withdraw an order that has been submitted but not yet processed. Raises TransitionRefused if it is too late."""
    order.move("withdraw", by=by)


@transaction.atomic
def process_order(order: EntryOrder, *, by: User) -> StatementOfEntries:
    """Credit the entries, and issue the statement of entries and the invoice, which workers print."""
    event = order.move("process", by=by)
    ledger.grant(order, by=by)
    for act in PROCESSED:
        act(order, by=by)
    invoice = issue_invoice(order)
    statement = StatementOfEntries.objects.create(
        number=f"SE-{order.centre.number}-{order.pk:06d}",
        order=order,
        centre_number=order.centre.number,
        centre_name=order.centre.name,
        order_number=order.order_number,
        lines=[_statement_line(order, line) for line in order.lines.select_related("qualification", "award")],
    )
    outbox.due("print-statement", statement)
    outbox.due("print-invoice", invoice)
    _tell_decision(order, event)
    return statement


def _statement_line(order: EntryOrder, line: OrderLine) -> dict:
    """`available` is None for named entries, which have no stock."""
    available = None if line.award else ledger.account_of(order.centre, line.qualification).available
    return {**_paper_line(line), "available": available}


def _paper_line(line: OrderLine) -> dict:
    what = line.award or line.qualification
    return {
        "code": what.code,
        "title": what.title,
        "level": line.qualification.level,
        "product": line.product_name,
        "quantity": line.quantity,
        "unit_price": str(Decimal(line.unit_price)),
    }


def issue_invoice(order: EntryOrder) -> Invoice:
    """The invoice of an order, numbered without gaps within its year."""
    lines = list(order.lines.select_related("qualification", "award"))
    return Invoice.objects.create(
        number=next_number(Invoice.objects.all(), f"INV-{timezone.localdate():%y}-", digits=6),
        order=order,
        centre_number=order.centre.number,
        centre_name=order.centre.name,
        centre_address=order.centre.address,
        order_number=order.order_number,
        lines=[{**_paper_line(line), "price": str(line.price)} for line in lines],
        total=sum((line.price for line in lines), Decimal(0)),
    )


@transaction.atomic
def refuse_order(order: EntryOrder, *, by: User, why: str) -> None:
    """Refuse, with the reason that the centre sees."""
    order.reason = why
    order.save(update_fields=["reason"])
    event = order.move("refuse", by=by, why=why)
    _tell_decision(order, event)


def _tell_decision(order: EntryOrder, event: Event) -> None:
    people = people_to_tell([order.submitted_by_id], Permission.ORDER_ENTRIES, at=order.centre)
    tell("order_decision", event, to=people)
