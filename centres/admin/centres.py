"""Centres and the people at them."""

from django.contrib import admin

from portal.kit.admin import AuditedAdmin, ReadOnlyAdmin, ReadOnlyInline

from ..models import Approval, Centre, Membership, RoleOffer


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
class CentreAdmin(AuditedAdmin):
    list_display = ["number", "name", "kind"]
    list_filter = ["kind", "approvals__qualification"]
    search_fields = ["number", "plain_names__holds"]
    inlines = [ApprovalInline, MembershipInline]
    view_on_site = False

    def get_readonly_fields(self, request, obj=None):
        """The number cannot change: candidates sign in with it, and it is on claims and statements."""
        return ["number"] if obj else []

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(RoleOffer)
class RoleOfferAdmin(ReadOnlyAdmin):
    """People whom centres invited. Moderators and staff cannot accept; this list shows staff which centres tried."""

    list_display = [
        "email",
        "name",
        "centre",
        "is_barred",
        "offered_by",
        "offered_at",
        "ended_at",
        "accepted_by",
    ]
    list_filter = ["is_barred", ("ended_at", admin.EmptyFieldListFilter)]
    list_select_related = ["centre", "offered_by", "accepted_by"]
    search_fields = ["email", "centre__number", "centre__plain_names__holds"]
