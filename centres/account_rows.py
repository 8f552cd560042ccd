"""The statement of account in words: ledger lines that were written together are one row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from .models import EntryAccount, LedgerLine, Product

Kind = LedgerLine.Kind
WORDS = {
    Kind.GRANT: "granted",
    Kind.RESERVE: "reserved",
    Kind.RELEASE: "released",
    Kind.USE: "used",
    Kind.CANCEL: "cancelled",
    Kind.EXPIRE: "expired",
}


@dataclass
class Row:
    """One event: `change` as "38 reserved", `why` as what it was for, and the balances after it."""

    at: datetime
    account: EntryAccount
    change: str
    why: str
    reason: str
    available_after: int | None
    reserved_after: int | None
    used_after: int | None


def rows_of(events: Iterable[dict]) -> list[Row]:
    """Rows of `LedgerLine.objects.events()`, in one query for all."""
    events = list(events)
    keys = [event["last"] for event in events]
    lines = LedgerLine.objects.select_related("account__qualification", "order_line__order").in_bulk(keys)
    return [_row(event, lines[event["last"]]) for event in events]


def _row(event: dict, line: LedgerLine) -> Row:
    return Row(
        at=line.at,
        account=line.account,
        change=change_words(line.kind, event["available"] or event["used"]),
        why=why_words(line),
        reason=line.reason,
        available_after=line.available_after,
        reserved_after=line.reserved_after,
        used_after=line.used_after,
    )


def change_words(kind: str, quantity: int) -> str:
    """`quantity` entries, signed, as "3 cancelled" or "2 added"."""
    if kind == Kind.ADJUST:
        return f"{abs(quantity)} {'added' if quantity > 0 else 'taken away'}"
    return f"{abs(quantity)} {WORDS[Kind(kind)]}"


def why_words(line: LedgerLine) -> str:
    match line.kind:
        case Kind.GRANT:
            return f"Order {line.reference}"
        case Kind.RESERVE:
            return f"For claim {line.reference}"
        case Kind.RELEASE:
            return f"From claim {line.reference}"
        case Kind.USE:
            return f"Certificates of claim {line.reference}"
        case Kind.ADJUST:
            return "Correction by the awarding body"
        case Kind.CANCEL:
            return "Cancelled by the awarding body"
    return "After the last certification date"


HEADINGS = [
    "Date", "Time", "Qualification", "Product", "Kind", "Reference", "Reason", "Available", "Reserved", "Used",
    "Available after", "Reserved after", "Used after",
]  # fmt: skip


def for_csv(lines: QuerySet[LedgerLine]) -> Iterator[list]:
    """The headings, and each of `lines` as a row: some are read at a time, and each account once."""
    yield HEADINGS
    around = lines.prefetch_related("account__qualification", "order_line__order")
    yield from map(_cells, around.iterator(chunk_size=1000))


def _cells(line: LedgerLine) -> list:
    at = timezone.localtime(line.at)
    return [
        f"{at:%d/%m/%Y}", f"{at:%H:%M}", line.account.qualification.code, Product(line.account.product).label,
        Kind(line.kind).label, line.reference, line.reason, line.available, line.reserved, line.used,
        line.available_after, line.reserved_after, line.used_after,
    ]  # fmt: skip
