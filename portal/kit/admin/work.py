"""The outbox for awarding-body staff: background work that failed or is due, first what failed, to try again."""

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Count, Min
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince

from .. import outbox
from ..models import OutboxEntry
from .bases import ReadOnlyAdmin
from .columns import short
from .filters import DateRangeFilter, SelectFilter
from .verbs import verb


class WorkFilter(SelectFilter):
    title = "work"
    parameter_name = "kind"

    def lookups(self, request, model_admin):
        return [(kind, _words(kind)) for kind in sorted(outbox.HANDLERS)]


class LaneFilter(admin.SimpleListFilter):
    title = "lane"
    parameter_name = "lane"

    def lookups(self, request, model_admin):
        return outbox.Lane.choices

    def queryset(self, request, queryset):
        kinds = [kind for kind, lane in outbox.LANES.items() if lane == self.value()]
        return queryset.filter(kind__in=kinds) if self.value() in outbox.Lane.values else queryset


@admin.register(OutboxEntry)
class OutboxEntryAdmin(ReadOnlyAdmin):
    list_display = ["work", "about", "state", "lane", "age", "tries", short("last_error", "what went wrong")]
    list_filter = ["state", WorkFilter, LaneFilter, ("created_at", DateRangeFilter)]
    search_fields = ["last_error__holds", "=subject_id"]
    search_help_text = "What went wrong, or the number of the record."
    fields = [
        "work", "about", "state", "lane", "age", "tries", "last_error", "created_at", "not_before", "done_at",
    ]  # fmt: skip
    ordering = ["-state", "-pk"]  # failed, due, done
    actions = ["try_again"]
    change_list_template = "admin/kit/outboxentry/change_list.html"

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"standing": standing(), **(extra_context or {})})

    @admin.display(ordering="kind")
    def work(self, entry) -> str:
        return _words(entry.kind)

    @admin.display(description="about")
    def about(self, entry) -> str:
        """The record that it works on, and the way to it where it has a page here."""
        if entry.kind not in outbox.SUBJECTS:
            return str(entry.subject_id)
        model = apps.get_model(outbox.SUBJECTS[entry.kind])
        name = f"{str(model._meta.verbose_name).capitalize()} {entry.subject_id}"
        try:
            url = reverse(
                f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[entry.subject_id]
            )
        except NoReverseMatch:
            return name
        return format_html('<a href="{}">{}</a>', url, name)

    @admin.display
    def lane(self, entry) -> str:
        return outbox.lane_of(entry.kind).label

    @admin.display(ordering="not_before")
    def age(self, entry) -> str:
        """For how long it has been due, or failed."""
        return "" if entry.state == OutboxEntry.State.DONE else _age(entry.not_before)

    @verb(
        "Try again",
        "Makes failed work due again, from the first try.",
        when=lambda entry: entry.state == OutboxEntry.State.FAILED,
    )
    def try_again(self, request, queryset):
        count = outbox.retry(queryset)
        self.message_user(request, f"{count} will be tried again.", messages.SUCCESS)


def standing() -> list[dict]:
    """What is not done, by kind of work and state: how many, and for how long the oldest has been waiting."""
    left = OutboxEntry.objects.exclude(state=OutboxEntry.State.DONE).order_by("-state", "kind")
    rows = left.values("state", "kind").annotate(count=Count("pk"), oldest=Min("not_before"))
    return [
        {
            "work": _words(row["kind"]),
            "state": OutboxEntry.State(row["state"]).label,
            "lane": outbox.lane_of(row["kind"]).label,
            "count": row["count"],
            "age": _age(row["oldest"]),
            "query": f"?state__exact={row['state']}&kind={row['kind']}",
        }
        for row in rows
    ]


def _words(kind: str) -> str:
    return kind.replace("-", " ").capitalize()


def _age(moment) -> str:
    """How long ago; work that is to be done later has no age yet."""
    return timesince(moment, depth=1) if moment <= timezone.now() else "not yet"
