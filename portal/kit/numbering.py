"""Hand out numbers in a series."""

from django.db.models import Max, QuerySet

from .locks import Space, hold


def next_number(rows: QuerySet, stem: str, *, digits: int) -> str:
    """The number after the highest `number` of `rows` that starts with `stem`: "INV-26-000001", "INV-26-000002" …

    Waits for anybody else who is choosing one of this series. Save it in the same transaction.
    """
    hold(Space.NUMBERS, stem)
    last = rows.filter(number__startswith=stem).aggregate(last=Max("number"))["last"]
    return f"{stem}{int(last.removeprefix(stem)) + 1 if last else 1:0{digits}d}"
