"""News and key dates."""

from django.contrib import admin
from django.utils import timezone

from portal.kit.admin import DateRangeFilter, TwoTabsAdmin, verb
from portal.kit.admin.asking import with_confirmation

from .. import actions
from ..models import KeyDate, NewsItem


class KeptAdmin(TwoTabsAdmin):
    """Records that are withdrawn or cancelled rather than deleted: people, calendars and e-mails refer to them."""

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(NewsItem)
class NewsItemAdmin(KeptAdmin):
    list_display = ["title", "audience", "state", "publish_at", "until", "announced_at"]
    list_filter = ["state", "audience", "qualifications", ("publish_at", DateRangeFilter)]
    search_fields = ["title__holds", "text__holds"]
    search_help_text = "Words of the title or the text."
    ordering = ["-publish_at", "-pk"]
    fields = [
        "title", "text", "audience", "qualifications", "publish_at", "until", "by_email", "state", "published_at",
        "published_by", "announced_at",
    ]  # fmt: skip
    readonly_fields = ["state", "published_at", "published_by", "announced_at"]
    filter_horizontal = ["qualifications"]
    actions = ["publish", "withdraw"]

    def save_model(self, request, obj, form, change) -> None:
        actions.save_news(obj, form.changed_data, by=request.user)

    @verb("Publish", "Shows it from its time, and sends it by e-mail then if that is chosen.")
    def publish(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="publish",
            question="Publish these? They are shown, and sent by e-mail where that is chosen, from their time on.",
            act=lambda row: actions.publish_news(row, by=request.user),
            done="published",
            name_of=str,
            facts_of=lambda row: [
                f"For: {row.get_audience_display()}",
                f"Shown from {timezone.localtime(row.publish_at):%-d %B %Y, %H:%M}",
                "Sent by e-mail as well" if row.by_email else "Not sent by e-mail",
            ],
        )

    @verb("Withdraw", "No longer shown. E-mails that were sent cannot be called back.")
    def withdraw(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="withdraw",
            question="Withdraw these? They are no longer shown.",
            act=lambda row: row.move("withdraw", by=request.user),
            done="withdrawn",
            name_of=str,
        )


@admin.register(KeyDate)
class KeyDateAdmin(KeptAdmin):
    list_display = ["title", "starts_on", "starts_at", "ends_on", "audience", "is_cancelled"]
    list_filter = ["audience", "qualifications", "is_cancelled", ("starts_on", DateRangeFilter)]
    search_fields = ["title__holds", "text__holds"]
    search_help_text = "Words of the title or the text."
    ordering = ["-starts_on", "-pk"]
    fields = [
        "title", "text", "starts_on", "starts_at", "ends_on", "ends_at", "audience", "qualifications",
        "is_cancelled",
    ]  # fmt: skip
    filter_horizontal = ["qualifications"]

    def save_model(self, request, obj, form, change) -> None:
        actions.save_date(obj, form.changed_data, by=request.user)
