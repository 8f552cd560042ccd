"""Services and their prices. Fees of entries are kept with the orders."""

from django.contrib import admin

from portal.kit.admin import AuditedAdmin, DatedAdmin

from ..models import Service, ServiceFee


@admin.register(Service)
class ServiceAdmin(AuditedAdmin):
    list_display = ["name", "per", "note", "is_offered", "position"]
    search_fields = ["name", "note"]


@admin.register(ServiceFee)
class ServiceFeeAdmin(DatedAdmin):
    list_display = ["service", "price", "valid_from"]
    list_filter = ["service"]
    list_select_related = ["service"]
    search_fields = ["service__name"]
