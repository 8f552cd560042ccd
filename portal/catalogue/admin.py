"""The catalogue for awarding-body staff. A published e-checklist can be read, and replaced by a new version."""

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, InlineModelAdmin
from django.utils.html import format_html_join

from portal.kit.admin import AuditedAdmin, TwoTabsInline, verb, whether
from portal.kit.admin.asking import with_confirmation

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
    search_fields = ["code__holds", "title__holds", "qan__holds"]
    search_help_text = "Code, title or accreditation number."
    ordering = ["position", "code"]
    inlines = [UnitInline, AwardInline]


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    list_display = ["code", "title", "qualification", "number", "glh", "is_mandatory", "is_examined"]
    list_filter = ["qualification", "is_mandatory", "is_examined"]
    list_select_related = ["qualification"]
    search_fields = ["code__holds", "title__holds"]
    search_help_text = "Code or title of the unit."
    autocomplete_fields = ["qualification"]
    ordering = ["qualification__position", "qualification__code", "number"]


@admin.register(Award)
class AwardAdmin(AuditedAdmin):
    list_display = ["title", "code", "is_provisional", "qualification", "rule", "units_needed", "glh"]
    list_filter = ["qualification", "kind", "rule", "is_provisional"]
    list_select_related = ["qualification"]
    search_fields = ["code__holds", "title__holds"]
    search_help_text = "Entry code or title."
    autocomplete_fields = ["qualification"]
    ordering = ["qualification__position", "qualification__code", "position"]


class ObjectiveInline(OnlyWhileDraftInline, TwoTabsInline, admin.StackedInline):
    model = Objective
    fields = ["number", "title", "guidance", "assessor_notes", "criteria_text"]
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
    list_filter = [
        "unit__qualification", ("published_at", whether("state", empty="Draft", filled="Published")),
    ]  # fmt: skip
    list_select_related = ["unit", "published_by"]
    search_fields = ["unit__code__holds", "unit__title__holds"]
    search_help_text = "Code or title of the unit."
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

    @verb(
        "Publish",
        "Assignments made from now on use it. It can no longer be changed.",
        permissions=["change"],
        when=lambda checklist: not checklist.is_published,
    )
    def publish(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="publish",
            question="Publish these e-checklists? They can no longer be changed.",
            act=lambda checklist: checklist.publish(by=request.user),
            done="published",
            name_of=str,
        )

    @verb(
        "Start a new version",
        "Copies it into a draft, to change and publish.",
        permissions=["add"],
        when=lambda checklist: checklist.is_published,
    )
    def start_new_version(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="start_new_version",
            question="Start a new version of these e-checklists? Each is copied into a draft.",
            act=lambda checklist: actions.start_new_version(checklist, by=request.user),
            done="copied into a draft",
            name_of=str,
        )


class CriterionInline(OnlyWhileDraftInline, TwoTabsInline, admin.TabularInline):
    model = Criterion
    fields = ["ref", "text", "is_required", "position"]
    extra = 0


@admin.register(Objective)
class ObjectiveAdmin(OnlyWhileDraft, AuditedAdmin):
    list_display = ["title", "number", "checklist"]
    list_filter = ["checklist__unit__qualification"]
    list_select_related = ["checklist__unit"]
    search_fields = ["title__holds", "checklist__unit__code__holds"]
    search_help_text = "Title of the objective, or code of the unit."
    inlines = [CriterionInline]
    ordering = ["-checklist", "number"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "checklist":
            kwargs["queryset"] = Checklist.objects.drafts().select_related("unit")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
