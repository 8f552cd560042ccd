"""Corrections to an account: one person proposes them, another approves or rejects them."""

from django.contrib import admin

from portal.kit.admin import ReadOnlyAdmin
from portal.kit.admin_actions import with_confirmation, with_reason

from .. import actions
from ..models import Adjustment, EntryAccount


@admin.register(Adjustment)
class AdjustmentAdmin(ReadOnlyAdmin):
    list_display = [
        "account", "kind", "quantity", "reason", "state", "proposed_by", "proposed_at", "approved_by",
    ]  # fmt: skip
    list_filter = ["state", "kind", "account__qualification"]
    search_fields = ["account__centre__number", "account__centre__plain_names__holds", "reason"]
    autocomplete_fields = ["account"]
    actions = ["approve", "reject"]

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("account__centre", "account__qualification", "proposed_by", "approved_by")
        )

    def has_add_permission(self, request) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def get_fields(self, request, obj=None):
        return super().get_fields(request, obj) if obj else ["account", "kind", "quantity", "reason"]

    def get_readonly_fields(self, request, obj=None):
        return super().get_readonly_fields(request, obj) if obj else []

    def save_model(self, request, obj, form, change):
        actions.propose_adjustment(obj, by=request.user)

    @admin.action(description="Approve what somebody else proposed", permissions=["change"])
    def approve(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="approve",
            question="Approve these adjustments? The balances change at once, and the centre sees the reason.",
            act=lambda row: actions.approve_adjustment(row, by=request.user),
            done="approved",
            name_of=str,
            facts_of=facts_of,
        )

    @admin.action(description="Reject, with a reason", permissions=["change"])
    def reject(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="reject",
            question="Reject these adjustments? Nothing changes for the centre.",
            act=lambda row, reason: actions.reject_adjustment(row, by=request.user, why=reason),
            done="rejected",
            name_of=str,
            facts_of=facts_of,
        )


def facts_of(adjustment: Adjustment) -> list[str]:
    account = EntryAccount.objects.get(pk=adjustment.account_id)
    return [
        f"Reason: {adjustment.reason}",
        f"Proposed by {adjustment.proposed_by or 'the portal'} on {adjustment.proposed_at:%-d %B %Y}",
        f"Available now {account.available}, afterwards {account.available + adjustment.quantity}",
    ]
