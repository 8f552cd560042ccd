"""Centres, approvals and entries for awarding-body staff: verbs are actions, the ledger is read-only."""

from django.contrib import admin

from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from portal.kit.admin_actions import act_on_each, with_reason

from . import actions
from .models import (
    Application,
    Approval,
    Centre,
    EntryAccount,
    EntryOrder,
    Fee,
    LedgerLine,
    Membership,
    OrderLine,
    StatementOfEntries,
)


class MembershipInline(ReadOnlyInline):
    model = Membership
    fields = ["user", "role", "since", "ended_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "centre")


class ApprovalInline(ReadOnlyInline):
    model = Approval
    fields = ["qualification", "state", "approved_at", "withdrawn_at"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("qualification", "centre")


@admin.register(Centre)
class CentreAdmin(admin.ModelAdmin):
    list_display = ["number", "name", "kind"]
    list_filter = ["kind", "approvals__qualification"]
    search_fields = ["number", "name"]
    inlines = [ApprovalInline, MembershipInline]
    view_on_site = False

    def get_readonly_fields(self, request, obj=None):
        """The number stays: candidates sign in with it, and claims and statements carry it."""
        return ["number"] if obj else []

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    list_display = ["centre_name", "contact_name", "wanted", "state", "submitted_at"]
    list_filter = ["state", "qualifications"]
    search_fields = ["centre_name", "centre_number", "contact_name", "contact_email"]
    actions = ["approve", "refuse"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("qualifications")

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "qualifications"]

    @admin.display(description="qualifications")
    def wanted(self, application) -> str:
        return ", ".join(str(qualification) for qualification in application.qualifications.all())

    @admin.action(description="Approve, creating the centre if it is new", permissions=["change"])
    def approve(self, request, queryset):
        act_on_each(
            self, request, queryset, lambda row: actions.approve_application(row, by=request.user), "approved"
        )

    @admin.action(description="Refuse, with a reason", permissions=["change"])
    def refuse(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="refuse",
            question="Refuse these applications? The reason is sent to the centre.",
            act=lambda row, reason: actions.refuse_application(row, by=request.user, why=reason),
            done="refused",
        )


@admin.register(Approval)
class ApprovalAdmin(ReadOnlyAdmin):
    list_display = ["centre", "qualification", "state", "approved_at"]
    list_filter = ["state", "qualification"]
    list_select_related = ["centre", "qualification"]
    search_fields = ["centre__number", "centre__name"]
    actions = ["withdraw", "restore"]

    @admin.action(description="Withdraw, with a reason", permissions=["change"])
    def withdraw(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="withdraw",
            question="Withdraw these approvals? The centres can no longer order or claim.",
            act=lambda row, reason: row.move("withdraw", by=request.user, why=reason),
            done="withdrawn",
        )

    @admin.action(description="Restore", permissions=["change"])
    def restore(self, request, queryset):
        act_on_each(self, request, queryset, lambda row: row.move("restore", by=request.user), "restored")


class OrderLineInline(ReadOnlyInline):
    model = OrderLine
    fields = ["qualification", "product", "quantity", "unit_price"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("qualification")


@admin.register(EntryOrder)
class EntryOrderAdmin(ReadOnlyAdmin):
    list_display = ["order_number", "centre", "entries", "total", "state", "submitted_at"]
    list_filter = ["state", "lines__qualification"]
    list_select_related = ["centre"]
    search_fields = ["order_number", "centre__number", "centre__name"]
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

    @admin.action(description="Process: credit the entries and issue the statement", permissions=["change"])
    def process(self, request, queryset):
        act_on_each(
            self, request, queryset, lambda row: actions.process_order(row, by=request.user), "processed"
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
        )


@admin.register(EntryAccount)
class EntryAccountAdmin(ReadOnlyAdmin):
    list_display = ["centre", "qualification", "product", "available", "reserved", "used"]
    list_filter = ["qualification"]
    list_select_related = ["centre", "qualification"]
    search_fields = ["centre__number", "centre__name"]


@admin.register(LedgerLine)
class LedgerLineAdmin(ReadOnlyAdmin):
    list_display = ["at", "account", "kind", "available", "reserved", "used", "claim_number", "by"]
    list_filter = ["kind", "account__qualification"]
    list_select_related = ["account__centre", "account__qualification", "by"]
    search_fields = ["account__centre__number", "account__centre__name", "claim_number"]
    show_full_result_count = False


@admin.register(StatementOfEntries)
class StatementAdmin(ReadOnlyAdmin):
    list_display = ["number", "centre_number", "centre_name", "order_number", "issued_on", "printed_at"]
    search_fields = ["number", "centre_number", "centre_name", "order_number"]


@admin.register(Fee)
class FeeAdmin(admin.ModelAdmin):
    list_display = ["qualification", "product", "price", "valid_from"]
    list_filter = ["qualification"]
    list_select_related = ["qualification"]
