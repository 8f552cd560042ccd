"""Read-only answers about named entries: who can be entered for what, and what an entry can change to."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.utils import timezone

from centres.models import Approval, Centre
from centres.rules import may_enter, named_prices
from portal.catalogue.models import Award, Qualification

from .models import Candidate, NamedEntry


def sizes_on_offer(centre: Centre) -> list[Award]:
    """The scheme codes under which `centre` can enter candidates today."""
    return [award for award, _ in may_enter(centre, timezone.localdate())]


def to_enter(candidates: QuerySet[Candidate], qualification: Qualification) -> QuerySet[Candidate]:
    """Those of `candidates` without an entry for the qualification, live or on an order."""
    holding = NamedEntry.objects.holding().filter(award__qualification=qualification)
    return candidates.exclude(pk__in=holding.values("candidate"))


def why_no_change(entry: NamedEntry) -> str:
    """Why the centre cannot change the size of an entry now; empty when it can."""
    approvals = Approval.objects.current().filter(centre=entry.candidate.centre_id)
    qualification = entry.award.qualification
    if not approvals.filter(qualification=qualification).exists():
        return f"Your centre is not approved for {qualification}."
    if not qualification.is_open_for_entry(timezone.localdate()):
        return f"The last entry date of {qualification} has passed."
    return ""


@dataclass(frozen=True)
class Size:
    """Another size that an entry can change to, and what it costs `more` than was paid (pounds; never below 0)."""

    award: Award
    more: Decimal


def sizes_to_change_to(entry: NamedEntry) -> list[Size]:
    """The other sizes of the same qualification whose scheme code is confirmed and has a fee today."""
    prices = named_prices(timezone.localdate())
    paid = paid_for(entry)
    sizes = Award.objects.filter(
        qualification=entry.award.qualification_id, is_provisional=False, pk__in=prices
    ).exclude(pk=entry.award_id)
    return [Size(award, max(prices[award.pk] - paid, Decimal(0))) for award in sizes]


def paid_for(entry: NamedEntry) -> Decimal:
    """What was ordered for this entry and those it was transferred from, in pounds.

    Nothing is credited for a smaller size, so going back to the larger one costs nothing either (our choice).
    """
    prices = {}
    step: NamedEntry | None = entry
    while step:
        prices[step.order_line_id] = step.order_line.unit_price
        step = step.transferred_from
    return sum(prices.values(), Decimal(0))
