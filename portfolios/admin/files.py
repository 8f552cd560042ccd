"""Files of evidence with their previews, files on their way in, and those that candidates keep for themselves."""

from django.contrib import admin
from django.template.defaultfilters import filesizeformat

from portal.files.kinds import Preview
from portal.files.models import StoredFile
from portal.kit.admin import AutocompleteFilter, DateRangeFilter, moment, short, verb
from portal.kit.admin.asking import act_on_each

from .. import actions
from ..models import BulkUpload, EvidenceVersion, Upload, WorkspaceFile
from .looking import BY_CENTRE, OF_THE_WORK, WHOSE_IN_WORDS, WHOSE_WORK, FileWords, LookAt, OfCandidate


class OfStoredFile(FileWords, LookAt):
    """Rows with a `stored` file, whose size is a column."""

    @admin.display(ordering="stored__size_bytes")
    def size(self, row) -> str:
        """How much of it has arrived, while it is being uploaded."""
        if not row.stored:
            return ""
        whole, so_far = row.stored.size_bytes, row.stored.received_bytes
        words = filesizeformat(whole)
        is_coming = row.stored.state == StoredFile.State.RECEIVING
        return f"{filesizeformat(so_far)} of {words}" if is_coming else words


@admin.register(EvidenceVersion)
class EvidenceVersionAdmin(OfStoredFile):
    """Files and their previews: what failed and why, and a way to try again."""

    list_display = ["file_name", "work", "kind", "size", "preview", short("preview_fault"), "uploaded_at"]
    list_filter = [
        "stored__preview",
        "stored__kind",
        ("evidence__assignment__candidate__centre", AutocompleteFilter),
        ("uploaded_at", DateRangeFilter),
    ]
    list_select_related = ["evidence__assignment__candidate__centre", "evidence__assignment__unit"]
    search_fields = [
        "stored__name__holds",
        "=stored__sha256",
        "evidence__assignment__candidate__centre__number",
    ]
    search_help_text = "Name or SHA-256 of the file, or centre number."
    fields = [
        "file_name", "evidence", "work", "number", "kind", "size", "preview", "preview_fault", "sha256",
        "uploaded_by", "uploaded_at", "frozen_at",
    ]  # fmt: skip
    actions = ["preview_again"]

    @admin.display(ordering="evidence__assignment")
    def work(self, version):
        return version.evidence.assignment

    @verb(
        "Make the preview again",
        "A worker makes the pages that people see once more.",
        permissions=["view"],
        when=lambda version: version.preview == Preview.FAILED,
    )
    def preview_again(self, request, queryset):
        act_on_each(
            self,
            request,
            queryset.select_related("evidence__assignment"),
            lambda version: actions.make_preview_again(version, by=request.user),
            "to be made again",
        )


@admin.register(Upload)
class UploadAdmin(OfStoredFile):
    """Files being uploaded to a unit: the outcome of each and why, and a way to check those that wait again."""

    list_display = [
        "file_name",
        "assignment",
        "centre",
        "where",
        short("reason"),
        "uploaded_by",
        "size",
        "started",
    ]
    list_filter = ["stored__state", "ended", BY_CENTRE, ("stored__started_at", DateRangeFilter)]
    list_select_related = [*OF_THE_WORK, "bulk__centre", "stored__sender"]
    search_fields = [
        "stored__name__holds", "path__holds", "=stored__sha256", *WHOSE_WORK, "bulk__centre__number",
    ]  # fmt: skip
    search_help_text = f"Name or SHA-256 of the file, {WHOSE_IN_WORDS}."
    fields = [
        "file_name", "where", "reason", "assignment", "bulk", "path", "proposed", "replaces", "version", "title",
        "note", "remark", "size", "uploaded_by", "started",
    ]  # fmt: skip
    actions = ["check_again"]

    @admin.display(ordering="assignment__candidate__centre__name")
    def centre(self, upload):
        return upload.centre

    @admin.display(description="state")
    def where(self, upload) -> str:
        return upload.get_state_display()

    @admin.display(description="started at", ordering="stored__started_at")
    def started(self, upload):
        return moment(upload.stored and upload.started_at)

    @verb(
        "Check again",
        "A worker checks the file once more, and it reaches the unit if nothing is wrong.",
        permissions=["view"],
        when=lambda upload: upload.stored is not None and upload.stored.state == StoredFile.State.HELD,
    )
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
    list_filter = [("centre", AutocompleteFilter), ("started_at", DateRangeFilter)]
    search_fields = ["centre__number", "centre__plain_names__holds", "uploaded_by__plain_names__holds"]
    search_help_text = "The centre's number or name, or who uploaded."
    fields = ["centre", "unit", "uploaded_by", "started_at", "files", "to_sort", "taken"]

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
class WorkspaceFileAdmin(OfStoredFile, OfCandidate):
    """Files candidates keep outside units: that each exists and its size, but not its content."""

    list_display = ["file_name", "title", "candidate", "centre", "size", "uploaded_at"]
    list_filter = [("candidate__centre", AutocompleteFilter), ("uploaded_at", DateRangeFilter)]
    list_select_related = ["candidate__centre"]
    search_fields = [
        "stored__name__holds",
        "title__holds",
        "=stored__sha256",
        "candidate__plain_names__holds",
        "candidate__number",
        "candidate__centre__number",
    ]
    search_help_text = f"Name, title or SHA-256 of the file, {WHOSE_IN_WORDS}."
    fields = ["file_name", "title", "candidate", "size", "media_type", "sha256", "uploaded_by", "uploaded_at"]
