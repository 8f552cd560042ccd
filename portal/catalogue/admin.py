"""The catalogue for awarding-body staff. A published e-checklist can be read, and replaced by a new version."""

from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.utils.html import format_html_join

from portal.kit.admin import AuditedAdmin, TwoTabsInline
from portal.kit.stateful import TransitionRefused

from . import actions
from .models import Award, Checklist, Criterion, Objective, Qualification, Unit


class OnlyWhileDraft(BaseModelAdmin):
    """For an e-checklist and its parts: rows can be changed and deleted until it is published."""

    def checklist_of(self, row) -> Checklist:
        return row.checklist if isinstance(row, Objective) else row

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._is_open(obj)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._is_open(obj)

    def _is_open(self, row) -> bool:
        return row is None or not self.checklist_of(row).is_published


class OnlyWhileDraftInline(OnlyWhileDraft, InlineModelAdmin):
    """The same, inline on the page of the parent record, which is what Django passes."""

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and self._is_open(obj)


class UnitInline(TwoTabsInline, admin.TabularInline):
    model = Unit
    fields = ["number", "code", "title", "glh", "is_mandatory", "is_examined"]
    extra = 0
    show_change_link = True


class AwardInline(TwoTabsInline, admin.StackedInline):
    model = Award
    extra = 0


@admin.register(Qualification)
class QualificationAdmin(AuditedAdmin):
    list_display = [
        "title",
        "code",
        "level",
        "qan",
        "grade_scale",
        "entry_route",
        "moderation_mode",
        "last_entry_on",
    ]
    list_filter = ["level", "grade_scale", "entry_route", "moderation_mode"]
    search_fields = ["code", "title", "qan"]
    inlines = [UnitInline, AwardInline]


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    list_display = ["code", "title", "qualification", "number", "glh", "is_mandatory", "is_examined"]
    list_filter = ["qualification", "is_mandatory", "is_examined"]
    list_select_related = ["qualification"]
    search_fields = ["code", "title"]
    autocomplete_fields = ["qualification"]


@admin.register(Award)
class AwardAdmin(AuditedAdmin):
    list_display = ["title", "code", "is_provisional", "qualification", "rule", "units_needed", "glh"]
    list_filter = ["qualification", "kind", "rule", "is_provisional"]
    list_select_related = ["qualification"]
    search_fields = ["code", "title"]
    autocomplete_fields = ["qualification"]


class ObjectiveInline(OnlyWhileDraftInline, TwoTabsInline, admin.StackedInline):
    model = Objective
    fields = ["number", "title", "guidance", "criteria_text"]
    readonly_fields = ["criteria_text"]
    extra = 0
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("criteria")

    @admin.display(description="criteria")
    def criteria_text(self, objective):
        if objective.pk is None:
            return "Save the objective first, then add criteria to it."
        rows = ((criterion.ref, criterion.text) for criterion in objective.criteria.all())
        return format_html_join("", "<p>{} {}</p>", rows) or "None yet."


@admin.register(Checklist)
class ChecklistAdmin(OnlyWhileDraft, AuditedAdmin):
    list_display = ["unit", "version", "is_published", "published_at", "published_by", "criteria_count"]
    list_filter = ["unit__qualification", ("published_at", admin.EmptyFieldListFilter)]
    list_select_related = ["unit", "published_by"]
    search_fields = ["unit__code", "unit__title"]
    autocomplete_fields = ["unit"]
    readonly_fields = ["published_at", "published_by"]
    inlines = [ObjectiveInline]
    actions = ["publish", "start_new_version"]

    def get_queryset(self, request):
        return Checklist.objects.with_size()

    @admin.display(description="published", boolean=True, ordering="published_at")
    def is_published(self, checklist):
        return checklist.is_published

    @admin.display(description="criteria", ordering="criteria_count")
    def criteria_count(self, checklist):
        return checklist.criteria_count

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request, queryset):
        self._each(request, queryset, lambda checklist: checklist.publish(by=request.user), "Published {}.")

    @admin.action(description="Start a new version from this one", permissions=["add"])
    def start_new_version(self, request, queryset):
        self._each(
            request,
            queryset,
            lambda checklist: actions.start_new_version(checklist, by=request.user),
            "Draft started from {}.",
        )

    def _each(self, request, queryset, act, done):
        for checklist in queryset:
            try:
                act(checklist)
            except TransitionRefused as refusal:
                self.message_user(request, f"{checklist}: {refusal.for_people()}", messages.ERROR)
            else:
                self.message_user(request, done.format(checklist), messages.SUCCESS)


class CriterionInline(OnlyWhileDraftInline, TwoTabsInline, admin.TabularInline):
    model = Criterion
    fields = ["ref", "text", "is_required", "position"]
    extra = 0


@admin.register(Objective)
class ObjectiveAdmin(OnlyWhileDraft, AuditedAdmin):
    list_display = ["title", "number", "checklist"]
    list_filter = ["checklist__unit__qualification"]
    list_select_related = ["checklist__unit"]
    search_fields = ["title", "checklist__unit__code"]
    inlines = [CriterionInline]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "checklist":
            kwargs["queryset"] = Checklist.objects.drafts().select_related("unit")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
