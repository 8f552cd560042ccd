"""News and key dates."""

from django.contrib import admin

from portal.kit.admin import TwoTabsAdmin
from portal.kit.admin_actions import act_on_each

from .. import actions
from ..models import KeyDate, NewsItem


class KeptAdmin(TwoTabsAdmin):
    """Records that are withdrawn or cancelled rather than deleted: people, calendars and e-mails refer to them."""

    view_on_site = False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(NewsItem)
class NewsItemAdmin(KeptAdmin):
    list_display = ["title", "audience", "state", "publish_at", "until", "announced_at"]
    list_filter = ["state", "audience", "qualifications"]
    search_fields = ["title", "text"]
    date_hierarchy = "publish_at"
    fields = [
        "title", "text", "audience", "qualifications", "publish_at", "until", "by_email", "state", "published_at",
        "published_by", "announced_at",
    ]  # fmt: skip
    readonly_fields = ["state", "published_at", "published_by", "announced_at"]
    filter_horizontal = ["qualifications"]
    actions = ["publish", "withdraw"]

    def save_model(self, request, obj, form, change) -> None:
        actions.save_news(obj, form.changed_data, by=request.user)

    @admin.action(description="Publish: show it from its time, and send it by e-mail", permissions=["change"])
    def publish(self, request, queryset):
        act_on_each(
            self, request, queryset, lambda row: actions.publish_news(row, by=request.user), "published"
        )

    @admin.action(description="Withdraw", permissions=["change"])
    def withdraw(self, request, queryset):
        act_on_each(self, request, queryset, lambda row: row.move("withdraw", by=request.user), "withdrawn")


@admin.register(KeyDate)
class KeyDateAdmin(KeptAdmin):
    list_display = ["title", "starts_on", "starts_at", "ends_on", "audience", "is_cancelled"]
    list_filter = ["audience", "qualifications", "is_cancelled"]
    search_fields = ["title", "text"]
    date_hierarchy = "starts_on"
    fields = [
        "title", "text", "starts_on", "starts_at", "ends_on", "ends_at", "audience", "qualifications",
        "is_cancelled",
    ]  # fmt: skip
    filter_horizontal = ["qualifications"]

    def save_model(self, request, obj, form, change) -> None:
        actions.save_date(obj, form.changed_data, by=request.user)
