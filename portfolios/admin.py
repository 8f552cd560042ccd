"""Candidates' work for awarding-body staff, to view only. The people whose work it is change it."""

from typing import cast

from django.contrib import admin

from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from portal.kit.admin_actions import act_on_each

from . import actions
from .models import (
    Assignment,
    BulkUpload,
    Evidence,
    EvidenceVersion,
    Judgement,
    Message,
    Plan,
    PlanningComment,
    Review,
    Round,
    Upload,
    WorkspaceFile,
)

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

    def get_queryset(self, request):
        """Apply `list_select_related`, which Django leaves out if a manager adds related rows of its own."""
        return super().get_queryset(request).select_related(*cast(list, self.list_select_related or []))


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
    search_fields = [
        "candidate__plain_names__holds",
        "candidate__number",
        "candidate__centre__number",
        "unit__code",
    ]
    inlines = [RoundInline]

    @admin.display(ordering="candidate__centre__name")
    def centre(self, assignment):
        return assignment.candidate.centre


@admin.register(Evidence)
class EvidenceAdmin(LookAt):
    list_display = ["title", "assignment", "uploaded_by", "uploaded_at", "removed_at"]
    list_filter = [("removed_at", admin.EmptyFieldListFilter), "uploaded_at"]
    list_select_related = ["assignment__candidate__centre", "assignment__unit", "uploaded_by"]
    search_fields = [
        "title",
        "assignment__candidate__plain_names__holds",
        "assignment__candidate__centre__number",
    ]
    inlines = [VersionInline]


@admin.register(EvidenceVersion)
class EvidenceVersionAdmin(LookAt):
    """Files and their previews: what failed and why, and a way to try again."""

    list_display = ["file_name", "work", "kind", "size_bytes", "preview", "preview_fault", "uploaded_at"]
    list_filter = ["stored__preview", "stored__kind", "uploaded_at"]
    list_select_related = ["evidence__assignment__candidate__centre", "evidence__assignment__unit"]
    search_fields = ["stored__name", "stored__sha256", "evidence__assignment__candidate__centre__number"]
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
    search_fields = [
        "assignment__candidate__plain_names__holds",
        "assignment__candidate__centre__number",
        "by__plain_names__holds",
    ]


OF_THE_WORK = ["assignment__candidate__centre", "assignment__unit"]
WHOSE_WORK = [
    "assignment__candidate__plain_names__holds",
    "assignment__candidate__number",
    "assignment__candidate__centre__number",
]


@admin.register(Upload)
class UploadAdmin(LookAt):
    """Files being uploaded to a unit: the outcome of each and why, and a way to check those that wait again."""

    list_display = [
        "file_name",
        "centre",
        "assignment",
        "get_state_display",
        "reason",
        "uploaded_by",
        "bytes",
        "received",
        "started",
    ]
    list_filter = ["stored__state", "ended", "stored__started_at"]
    list_select_related = [*OF_THE_WORK, "bulk__centre", "stored__sender"]
    search_fields = ["stored__name", "path", "stored__sha256", *WHOSE_WORK, "bulk__centre__number"]
    ordering = ["-pk"]
    actions = ["check_again"]

    @admin.display(ordering="assignment__candidate__centre__name")
    def centre(self, upload):
        return upload.centre

    @admin.display(description="size in bytes")
    def bytes(self, upload):
        return upload.stored and upload.size_bytes

    @admin.display(description="bytes received")
    def received(self, upload):
        return upload.stored and upload.received_bytes

    @admin.display(description="started at", ordering="stored__started_at")
    def started(self, upload):
        return upload.stored and upload.started_at

    @admin.action(description="Check again")
    def check_again(self, request, queryset):
        act_on_each(
            self,
            request,
            queryset,
            lambda upload: actions.check_again(upload, by=request.user),
            "to be checked again",
        )


@admin.register(BulkUpload)
class BulkUploadAdmin(LookAt):
    """Files that somebody uploaded for more than one candidate; their outcomes are among the uploads."""

    list_display = ["started_at", "centre", "unit", "uploaded_by", "files", "to_sort", "taken"]
    list_filter = ["started_at"]
    search_fields = ["centre__number", "centre__plain_names__holds", "uploaded_by__plain_names__holds"]

    def get_queryset(self, request):
        return BulkUpload.objects.for_lists().select_related("centre", "unit", "uploaded_by")

    def files(self, bulk):
        return bulk.files

    @admin.display(description="to be sorted")
    def to_sort(self, bulk):
        return bulk.to_sort

    @admin.display(description="in units")
    def taken(self, bulk):
        return bulk.taken


@admin.register(WorkspaceFile)
class WorkspaceFileAdmin(LookAt):
    """What candidates keep outside units: that it exists and its size, not its content."""

    list_display = ["file_name", "title", "candidate", "centre", "size_bytes", "media_type", "uploaded_at"]
    list_filter = ["uploaded_at"]
    list_select_related = ["candidate__centre"]
    search_fields = [
        "stored__name",
        "title",
        "stored__sha256",
        "candidate__plain_names__holds",
        "candidate__number",
        "candidate__centre__number",
    ]

    @admin.display(ordering="candidate__centre__name")
    def centre(self, kept):
        return kept.candidate.centre


@admin.register(Message)
class MessageAdmin(LookAt):
    """What candidates and tutors wrote to each other, in case somebody asks what was said."""

    list_display = ["at", "assignment", "side", "by", "text"]
    list_filter = ["side", "at"]
    list_select_related = [*OF_THE_WORK, "by"]
    search_fields = ["text", "by__plain_names__holds", *WHOSE_WORK]
    ordering = ["-at", "-pk"]


class PaperAdmin(LookAt):
    list_display = ["assignment", "updated_by", "updated_at"]
    list_filter = ["updated_at"]
    list_select_related = [*OF_THE_WORK, "updated_by"]
    search_fields = WHOSE_WORK


admin.site.register([Plan, Review], PaperAdmin)


@admin.register(PlanningComment)
class PlanningCommentAdmin(LookAt):
    list_display = ["at", "assignment", "paper", "by", "text"]
    list_filter = ["paper", "at"]
    list_select_related = [*OF_THE_WORK, "by"]
    search_fields = ["text", "by__plain_names__holds", *WHOSE_WORK]
