"""Questions about centres, answered without writing."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.models import Award, EntryRoute, Qualification

from .models import Centre, EntryOrder, Fee, OrderLine, Product
from .states import ApprovalState


def is_barred(user: User | None) -> bool:
    """Whether this account may not work at a centre, as it belongs to a moderator or to awarding-body staff."""
    return user is not None and (user.is_staff or hasattr(user, "moderator"))


def why_not_at_a_centre(user: User | None) -> str:
    """Why the owner of this account (None: there is none yet) cannot accept roles at a centre; empty if they can."""
    if is_barred(user):
        return (
            "The account with this address belongs to a moderator or to the awarding body, so it cannot be used at a "
            "centre. Ask the centre to invite you at another address. The awarding body has been told."
        )
    if user is not None and not user.is_active:
        return "The account with this address is closed. Ask the awarding body to open it again."
    return ""


def unit_prices(on: date) -> dict[int, Decimal]:
    """{qualification's key: price of a unit entry} on a day."""
    fees = Fee.objects.filter(product=Product.UNIT).on(on)
    return {fee.qualification_id: fee.price for fee in fees}


def may_order(centre: Centre, on: date) -> list[tuple[Qualification, Decimal]]:
    """(qualification, price of a unit entry) that `centre` can order: approved, open for entry, and priced."""
    prices = unit_prices(on)
    approved = Qualification.objects.filter(
        approvals__centre=centre,
        approvals__state=ApprovalState.APPROVED,
        entry_route=EntryRoute.UNNAMED,
        pk__in=prices,
    )
    return [(found, prices[found.pk]) for found in approved if found.is_open_for_entry(on)]


def enters_by_name(centre: Centre) -> bool:
    """Whether the centre was ever approved for a qualification of the named route."""
    return centre.approvals.filter(qualification__entry_route=EntryRoute.NAMED).exists()


def may_enter(centre: Centre, on: date) -> list[tuple[Award, Decimal]]:
    """(award, price) under whose scheme code `centre` can enter candidates by name.

    Its qualification is approved and open for entry, its code confirmed, and a fee is set.
    """
    prices = named_prices(on)
    approved = Award.objects.filter(
        qualification__approvals__centre=centre,
        qualification__approvals__state=ApprovalState.APPROVED,
        qualification__entry_route=EntryRoute.NAMED,
        is_provisional=False,
        pk__in=prices,
    ).select_related("qualification")
    return [(found, prices[found.pk]) for found in approved if found.qualification.is_open_for_entry(on)]


def named_prices(on: date) -> dict[int, Decimal]:
    """{award's key: price of a named entry under its scheme code} on a day."""
    return {fee.award_id: fee.price for fee in Fee.objects.named_on(on) if fee.award_id}


def lines_at_todays_fees(order: EntryOrder) -> list[OrderLine]:
    """The lines of an order, those of a draft at the price they would be submitted at; nothing is saved."""
    lines = list(order.lines.select_related("qualification", "award"))
    if order.state == EntryOrder.State.DRAFT:
        today = timezone.localdate()
        units, named = unit_prices(today), named_prices(today)
        for line in lines:
            price = named.get(line.award_id) if line.award_id else units.get(line.qualification_id)
            line.unit_price = line.unit_price if price is None else price
    return lines


def why_not_orderable(order: EntryOrder) -> str:
    """Why the lines of a draft cannot be submitted now; empty if they can."""
    today = timezone.localdate()
    open_now = {qualification for qualification, _ in may_order(order.centre, today)}
    codes = {award for award, _ in may_enter(order.centre, today)}
    closed = [
        line.qualification
        for line in order.lines.select_related("qualification", "award")
        if (line.award not in codes if line.award else line.qualification not in open_now)
    ]
    if not closed:
        return ""
    approvals = order.centre.approvals.current().values_list("qualification_id", flat=True)
    unapproved = [qualification for qualification in closed if qualification.pk not in set(approvals)]
    names = ", ".join(map(str, unapproved or closed))
    if unapproved:
        return f"Your centre is not approved for {names}."
    return f"{names} can no longer be ordered. Change the draft."
