"""Moderation for awarding-body staff: who moderates where, and claims to read."""

from django import forms
from django.contrib import admin

from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline, TwoTabsAdmin
from portal.kit.admin_actions import with_form

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
    """Explains what the database would refuse: a second moderator, or one with a conflict."""

    class Meta:
        model = Allocation
        fields = ["moderator", "centre", "qualification"]

    def clean(self):
        cleaned = super().clean() or {}
        if len(cleaned) == 3 and (refusal := rules.why_not_allocatable(**cleaned)):
            raise forms.ValidationError(refusal)
        return cleaned


class WithoutEffectFilter(admin.SimpleListFilter):
    """Filters for allocations whose moderator may not see the centre: its claims wait for another moderator."""

    title = "effect"
    parameter_name = "effect"

    def lookups(self, request, model_admin):
        return [("none", "Without effect: the moderator has a conflict of interest or works at the centre")]

    def queryset(self, request, queryset):
        return queryset.without_effect() if self.value() == "none" else queryset


class TakeOverForm(forms.Form):
    """Who takes over when an allocation ends. Staff must say so if nobody does."""

    takes_over = forms.ChoiceField(
        choices=[
            ("somebody", "This moderator:"),
            ("nobody", "Nobody yet: the claims wait for a moderator"),
        ],
        widget=forms.RadioSelect,
        label="Claims in hand",
        required=False,
    )
    successor = forms.ModelChoiceField(
        Moderator.objects.select_related("user").filter(user__is_active=True),
        required=False,
        label="Moderator",
    )

    def clean(self):
        cleaned = super().clean() or {}
        answer, successor = cleaned.get("takes_over"), cleaned.get("successor")
        if not answer:
            self.add_error("takes_over", "Choose whether somebody takes over the claims")
        elif answer == "somebody" and not successor:
            self.add_error("successor", "Choose the moderator who takes over the claims")
        elif answer == "nobody" and successor:
            self.add_error(
                "takes_over", f"You chose {successor}. Select “This moderator”, or clear the moderator"
            )
        return cleaned


@admin.register(Allocation)
class AllocationAdmin(TwoTabsAdmin):
    """Staff add and end allocations; they never change or delete them."""

    form = AllocationForm
    list_display = ["centre", "qualification", "moderator", "since", "ended_at"]
    list_filter = [WithoutEffectFilter, ("ended_at", admin.EmptyFieldListFilter), "qualification"]
    list_select_related = ["centre", "qualification", "moderator__user"]
    search_fields = ["centre__number", "centre__plain_names__holds", "moderator__user__plain_names__holds"]
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
        """Ask who takes over the claims in hand, if anyone."""
        return with_form(
            self,
            request,
            queryset,
            form=TakeOverForm(request.POST if {"takes_over", "successor"} & request.POST.keys() else None),
            name="end",
            question="Who takes over the claims in hand?",
            act=lambda row, said: actions.end_allocation(row, by=request.user, successor=said["successor"]),
            done="ended",
            facts_of=lambda row: [f"In hand: {', '.join(rules.claims_in_hand(row)) or 'no claim'}"],
        )


@admin.register(Conflict)
class ConflictAdmin(TwoTabsAdmin):
    """Conflicts of interest: recorded and removed, never changed."""

    list_display = ["moderator", "centre", "reason", "recorded_at"]
    list_select_related = ["moderator__user", "centre"]
    search_fields = ["moderator__user__plain_names__holds", "centre__number", "centre__plain_names__holds"]
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


class ModeratorFilter(admin.SimpleListFilter):
    """Filters for claims that wait or are in moderation, but have no moderator who can open them."""

    title = "moderator"
    parameter_name = "moderator"

    def lookups(self, request, model_admin):
        return [("none", "Without a moderator")]

    def queryset(self, request, queryset):
        return queryset.without_moderator() if self.value() == "none" else queryset


@admin.register(Claim)
class ClaimAdmin(ReadOnlyAdmin):
    list_display = ["number", "centre", "qualification", "state", "lines", "submitted_at", "concluded_at"]
    list_filter = [ModeratorFilter, "state", "qualification", "submitted_at"]
    search_fields = ["number", "centre__number", "centre__plain_names__holds"]
    date_hierarchy = "submitted_at"
    inlines = [LineInline]

    def get_queryset(self, request):
        return Claim.objects.for_lists()

    @admin.display(ordering="line_count")
    def lines(self, claim) -> int:
        return claim.line_count
