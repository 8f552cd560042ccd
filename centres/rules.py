"""Answers about centres, without writing."""

from datetime import date
from decimal import Decimal

from portal.catalogue.models import Award, EntryRoute, Qualification

from .models import Centre, Fee


def may_order(centre: Centre, on: date) -> list[tuple[Qualification, Decimal]]:
    """(qualification, price of a unit entry) that `centre` can order: approved, open for entry, and priced."""
    prices = {fee.qualification_id: fee.price for fee in Fee.objects.on(on)}
    approved = Qualification.objects.filter(
        approvals__centre=centre, approvals__state="approved", entry_route=EntryRoute.UNNAMED, pk__in=prices
    )
    return [(found, prices[found.pk]) for found in approved if found.is_open_for_entry(on)]


def enters_by_name(centre: Centre) -> bool:
    """Whether the centre was ever approved for a qualification of the named route."""
    return centre.approvals.filter(qualification__entry_route=EntryRoute.NAMED).exists()


def may_enter(centre: Centre, on: date) -> list[tuple[Award, Decimal]]:
    """(award, price) under whose scheme code `centre` can enter candidates by name.

    Its qualification is approved and open for entry, its code confirmed, and a fee is set.
    """
    prices = {fee.award_id: fee.price for fee in Fee.objects.named_on(on)}
    approved = Award.objects.filter(
        qualification__approvals__centre=centre,
        qualification__approvals__state="approved",
        qualification__entry_route=EntryRoute.NAMED,
        is_provisional=False,
        pk__in=prices,
    ).select_related("qualification")
    return [(found, prices[found.pk]) for found in approved if found.qualification.is_open_for_entry(on)]
