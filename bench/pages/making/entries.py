"""Orders, the stock of unnamed entries, and candidates entered by name."""

from datetime import date
from decimal import Decimal

from candidates import actions as candidate_actions
from centres import actions as centre_actions
from centres.models import EntryOrder, Fee, Product
from portal.catalogue.models import Award, Qualification

from .people import World

NAMED_AWARD = "05843"
LEVELS = ["IMEDIA-L1", "IMEDIA-L2", "IMEDIA-L3"]


def build(world: World) -> None:
    _fees()
    _orders(world)
    _named(world)


def _fees() -> None:
    since = date(2020, 9, 1)
    for qualification in Qualification.objects.filter(code__in=LEVELS):
        Fee.objects.create(qualification=qualification, price=Decimal(12), valid_from=since)
    award = Award.objects.get(code=NAMED_AWARD)
    Fee.objects.create(
        qualification=award.qualification,
        product=Product.NAMED,
        award=award,
        price=Decimal(40),
        valid_from=since,
    )


def _orders(world: World) -> None:
    """A processed order for each twenty candidates, together three times what one claim takes; a few others."""
    levels = list(Qualification.objects.filter(code__in=LEVELS))
    count = world.size.candidates // 20
    each = 15 * world.size.claimed // count + 1
    for number in range(1, count + 1):
        order = _order(world, f"PO-{number:04}", dict.fromkeys(levels, each))
        centre_actions.submit_order(order, by=world.officer)
        centre_actions.process_order(order, by=world.staff)
    _order(world, "PO-DRAFT", {levels[0]: 5})
    centre_actions.submit_order(_order(world, "PO-WAITS", {levels[0]: 5}), by=world.officer)
    refused = _order(world, "PO-REFUSED", {levels[1]: 5})
    centre_actions.submit_order(refused, by=world.officer)
    centre_actions.refuse_order(refused, by=world.staff, why="Ordered twice.")


def _order(world: World, number: str, quantities: dict[Qualification, int]) -> EntryOrder:
    return centre_actions.save_order(
        EntryOrder(centre=world.centre, order_number=number), quantities, by=world.officer
    )


def _named(world: World) -> None:
    """The last fifth of the candidates."""
    award = Award.objects.get(code=NAMED_AWARD)
    order = candidate_actions.start_named_order(world.centre, "PO-NAMED", by=world.officer)
    entered = world.candidates[-(world.size.candidates // 5) :]
    candidate_actions.enter_candidates(order, award, entered, by=world.officer)
    centre_actions.submit_order(order, by=world.officer)
    centre_actions.process_order(order, by=world.staff)
