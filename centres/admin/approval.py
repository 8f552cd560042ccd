"""Applications are decided here, approvals withdrawn and restored."""

from django.contrib import admin

from portal.kit.admin import ReadOnlyAdmin
from portal.kit.admin_actions import act_on_each, with_reason

from .. import actions
from ..models import Application, Approval


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
