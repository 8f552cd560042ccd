"""Process or refuse orders; accounts, ledger and papers are read-only; fees apply from a day."""

from django.contrib import admin
from django.utils.html import format_html_join

from portal.accounts.second_step.afresh import FreshFactorAdmin
from portal.files.admin import PrintedAdmin
from portal.kit.admin import (
    AutocompleteFilter,
    DatedAdmin,
    DateRangeFilter,
    ReadOnlyAdmin,
    ReadOnlyInline,
    verb,
)
from portal.kit.admin.asking import with_confirmation, with_reason

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
    list_filter = [
        "state", ("centre", AutocompleteFilter), "lines__qualification", ("submitted_at", DateRangeFilter),
    ]  # fmt: skip
    list_select_related = ["centre"]
    search_fields = ["order_number__holds", "centre__number", "centre__plain_names__holds"]
    search_help_text = "Order number, or the centre's number or name."
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

    @verb("Process", "Credits the entries, and issues the statement of entries and the invoice.")
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

    @verb("Refuse", "The order ends here. The centre is sent your reason.")
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
    list_filter = [("centre", AutocompleteFilter), "qualification", "product"]
    list_select_related = ["centre", "qualification"]
    search_fields = ["centre__number", "centre__plain_names__holds"]
    search_help_text = "The centre's number or name."
    ordering = ["centre__name", "qualification", "product"]


@admin.register(LedgerLine)
class LedgerLineAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "kind", "available", "reserved", "used", "claim_number", "by"]
    list_display_links = ["at"]
    list_filter = [
        "kind", ("account__centre", AutocompleteFilter), "account__qualification", ("at", DateRangeFilter),
    ]  # fmt: skip
    list_select_related = ["account__centre", "account__qualification", "by"]
    search_fields = ["account__centre__number", "account__centre__plain_names__holds", "claim_number__holds"]
    search_help_text = "The centre's number or name, or the number of the claim."
    exclude = ["held_for"]


class PaperAdmin(PrintedAdmin):
    """What was printed about an order, frozen as it was printed."""

    list_filter = [("order__centre", AutocompleteFilter), ("issued_on", DateRangeFilter)]
    search_fields = [
        "number__holds", "centre_number", "centre_name__holds", "order__centre__plain_names__holds",
        "order_number__holds",
    ]  # fmt: skip
    search_help_text = "Number of the document or the order, or the centre's number or name."
    exclude = ["lines"]

    def readable(self) -> list[str]:
        return [*super().readable(), "contents"]

    @admin.display(description="lines")
    def contents(self, paper):
        rows = ((f"{line['quantity']} × {line['code']} {line['title']}",) for line in paper.lines)
        return format_html_join("", "<p>{}</p>", rows)


@admin.register(StatementOfEntries)
class StatementAdmin(PaperAdmin):
    list_display = ["number", "centre_number", "centre_name", "order_number", "issued_on", "printed"]


@admin.register(Invoice)
class InvoiceAdmin(PaperAdmin):
    list_display = [
        "number", "centre_number", "centre_name", "order_number", "total", "issued_on", "due_on", "printed",
    ]  # fmt: skip


@admin.register(Fee)
class FeeAdmin(FreshFactorAdmin, DatedAdmin):
    list_display = ["qualification", "product", "award", "price", "valid_from"]
    list_filter = ["qualification", "product"]
    list_select_related = ["qualification", "award"]
    search_fields = ["qualification__title__holds", "award__code__holds"]
    ordering = ["-valid_from", "-pk"]
