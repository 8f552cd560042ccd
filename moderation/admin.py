"""Moderation for awarding-body staff: who moderates where, and claims to look at."""

from django import forms
from django.contrib import admin

from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline, TwoTabsAdmin
from portal.kit.admin_actions import act_on_each

from . import actions, rules
from .models import Allocation, Claim, ClaimLine, Conflict, Moderator


class AllocationInline(ReadOnlyInline):
    model = Allocation
    fields = readonly_fields = ("centre", "qualification", "since", "ended_at")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("centre", "qualification", "moderator__user")


class ConflictInline(ReadOnlyInline):
    model = Conflict
    fields = readonly_fields = ("centre", "reason", "recorded_at")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("centre", "moderator__user")


@admin.register(Moderator)
class ModeratorAdmin(TwoTabsAdmin):
    list_display = ["user", "email"]
    list_select_related = ["user"]
    search_fields = ["user__plain_names__holds", "user__email"]
    autocomplete_fields = ["user"]
    inlines = [AllocationInline, ConflictInline]

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description="e-mail address", ordering="user__email")
    def email(self, moderator) -> str:
        return moderator.user.email or ""

    def save_model(self, request, obj, form, change) -> None:
        actions.appoint(obj, by=request.user)


class AllocationForm(forms.ModelForm):
    """Says in words what the database would refuse: a second moderator, or one with a conflict."""

    class Meta:
        model = Allocation
        fields = ["moderator", "centre", "qualification"]

    def clean(self):
        cleaned = super().clean() or {}
        if len(cleaned) == 3 and (refusal := rules.why_not_allocatable(**cleaned)):
            raise forms.ValidationError(refusal)
        return cleaned


class WithoutEffectFilter(admin.SimpleListFilter):
    """Moderators who work at the centre they are allocated to: its claims wait for another one."""

    title = "effect"
    parameter_name = "effect"

    def lookups(self, request, model_admin):
        return [("none", "Without effect: works at the centre")]

    def queryset(self, request, queryset):
        return queryset.without_effect() if self.value() == "none" else queryset


@admin.register(Allocation)
class AllocationAdmin(TwoTabsAdmin):
    """Allocate by adding; an allocation is ended, never changed or deleted."""

    form = AllocationForm
    list_display = ["centre", "qualification", "moderator", "since", "ended_at"]
    list_filter = [WithoutEffectFilter, ("ended_at", admin.EmptyFieldListFilter), "qualification"]
    list_select_related = ["centre", "qualification", "moderator__user"]
    search_fields = ["centre__number", "centre__name", "moderator__user__plain_names__holds"]
    autocomplete_fields = ["moderator", "centre", "qualification"]
    actions = ["end"]

    def has_change_permission(self, request, obj=None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None) -> bool:
        return False

    def save_model(self, request, obj, form, change) -> None:
        made = actions.allocate(obj.moderator, obj.centre, obj.qualification, by=request.user)
        obj.pk = made.pk

    @admin.action(description="End the allocation", permissions=["add"])
    def end(self, request, queryset):
        act_on_each(
            self, request, queryset, lambda row: actions.end_allocation(row, by=request.user), "ended"
        )


@admin.register(Conflict)
class ConflictAdmin(TwoTabsAdmin):
    """Conflicts of interest: recorded, and taken back, never changed."""

    list_display = ["moderator", "centre", "reason", "recorded_at"]
    list_select_related = ["moderator__user", "centre"]
    search_fields = ["moderator__user__plain_names__holds", "centre__number", "centre__name"]
    autocomplete_fields = ["moderator", "centre"]

    def has_change_permission(self, request, obj=None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change) -> None:
        actions.record_conflict(obj, by=request.user)

    def delete_model(self, request, obj) -> None:
        actions.remove_conflict(obj, by=request.user)

    def delete_queryset(self, request, queryset) -> None:
        for conflict in queryset:
            actions.remove_conflict(conflict, by=request.user)


class LineInline(ReadOnlyInline):
    model = ClaimLine
    fields = readonly_fields = (
        "assignment",
        "assessor",
        "state",
        "in_sample",
        "certificate_name",
        "date_of_birth",
    )

    def get_queryset(self, request):
        return (
            super()
            .get_queryset(request)
            .select_related("assignment__unit", "assignment__candidate", "assessor", "sampled", "claim")
        )

    @admin.display(boolean=True, description="in the sample")
    def in_sample(self, line) -> bool:
        return rules.is_sampled(line)


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ["number", "centre", "qualification", "state", "lines", "submitted_at", "concluded_at"]
    list_filter = ["state", "qualification", "submitted_at"]
    search_fields = ["number", "centre__number", "centre__name"]
    date_hierarchy = "submitted_at"
    inlines = [LineInline]

    def get_queryset(self, request):
        return Claim.objects.for_lists()

    @admin.display(ordering="line_count")
    def lines(self, claim) -> int:
        return claim.line_count
