"""Answers about centres, without writing."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from portal.catalogue.models import EntryRoute, Qualification

from .models import Centre, EntryOrder, Fee, OrderLine, Product


def unit_prices(on: date) -> dict[int, Decimal]:
    """{qualification's key: price of a unit entry} on a day."""
    fees = Fee.objects.filter(product=Product.UNIT).on(on)
    return {fee.qualification_id: fee.price for fee in fees}


def may_order(centre: Centre, on: date) -> list[tuple[Qualification, Decimal]]:
    """(qualification, price of a unit entry) that `centre` can order: approved, open for entry, and priced."""
    prices = unit_prices(on)
    approved = Qualification.objects.filter(
        approvals__centre=centre, approvals__state="approved", entry_route=EntryRoute.UNNAMED, pk__in=prices
    )
    return [(found, prices[found.pk]) for found in approved if found.is_open_for_entry(on)]


def lines_at_todays_fees(order: EntryOrder) -> list[OrderLine]:
    """The lines of an order, those of a draft at the price they would be sent at; nothing is saved."""
    lines = list(order.lines.select_related("qualification"))
    if order.state == EntryOrder.State.DRAFT:
        prices = unit_prices(timezone.localdate())
        for line in lines:
            if line.product == Product.UNIT:
                line.unit_price = prices.get(line.qualification_id, line.unit_price)
    return lines


def why_not_orderable(order: EntryOrder) -> str:
    """Why the lines of a draft cannot be sent now; empty when they can."""
    open_now = [qualification for qualification, _ in may_order(order.centre, timezone.localdate())]
    unit_lines = order.lines.filter(product=Product.UNIT).select_related("qualification")
    closed = [line.qualification for line in unit_lines if line.qualification not in open_now]
    if not closed:
        return ""
    approvals = order.centre.approvals.filter(state="approved").values_list("qualification_id", flat=True)
    unapproved = [qualification for qualification in closed if qualification.pk not in set(approvals)]
    names = ", ".join(map(str, unapproved or closed))
    if unapproved:
        return f"Your centre is not approved for {names}."
    return f"{names} can no longer be ordered. Change the draft."
