"""The audit trail and the outbox, for awarding-body staff: to read, and to try failed work again."""

from django.contrib import admin, messages

from . import outbox
from .models import Event, OutboxEntry


class ReadOnlyAdmin(admin.ModelAdmin):
    """Records that nobody types: they are looked at, and changed by verbs alone."""

    view_on_site = False  # centres' pages are for centres

    def has_add_permission(self, request) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.model._meta.fields]


class LookOnlyAdmin(ReadOnlyAdmin):
    """Records of others, to look up: there is no button to save, and no action."""

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request, obj=None):
        return []


class ReadOnlyInline(admin.TabularInline):
    """Lines of a record, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def get_readonly_fields(self, request, obj=None):
        """All of them: Django refuses fields that a form cannot hold, such as when something was decided."""
        return list(self.fields or ())


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "who", "verb", "subject_name", "before", "after", "why"]
    list_filter = ["verb", "at"]
    search_fields = ["who", "subject_name", "why"]
    date_hierarchy = "at"
    show_full_result_count = False
    list_per_page = 50


@admin.register(OutboxEntry)
class OutboxEntryAdmin(ReadOnlyAdmin):
    list_display = ["kind", "subject_id", "state", "tries", "not_before", "done_at", "last_error"]
    list_filter = ["state", "kind"]
    search_fields = ["kind", "last_error"]
    actions = ["try_again"]

    @admin.action(description="Try the failed ones again", permissions=["change"])
    def try_again(self, request, queryset):
        count = outbox.retry(queryset)
        self.message_user(request, f"{count} will be tried again.", messages.SUCCESS)
