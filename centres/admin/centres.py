"""Centres and the people at them."""

from django.contrib import admin

from portal.kit.admin import (
    AuditedAdmin,
    AutocompleteFilter,
    DateRangeFilter,
    ReadOnlyAdmin,
    ReadOnlyInline,
    whether,
)

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
    list_display = ["number", "name", "kind", "created_at"]
    list_display_links = ["number", "name"]
    list_filter = ["kind", "approvals__qualification", ("created_at", DateRangeFilter)]
    search_fields = ["number", "plain_names__holds"]
    search_help_text = "Number or name of the centre."
    ordering = ["name", "number"]
    inlines = [ApprovalInline, MembershipInline]

    def get_readonly_fields(self, request, obj=None):
        """The number cannot change: candidates sign in with it, and it is on claims and statements."""
        return ["number"] if obj else []

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(RoleOffer)
class RoleOfferAdmin(ReadOnlyAdmin):
    """People whom centres invited. Moderators and staff cannot accept; this list shows staff which centres tried."""

    list_display = ["email", "name", "centre", "is_barred", "offered_by", "offered_at", "ended_at"]
    list_filter = [
        "is_barred",
        ("ended_at", whether("state", empty="Open", filled="Accepted or withdrawn")),
        ("centre", AutocompleteFilter),
        ("offered_at", DateRangeFilter),
    ]
    list_select_related = ["centre", "offered_by", "accepted_by"]
    search_fields = ["email__holds", "name__holds", "centre__number", "centre__plain_names__holds"]
    search_help_text = "E-mail address or name, or the centre's number or name."
    exclude = ["roles"]

    def readable(self) -> list[str]:
        return [*super().readable(), "invited_as"]

    @admin.display(description="roles")
    def invited_as(self, offer) -> str:
        return ", ".join(offer.role_names)
