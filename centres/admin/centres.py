"""Centres and the people at them."""

from django.contrib import admin

from portal.kit.admin import ReadOnlyInline

from ..models import Approval, Centre, Membership


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
