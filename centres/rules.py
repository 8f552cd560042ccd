"""Answers about centres, without writing."""

from datetime import date
from decimal import Decimal

from portal.catalogue.models import EntryRoute, Qualification

from .models import Centre, Fee


def may_order(centre: Centre, on: date) -> list[tuple[Qualification, Decimal]]:
    """(qualification, price of a unit entry) that `centre` can order: approved, open for entry, and priced."""
    prices = {fee.qualification_id: fee.price for fee in Fee.objects.on(on)}
    approved = Qualification.objects.filter(
        approvals__centre=centre, approvals__state="approved", entry_route=EntryRoute.UNNAMED, pk__in=prices
    )
    return [(found, prices[found.pk]) for found in approved if found.is_open_for_entry(on)]
