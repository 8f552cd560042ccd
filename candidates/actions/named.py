"""Actions on named entries. Locks are taken in a fixed order: the order, then candidates by key."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from centres.actions import save_order, send_order, when_processed
from centres.models import Centre, EntryOrder, OrderLine, Product
from centres.rules import may_enter
from portal.accounts.models import User
from portal.catalogue.models import Award
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from .. import named_rules
from ..models import Candidate, NamedEntry

MOST_ON_A_LINE = 9999


@transaction.atomic
def start_named_order(centre: Centre, order_number: str, *, by: User) -> EntryOrder:
    """Start a draft order without lines, to which names can be added."""
    return save_order(EntryOrder(centre=centre, order_number=order_number), {}, by=by)


@transaction.atomic
def enter_candidates(
    order: EntryOrder, award: Award, candidates: Iterable[Candidate], *, by: User
) -> list[NamedEntry]:
    """Put `candidates` on a draft order under the scheme code of `award`, at today's fee.

    The line's quantity is the number of its names. Raises TransitionRefused, and enters nobody, if the order is not a
    draft, the code is not on offer, or somebody already has an entry for the qualification.
    """
    _lock_draft(order)
    prices = dict(may_enter(order.centre, timezone.localdate()))
    if award not in prices:
        raise TransitionRefused(f"Your centre cannot enter candidates under {award.code} now.")
    chosen = _lock_candidates(order.centre, candidates)
    _refuse_entered(chosen, award)
    line, _ = OrderLine.objects.get_or_create(
        order=order,
        award=award,
        defaults={
            "qualification": award.qualification,
            "product": Product.NAMED,
            "quantity": max(1, len(chosen)),
            "unit_price": prices[award],
        },
    )
    entries = NamedEntry.objects.bulk_create(
        [
            NamedEntry(candidate=candidate, award=award, order_line=line, entered_by=by)
            for candidate in chosen
        ],
        batch_size=500,
    )
    line.unit_price = prices[award]
    _count_names(line)
    audit.record_all("enter", [(entry, "", award.code) for entry in entries], by=by)
    return entries


@transaction.atomic
def take_names_off(order: EntryOrder, entries: Iterable[NamedEntry], *, by: User) -> None:
    """Remove names from a draft order. Raises TransitionRefused if it is not a draft."""
    _lock_draft(order)
    chosen = list(
        NamedEntry.objects.filter(order_line__order=order, pk__in=[entry.pk for entry in entries])
        .select_related("candidate", "award")
        .order_by("pk")
    )
    audit.record_all("take off the order", [(entry, entry.award.code, "") for entry in chosen], by=by)
    NamedEntry.objects.filter(pk__in=[entry.pk for entry in chosen]).delete()
    for line in order.lines.filter(product=Product.NAMED):
        _count_names(line)


@transaction.atomic
def withdraw_entry(entry: NamedEntry, *, by: User, why: str) -> None:
    """End a processed entry: units achieved are kept, and no more can be claimed for the candidate (L7)."""
    entry.move("withdraw", by=by, why=why, reason=why)


@transaction.atomic
def transfer_entry(
    entry: NamedEntry, award: Award, *, by: User, why: str, order_number: str = ""
) -> NamedEntry:
    """Change a processed entry to another size of its qualification (top-up or move-down). Returns the new entry.

    A dearer size is ordered under `order_number` for the difference, and takes the place of the old entry once that
    order is processed. Any other size does so at once and keeps the order line; nothing is credited.
    Raises TransitionRefused, or OrderNumberTaken.
    """
    refusal = named_rules.why_no_change(entry)
    if refusal:
        raise TransitionRefused(refusal)
    size = next((size for size in named_rules.sizes_to_change_to(entry) if size.award == award), None)
    if size is None:
        raise TransitionRefused(
            f"{award} is not another size of {entry.award.qualification} that can be ordered."
        )
    _lock_candidates(entry.candidate.centre, [entry.candidate])  # before the entry, as for certificates
    if size.more:
        return _order_larger_size(entry, size, order_number, by=by, why=why)
    return _put_in_place(entry, award, by=by, why=why)


def _put_in_place(entry: NamedEntry, award: Award, *, by: User, why: str) -> NamedEntry:
    before = entry.award.code
    entry.move("transfer", by=by, why=why, reason=why)
    made = NamedEntry.objects.create(
        candidate=entry.candidate,
        award=award,
        order_line=entry.order_line,
        transferred_from=entry,
        entered_by=by,
    )
    audit.record("enter by transfer", made, by=by, before=before, after=award.code, why=why)
    return made


def _order_larger_size(
    entry: NamedEntry, size: named_rules.Size, order_number: str, *, by: User, why: str
) -> NamedEntry:
    entry.lock()
    entry.require("transfer")
    order = save_order(EntryOrder(centre=entry.candidate.centre, order_number=order_number), {}, by=by)
    line = OrderLine.objects.create(
        order=order,
        qualification=size.award.qualification,
        product=Product.NAMED,
        award=size.award,
        quantity=1,
        unit_price=size.more,
        is_supplement=True,
    )
    made = NamedEntry.objects.create(
        candidate=entry.candidate,
        award=size.award,
        order_line=line,
        transferred_from=entry,
        entered_by=by,
        reason=why,
    )
    audit.record("order a larger size", made, by=by, before=entry.award.code, after=size.award.code, why=why)
    send_order(order, by=by)
    return made


@when_processed
def finish_transfers(order: EntryOrder, *, by: User) -> None:
    """Put larger sizes on a processed order in the place of the entries for which they were ordered."""
    larger = NamedEntry.objects.filter(order_line__order=order, order_line__is_supplement=True)
    for made in larger.select_related("candidate", "transferred_from").order_by("candidate_id"):
        _lock_candidates(order.centre, [made.candidate])
        if made.transferred_from:
            made.transferred_from.move("transfer", by=by, why=made.reason, reason=made.reason)


def _lock_draft(order: EntryOrder) -> None:
    order.lock()
    if order.state != EntryOrder.State.DRAFT:
        raise TransitionRefused("The order has been submitted and can no longer be changed.")


def _lock_candidates(centre: Centre, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates, read again and locked until the end, so that nobody else enters them."""
    keys = {candidate.pk for candidate in candidates}
    locked = Candidate.objects.select_for_update(of=("self",), no_key=True).filter(centre=centre, pk__in=keys)
    found = list(locked.order_by("pk"))
    if not found or len(found) < len(keys):
        raise TransitionRefused("Choose candidates at your centre.")
    if len(found) > MOST_ON_A_LINE:
        raise TransitionRefused(f"An order can have at most {MOST_ON_A_LINE} names under one scheme code.")
    return found


def _refuse_entered(candidates: list[Candidate], award: Award) -> None:
    held = (
        NamedEntry.objects.holding()
        .filter(candidate__in=candidates, award__qualification=award.qualification_id)
        .select_related("candidate", "award", "order_line__order")
    )
    words = [f"{entry} on order {entry.order_line.order}" for entry in held[:5]]
    if words:
        more = f" and {len(held) - 5} more" if len(held) > 5 else ""
        raise TransitionRefused(
            f"Already entered for {award.qualification}: {'; '.join(words)}{more}. "
            "To change the size, transfer the entry."
        )


def _count_names(line: OrderLine) -> None:
    """Set the quantity of a line of named entries to the number of its names; delete a line without names."""
    line.quantity = line.named_entries.count()
    if line.quantity > MOST_ON_A_LINE:
        raise TransitionRefused(f"An order can have at most {MOST_ON_A_LINE} names under one scheme code.")
    if line.quantity:
        line.save(update_fields=["quantity", "unit_price"])
    else:
        line.delete()
