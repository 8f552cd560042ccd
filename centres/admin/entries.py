"""Process or refuse orders; accounts, ledger and papers are read-only; fees apply from a day."""

from django.contrib import admin

from portal.accounts.second_step.afresh import FreshFactorAdmin
from portal.files.admin import PrintedAdmin
from portal.kit.admin import DatedAdmin, ReadOnlyAdmin, ReadOnlyInline
from portal.kit.admin_actions import with_confirmation, with_reason

from .. import actions
from ..models import (
    EntryAccount,
    EntryOrder,
    Fee,
    Invoice,
    LedgerLine,
    OrderLine,
    Product,
    StatementOfEntries,
)


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = ["qualification", "product_name", "award", "quantity", "unit_price"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("qualification", "award")


@admin.register(EntryOrder)
class EntryOrderAdmin(FreshFactorAdmin, ReadOnlyAdmin):
    list_display = ["order_number", "centre", "entries", "total", "state", "submitted_at"]
    list_filter = ["state", "lines__qualification"]
    list_select_related = ["centre"]
    search_fields = ["order_number", "centre__number", "centre__plain_names__holds"]
    inlines = [OrderLineInline]
    actions = ["process", "refuse"]

    def get_queryset(self, request):
        return EntryOrder.objects.with_totals()

    @admin.display
    def entries(self, order) -> int:
        return order.entries

    @admin.display
    def total(self, order) -> str:
        return f"£{order.total}"

    @admin.action(
        description="Process: credit the entries, issue the statement and the invoice", permissions=["change"]
    )
    def process(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="process",
            question="Process these orders? The entries are credited, and the statement and the invoice are issued.",
            act=lambda row: actions.process_order(row, by=request.user),
            done="processed",
            name_of=name_of,
            facts_of=facts_of,
        )

    @admin.action(description="Refuse, with a reason", permissions=["change"])
    def refuse(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="refuse",
            question="Refuse these orders? The reason is sent to the centre.",
            act=lambda row, reason: actions.refuse_order(row, by=request.user, why=reason),
            done="refused",
            name_of=name_of,
            facts_of=facts_of,
        )


def name_of(order: EntryOrder) -> str:
    return f"{order.order_number} of {order.centre}"


def facts_of(order: EntryOrder) -> list[str]:
    """What is ordered, what it costs, and the balances after processing."""
    lines = order.lines.select_related("qualification")
    accounts = EntryAccount.objects.filter(centre=order.centre)
    available = {(a.qualification_id, a.product): a.available for a in accounts}
    return [
        f"Centre {order.centre}, {order.get_state_display().lower()}",
        *(_fact_of(line, available.get((line.qualification_id, line.product), 0)) for line in lines),
        f"Total £{sum(line.price for line in lines)}",
    ]


def _fact_of(line: OrderLine, available: int) -> str:
    words = f"{line} at £{line.unit_price}: £{line.price}"
    if line.product != Product.UNIT:
        return words
    return f"{words}; available now {available}, afterwards {available + line.quantity}"


@admin.register(EntryAccount)
class EntryAccountAdmin(ReadOnlyAdmin):
    list_display = ["centre", "qualification", "product", "available", "reserved", "used"]
    list_filter = ["qualification"]
    list_select_related = ["centre", "qualification"]
    search_fields = ["centre__number", "centre__plain_names__holds"]


@admin.register(LedgerLine)
class LedgerLineAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "kind", "available", "reserved", "used", "claim_number", "by"]
    list_filter = ["kind", "account__qualification"]
    list_select_related = ["account__centre", "account__qualification", "by"]
    search_fields = ["account__centre__number", "account__centre__plain_names__holds", "claim_number"]
    show_full_result_count = False


OF_PAPERS = ["number", "centre_number", "centre_name", "order__centre__plain_names__holds", "order_number"]


@admin.register(StatementOfEntries)
class StatementAdmin(PrintedAdmin):
    list_display = ["number", "centre_number", "centre_name", "order_number", "issued_on", "printed"]
    search_fields = OF_PAPERS


@admin.register(Invoice)
class InvoiceAdmin(PrintedAdmin):
    list_display = [
        "number", "centre_number", "centre_name", "order_number", "total", "issued_on", "due_on", "printed",
    ]  # fmt: skip
    search_fields = OF_PAPERS


@admin.register(Fee)
class FeeAdmin(FreshFactorAdmin, DatedAdmin):
    list_display = ["qualification", "product", "award", "price", "valid_from"]
    list_filter = ["qualification", "product"]
    list_select_related = ["qualification", "award"]
