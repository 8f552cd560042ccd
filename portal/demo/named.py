"""Harbour enters some of its older candidates by name for a Cambridge Technical."""

from datetime import date
from decimal import Decimal

from candidates import actions as candidate_actions
from centres import actions as centre_actions
from centres.models import Fee, Product
from portal.catalogue.models import Award, Qualification

from .people import HARBOUR, JOANNE, KWAME, LEVEL_3

SUBJECT = "CT-DM-2016-L3"
PRICES = {"05843": "40.00", "05844": "75.00", "05845": "110.00", "05846": "140.00"}  # placeholders


def subject() -> Qualification:
    return Qualification.objects.get(code=SUBJECT)


def fees() -> None:
    for code, price in PRICES.items():
        award = Award.objects.get(code=code)
        Fee.objects.create(
            qualification=award.qualification,
            product=Product.NAMED,
            award=award,
            price=Decimal(price),
            valid_from=date(2020, 9, 1),
        )


def entered() -> None:
    """Five of a group are entered; one changes to a larger size, one leaves, and an order for one more is a draft."""
    by, centre = JOANNE.user, HARBOUR.row
    group = list(centre.groups.get(name=LEVEL_3).candidates.order_by("number"))
    small, large = Award.objects.get(code="05843"), Award.objects.get(code="05844")
    order = candidate_actions.start_named_order(centre, "HSFC-2026-0431", by=by)
    first = candidate_actions.enter_candidates(order, small, group[:3], by=by)
    candidate_actions.enter_candidates(order, large, group[3:5], by=by)
    centre_actions.submit_order(order, by=by)
    centre_actions.process_order(order, by=KWAME.user)
    larger = candidate_actions.transfer_entry(
        first[0], large, by=by, why="Will take two years instead of one.", order_number="HSFC-2026-0438"
    )
    centre_actions.process_order(larger.order_line.order, by=KWAME.user)
    candidate_actions.withdraw_entry(first[1], by=by, why="Moved away in October.")
    draft = candidate_actions.start_named_order(centre, "HSFC-2026-0460", by=by)
    candidate_actions.enter_candidates(draft, small, group[5:], by=by)
