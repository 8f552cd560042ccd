"""Training: events, places, requests for days."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect

from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from portal.kit.admin_actions import act_on_each, with_reason
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..models import Interest, TrainingEvent, TrainingRequest
from .notices import KeptAdmin


class TrainingEventForm(forms.ModelForm):
    def clean_capacity(self):
        places = self.cleaned_data["capacity"]
        taken = self.instance.interests.filter(state="confirmed").count() if self.instance.pk else 0
        if places < taken:
            raise ValidationError(f"{taken} places are already confirmed. Enter at least {taken}.")
        return places


class InterestInline(ReadOnlyInline):
    model = Interest
    fields = ["name", "email", "centre_name", "state", "sent_at"]
    show_change_link = True


@admin.register(TrainingEvent)
class TrainingEventAdmin(KeptAdmin):
    form = TrainingEventForm
    list_display = ["title", "starts_at", "place", "state", "capacity", "taken", "waiting"]
    list_filter = ["state", "qualifications"]
    search_fields = ["title", "place", "text"]
    date_hierarchy = "starts_at"
    fields = [
        "title", "text", "qualifications", "starts_at", "ends_at", "place", "joining", "capacity", "state",
        "reason",
    ]  # fmt: skip
    readonly_fields = ["state", "reason"]
    filter_horizontal = ["qualifications"]
    inlines = [InterestInline]
    actions = ["publish", "cancel"]

    def get_queryset(self, request):
        return TrainingEvent.objects.with_places().order_by("-starts_at", "-pk")

    def changeform_view(self, request, *args, **kwargs):
        """A place may have been confirmed since the form was opened."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except TransitionRefused as refusal:
            self.message_user(request, refusal.for_people(), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change) -> None:
        actions.save_event(obj, form.changed_data, by=request.user)

    @admin.display(description="confirmed")
    def taken(self, event) -> int:
        return event.taken

    @admin.display(description="waiting for a place")
    def waiting(self, event) -> int:
        return event.waiting

    @admin.action(description="Publish", permissions=["change"])
    def publish(self, request, queryset):
        act_on_each(self, request, queryset, lambda row: row.move("publish", by=request.user), "published")

    @admin.action(description="Cancel, with a reason", permissions=["change"])
    def cancel(self, request, queryset):
        return with_reason(
            self,
            request,
            queryset,
            name="cancel",
            question="Cancel these events? The reason is sent to everybody who asked for a place.",
            act=lambda row, reason: actions.cancel_event(row, by=request.user, why=reason),
            done="cancelled",
        )


@admin.register(Interest)
class InterestAdmin(ReadOnlyAdmin):
    list_display = ["name", "event", "centre_name", "email", "state", "sent_at"]
    list_filter = ["state", "event"]
    list_select_related = ["event"]
    search_fields = ["plain_names__holds", "email", "event__title"]
    exclude = ["nonce"]
    actions = ["confirm", "put_on_waiting_list", "withdraw"]

    def get_readonly_fields(self, request, obj=None):
        return [name for name in super().get_readonly_fields(request, obj) if name != "nonce"]

    @admin.action(description="Confirm the place and e-mail an invitation", permissions=["change"])
    def confirm(self, request, queryset):
        act_on_each(
            self,
            request,
            queryset.order_by("sent_at", "pk"),
            lambda row: actions.confirm_place(row, by=request.user),
            "confirmed",
        )

    @admin.action(description="Put on the waiting list", permissions=["change"])
    def put_on_waiting_list(self, request, queryset):
        act_on_each(
            self,
            request,
            queryset,
            lambda row: actions.put_on_waiting_list(row, by=request.user),
            "put on the waiting list",
        )

    @admin.action(description="Withdraw for them", permissions=["change"])
    def withdraw(self, request, queryset):
        act_on_each(
            self, request, queryset, lambda row: actions.withdraw_interest(row, by=request.user), "withdrawn"
        )


@admin.register(TrainingRequest)
class TrainingRequestAdmin(ReadOnlyAdmin):
    list_display = ["centre_name", "name", "place", "when_about", "people", "state", "sent_at"]
    list_filter = ["state", "qualifications"]
    search_fields = ["plain_names__holds", "email", "about"]
    exclude = ["nonce"]
    actions = ["reply", "arrange", "decline"]

    def get_readonly_fields(self, request, obj=None):
        names = [name for name in super().get_readonly_fields(request, obj) if name != "nonce"]
        return [*names, "qualifications"]

    def _answer(self, request, queryset, verb: str, question: str, done: str):
        return with_reason(
            self,
            request,
            queryset,
            name=verb,
            question=f"{question} Your answer is e-mailed.",
            act=lambda row, answer: actions.answer_request(row, verb, answer=answer, by=request.user),
            done=done,
            label="Answer",
        )

    @admin.action(description="Answer, with nothing agreed yet", permissions=["change"])
    def reply(self, request, queryset):
        return self._answer(request, queryset, "reply", "Answer these requests?", "answered")

    @admin.action(description="Arranged: the day is agreed", permissions=["change"])
    def arrange(self, request, queryset):
        return self._answer(request, queryset, "arrange", "Has the day been agreed?", "arranged")

    @admin.action(description="Decline", permissions=["change"])
    def decline(self, request, queryset):
        return self._answer(request, queryset, "decline", "Decline these requests?", "declined")
