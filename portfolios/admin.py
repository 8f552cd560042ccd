"""Candidates' work for awarding-body staff: to look at. It is changed by the people whose work it is."""

from django.contrib import admin

from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from portal.kit.admin_actions import act_on_each

from . import actions
from .models import Assignment, Evidence, EvidenceVersion, Judgement, Round

VERSION_FIELDS = [
    "number",
    "file_name",
    "kind",
    "size_bytes",
    "sha256",
    "preview",
    "preview_fault",
    "uploaded_by",
    "uploaded_at",
    "frozen_at",
]


class LookAt(ReadOnlyAdmin):
    """Nothing here can be changed, tags included."""

    list_per_page = 50
    show_full_result_count = False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


class RoundInline(ReadOnlyInline):
    model = Round
    fields = ["number", "handed_in_at", "handed_in_by", "outcome", "comment", "decided_at", "decided_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("handed_in_by", "decided_by")


class VersionInline(ReadOnlyInline):
    model = EvidenceVersion
    fields = tuple(VERSION_FIELDS)
    readonly_fields = VERSION_FIELDS  # some are not editable, which a form would refuse

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("uploaded_by")


@admin.register(Assignment)
class AssignmentAdmin(LookAt):
    list_display = ["candidate", "centre", "unit", "state", "due_on", "handed_in_at", "achieved_at"]
    list_filter = ["state", "unit__qualification"]
    list_select_related = ["candidate__centre", "unit"]
    search_fields = ["candidate__last_name", "candidate__number", "candidate__centre__number", "unit__code"]
    inlines = [RoundInline]

    @admin.display(ordering="candidate__centre__name")
    def centre(self, assignment):
        return assignment.candidate.centre


@admin.register(Evidence)
class EvidenceAdmin(LookAt):
    list_display = ["title", "assignment", "uploaded_by", "uploaded_at", "removed_at"]
    list_filter = [("removed_at", admin.EmptyFieldListFilter), "uploaded_at"]
    list_select_related = ["assignment__candidate__centre", "assignment__unit", "uploaded_by"]
    search_fields = ["title", "assignment__candidate__last_name", "assignment__candidate__centre__number"]
    inlines = [VersionInline]


@admin.register(EvidenceVersion)
class EvidenceVersionAdmin(LookAt):
    """Files and their previews: what failed, why, and another try."""

    list_display = ["file_name", "work", "kind", "size_bytes", "preview", "preview_fault", "uploaded_at"]
    list_filter = ["preview", "kind", "uploaded_at"]
    list_select_related = ["evidence__assignment__candidate__centre", "evidence__assignment__unit"]
    search_fields = ["file_name", "sha256", "evidence__assignment__candidate__centre__number"]
    actions = ["preview_again"]

    @admin.display(ordering="evidence__assignment")
    def work(self, version):
        return version.evidence.assignment

    @admin.action(description="Make the preview again")
    def preview_again(self, request, queryset):
        rows = queryset.select_related("evidence__assignment")
        act_on_each(
            self,
            request,
            rows,
            lambda version: actions.make_preview_again(version, by=request.user),
            "to be made again",
        )


@admin.register(Judgement)
class JudgementAdmin(LookAt):
    list_display = ["at", "assignment", "criterion", "side", "outcome", "by", "comment"]
    list_filter = ["side", "outcome", "at"]
    list_select_related = ["assignment__candidate__centre", "assignment__unit", "criterion", "by"]
    search_fields = ["assignment__candidate__last_name", "assignment__candidate__centre__number", "by__name"]
