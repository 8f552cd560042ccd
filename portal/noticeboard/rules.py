"""Questions answered without writing: the latest news, what things cost on a day, who is asking."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from centres.access import centres_of
from centres.models import Fee
from portal.catalogue.models import Qualification

from .models import NewsItem, ServiceFee


def news_for(user, count: int = 3) -> list[NewsItem]:
    """The newest `count` pieces of news that `user` (or, anonymous, everybody) may read."""
    return list(NewsItem.objects.visible_to(user)[:count])


@dataclass(frozen=True)
class Price:
    """One line of the fees list on a day. `price` is None if there is none yet; `next_price` applies from `next_on`."""

    what: str
    hint: str
    price: Decimal | None
    since: date | None
    next_price: Decimal | None
    next_on: date | None


def entry_fees(on: date) -> list[tuple[Qualification, list[Price]]]:
    """What entries cost on a day, by qualification."""
    related = [field.name for field in Fee._meta.fields if field.is_relation]
    fees = sorted(Fee.objects.select_related(*related), key=_order)
    by_qualification = groupby(fees, lambda fee: fee.qualification)
    return [(found, list(_prices(group, _entry, on))) for found, group in by_qualification]


def _order(fee: Fee) -> tuple:
    of = fee.qualification
    return of.position, of.code, fee.product, *_entry(fee), fee.valid_from


def service_fees(on: date) -> list[Price]:
    """What other services cost on a day: those that are offered now."""
    offered = ServiceFee.objects.filter(service__is_offered=True).select_related("service")
    fees = offered.order_by("service__position", "service__name", "valid_from")
    return list(_prices(fees, _service, on))


def _entry(fee: Fee) -> tuple[str, str]:
    """The entry and its hint: for an award entry, which award."""
    award = getattr(fee, "award", None)
    return (f"{award.title}", f"Entry code {award.code}") if award else (fee.get_product_display(), "")


def _service(fee: ServiceFee) -> tuple[str, str]:
    per = f"For each {fee.service.per}. " if fee.service.per else ""
    return fee.service.name, f"{per}{fee.service.note}".strip()


def _prices(fees: Iterable[Any], words, on: date) -> Iterator[Price]:
    """One Price for each thing among `fees`, which are sorted by thing and day."""
    for (what, hint), found in groupby(fees, words):
        dated = list(found)
        now = next((fee for fee in reversed(dated) if fee.valid_from <= on), None)
        then = next((fee for fee in dated if fee.valid_from > on), None)
        yield Price(
            what,
            hint,
            now.price if now else None,
            now.valid_from if now else None,
            then.price if then else None,
            then.valid_from if then else None,
        )


def who_is(user) -> dict[str, str]:
    """What a form already knows about the person signed in: name, e-mail address, centre."""
    if not user.is_authenticated:
        return {}
    centre = next(iter(centres_of(user)), None)
    if centre is None and hasattr(user, "candidate"):
        centre = user.candidate.centre
    return {
        "name": user.name,
        "email": user.email or "",
        "centre_name": centre.name if centre else "",
        "centre_number": centre.number if centre else "",
    }
