"""Candidates and groups, for awarding-body staff to look up. Centres change them."""

from django.contrib import admin

from portal.kit.admin import LookOnlyAdmin, ReadOnlyAdmin

from .models import Candidate, Group, NamedEntry


@admin.register(Candidate)
class CandidateAdmin(LookOnlyAdmin):
    list_display = ["number", "certificate_name", "centre", "ocr_number", "last_login", "added_at"]
    list_display_links = ["number", "certificate_name"]
    list_select_related = ["centre", "user"]
    show_full_result_count = False
    list_filter = [("user__last_login", admin.EmptyFieldListFilter)]
    search_fields = [
        "=number",
        "number__endswith",
        "plain_names__holds",
        "=ocr_number",
        "=uci",
        "=uln",
        "=centre__number",
    ]
    fields = [
        "centre", "number", "first_names", "last_name", "known_as", "date_of_birth", "ocr_number", "uci", "uln",
        "merged_into", "last_login", "added_at", "added_by",
    ]  # fmt: skip

    def get_queryset(self, request):
        """Including those merged into others."""
        return Candidate.everyone.all()

    @admin.display(description="name on certificates", ordering="last_name")
    def certificate_name(self, candidate):
        return candidate.certificate_name

    @admin.display(description="last signed in", ordering="user__last_login")
    def last_login(self, candidate):
        return candidate.user.last_login


@admin.register(Group)
class GroupAdmin(LookOnlyAdmin):
    list_display = ["name", "centre", "size"]
    list_select_related = ["centre"]
    search_fields = ["name", "=centre__number", "centre__plain_names__holds"]
    fields = ["name", "centre", "size"]

    def get_queryset(self, request):
        return Group.objects.with_size()

    @admin.display(ordering="size", description="candidates")
    def size(self, group):
        return group.size


@admin.register(NamedEntry)
class NamedEntryAdmin(ReadOnlyAdmin):
    list_display = ["candidate", "centre", "award", "order", "state", "entered_at"]
    list_filter = ["state", "award__qualification", "order_line__order__state"]
    list_select_related = ["candidate__centre", "award", "order_line__order"]
    search_fields = [
        "candidate__plain_names__holds",
        "candidate__number__endswith",
        "=candidate__centre__number",
        "=award__code",
    ]

    @admin.display(ordering="candidate__centre__name")
    def centre(self, entry):
        return entry.candidate.centre

    @admin.display(ordering="order_line__order__order_number")
    def order(self, entry):
        return entry.order_line.order
