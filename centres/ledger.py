"""Actions of the entry ledger: they only add lines (domain reference 5.2).

Accounts are locked in one order, by primary key, so that two claims cannot wait for each other. The balances
are kept by the ledger's trigger and checked by the database; the checks here only give a clear message first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.roles import Permission
from portal.catalogue.models import Qualification
from portal.kit import audit

from .access import people_who_may
from .models import Adjustment, Centre, EntryAccount, EntryOrder, LedgerLine, Product


class NotEnoughEntries(Exception):
    """A centre has too few entries; nothing was written. `short`: {qualification: entries missing}."""

    def __init__(self, short: dict[Qualification, int]):
        super().__init__(str(short))
        self.short = short

    def for_people(self) -> str:
        wants = ", ".join(
            f"{missing} more for {qualification}" for qualification, missing in self.short.items()
        )
        return (
            f"There are not enough unnamed entries: {wants}. Order entries, or remove lines from the claim."
        )


@dataclass(frozen=True)
class Need:
    """One claim line's need for an entry: `held_for` is the line's id, `qualification` the product's."""

    held_for: UUID
    qualification: Qualification


def account_of(centre: Centre, qualification: Qualification) -> EntryAccount:
    account, _ = EntryAccount.objects.get_or_create(
        centre=centre, qualification=qualification, product=Product.UNIT
    )
    return account


@transaction.atomic
def grant(order: EntryOrder, *, by) -> None:
    """Credit the unit entries of a processed order; named entries belong to candidates and are not stock."""
    for line in order.lines.filter(product=Product.UNIT).select_related("qualification"):
        account = account_of(order.centre, line.qualification)
        LedgerLine.objects.create(
            account=account, kind=LedgerLine.Kind.GRANT, available=line.quantity, order_line=line, by=by
        )


@transaction.atomic
def reserve(centre: Centre, needs: Iterable[Need], *, claim_number: str, by) -> None:
    """Set one entry aside for each of `needs`. Raises NotEnoughEntries, and then writes nothing."""
    needs = list(needs)
    accounts = _locked_accounts(centre, {need.qualification for need in needs})
    short = shortfall({q: account.available for q, account in accounts.items()}, needs)
    if short:
        raise NotEnoughEntries(short)
    now = timezone.now()  # one moment for all: the statement of account shows them as one event
    LedgerLine.objects.bulk_create(
        LedgerLine(
            account=accounts[need.qualification],
            kind=LedgerLine.Kind.RESERVE,
            available=-1,
            reserved=1,
            held_for=need.held_for,
            claim_number=claim_number,
            at=now,
            by=by,
        )
        for need in needs
    )
    _tell_if_low(accounts, needs, claim_number=claim_number)


def _tell_if_low(
    accounts: dict[Qualification, EntryAccount], needs: list[Need], *, claim_number: str
) -> None:
    """Write to those who order entries only when this reservation takes a balance below the limit."""
    limit = settings.LOW_BALANCE_ENTRIES
    for qualification, account in accounts.items():
        left = account.available - sum(need.qualification == qualification for need in needs)
        if left < limit <= account.available:
            counts = {"before": str(account.available), "after": str(left)}
            event = audit.record("low balance", account, by=None, **counts, claim_number=claim_number)
            tell("low_balance", event, to=people_who_may(Permission.ORDER_ENTRIES, at=account.centre))


def shortfall(available: dict[Qualification, int], needs: Iterable[Need]) -> dict[Qualification, int]:
    """{qualification: entries missing} for those whose balance does not cover `needs`."""
    wanted: dict[Qualification, int] = {}
    for need in needs:
        wanted[need.qualification] = wanted.get(need.qualification, 0) + 1
    return {q: count - available.get(q, 0) for q, count in wanted.items() if count > available.get(q, 0)}


@transaction.atomic
def release(held_for: Iterable[UUID], *, by, why: str = "") -> None:
    """Give the entries reserved for these claim lines back to the centre."""
    _end(held_for, LedgerLine.Kind.RELEASE, {"available": 1, "reserved": -1, "used": 0}, by, why)


@transaction.atomic
def use(held_for: Iterable[UUID], *, by) -> dict[UUID, LedgerLine]:
    """Use up the entries reserved for these claim lines. Returns {claim line's id: its USE line}."""
    return _end(held_for, LedgerLine.Kind.USE, {"available": 0, "reserved": -1, "used": 1}, by, "")


@transaction.atomic
def post(adjustment: Adjustment, *, by) -> LedgerLine:
    """Write the line of an approved adjustment. Raises NotEnoughEntries."""
    account = EntryAccount.objects.select_for_update().get(pk=adjustment.account_id)
    if account.available + adjustment.quantity < 0:
        raise NotEnoughEntries({account.qualification: -adjustment.quantity - account.available})
    return LedgerLine.objects.create(
        account=account,
        kind=adjustment.kind,
        available=adjustment.quantity,
        adjustment=adjustment,
        reason=adjustment.reason,
        by=by,
    )


def _end(held_for: Iterable[UUID], kind: str, amounts: dict, by, why: str) -> dict[UUID, LedgerLine]:
    reserved = LedgerLine.objects.filter(held_for__in=list(held_for), kind=LedgerLine.Kind.RESERVE)
    keys = sorted(set(reserved.values_list("account_id", flat=True)))
    list(EntryAccount.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    now = timezone.now()
    lines = LedgerLine.objects.bulk_create(
        LedgerLine(
            account_id=line.account_id,
            kind=kind,
            held_for=line.held_for,
            claim_number=line.claim_number,
            at=now,
            by=by,
            reason=why,
            **amounts,
        )
        for line in reserved
    )
    return {line.held_for: line for line in lines if line.held_for}


def _locked_accounts(centre: Centre, qualifications: set[Qualification]) -> dict[Qualification, EntryAccount]:
    for qualification in sorted(qualifications, key=lambda q: q.pk):
        account_of(centre, qualification)
    accounts = (
        EntryAccount.objects.select_for_update(of=("self",))
        .filter(centre=centre, qualification__in=qualifications, product=Product.UNIT)
        .select_related("qualification")
        .order_by("pk")
    )
    return {account.qualification: account for account in accounts}
