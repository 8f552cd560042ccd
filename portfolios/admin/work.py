"""Assignments, evidence, judgements, papers, and what was written about them."""

from django.contrib import admin

from portal.kit.admin import AutocompleteFilter, DateRangeFilter, ReadOnlyInline, short, whether

from ..models import (
    Assignment,
    Evidence,
    EvidenceVersion,
    Judgement,
    Message,
    Plan,
    PlanningComment,
    Review,
    Round,
)
from .looking import BY_CENTRE, OF_THE_WORK, WHOSE_IN_WORDS, WHOSE_WORK, FileWords, LookAt, OfCandidate


class RoundInline(ReadOnlyInline):
    model = Round
    fields = ["number", "handed_in_at", "handed_in_by", "outcome", "comment", "decided_at", "decided_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("handed_in_by", "decided_by")


class VersionInline(FileWords, ReadOnlyInline):
    model = EvidenceVersion
    fields = ("number", "file_name", "kind", "preview", "uploaded_by", "uploaded_at", "frozen_at")
    show_change_link = True

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("uploaded_by")


@admin.register(Assignment)
class AssignmentAdmin(OfCandidate):
    list_display = ["candidate", "centre", "unit", "state", "due_on", "handed_in_at", "achieved_at"]
    list_filter = [
        "state",
        ("candidate__centre", AutocompleteFilter),
        "unit__qualification",
        ("handed_in_at", DateRangeFilter),
    ]
    list_select_related = ["candidate__centre", "unit"]
    search_fields = [
        "candidate__plain_names__holds",
        "candidate__number",
        "candidate__centre__number",
        "=unit__code",
    ]
    search_help_text = "Name or number of the candidate, centre number, or code of the unit."
    inlines = [RoundInline]


@admin.register(Evidence)
class EvidenceAdmin(LookAt):
    list_display = ["title", "assignment", "uploaded_by", "uploaded_at", "removed_at"]
    list_filter = [
        ("removed_at", whether("state", empty="Kept", filled="Removed")),
        BY_CENTRE,
        ("uploaded_at", DateRangeFilter),
    ]
    list_select_related = [*OF_THE_WORK, "uploaded_by"]
    search_fields = ["title__holds", *WHOSE_WORK]
    search_help_text = f"Title of the evidence, {WHOSE_IN_WORDS}."
    inlines = [VersionInline]


@admin.register(Judgement)
class JudgementAdmin(LookAt):
    list_display = ["at", "assignment", short("criterion"), "side", "outcome", "by", short("comment")]
    list_filter = ["side", "outcome", BY_CENTRE, ("at", DateRangeFilter)]
    list_select_related = [*OF_THE_WORK, "criterion", "by"]
    search_fields = [*WHOSE_WORK, "by__plain_names__holds"]
    search_help_text = f"Who judged, {WHOSE_IN_WORDS}."


@admin.register(Message)
class MessageAdmin(LookAt):
    """What candidates and tutors wrote to each other, for when somebody asks what was said."""

    list_display = ["at", "assignment", "side", "by", short("text")]
    list_filter = ["side", BY_CENTRE, ("at", DateRangeFilter)]
    list_select_related = [*OF_THE_WORK, "by"]
    search_fields = ["text__holds", "by__plain_names__holds", *WHOSE_WORK]
    search_help_text = f"Words of the message, who wrote it, {WHOSE_IN_WORDS}."


@admin.register(PlanningComment)
class PlanningCommentAdmin(LookAt):
    list_display = ["at", "assignment", "paper", "by", short("text")]
    list_filter = ["paper", BY_CENTRE, ("at", DateRangeFilter)]
    list_select_related = [*OF_THE_WORK, "by"]
    search_fields = ["text__holds", "by__plain_names__holds", *WHOSE_WORK]
    search_help_text = f"Words of the comment, who wrote it, {WHOSE_IN_WORDS}."


class PaperAdmin(LookAt):
    list_display = ["assignment", "updated_by", "updated_at"]
    list_filter = [BY_CENTRE, ("updated_at", DateRangeFilter)]
    list_select_related = [*OF_THE_WORK, "updated_by"]
    search_fields = WHOSE_WORK
    search_help_text = f"{WHOSE_IN_WORDS.capitalize()}."


admin.site.register([Plan, Review], PaperAdmin)
