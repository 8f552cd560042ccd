"""Training: events, places, requests for days."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.utils import timezone

from portal.kit.admin import AutocompleteFilter, DateRangeFilter, ReadOnlyAdmin, ReadOnlyInline, verb
from portal.kit.admin.asking import with_confirmation, with_reason
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..models import Interest, TrainingEvent, TrainingRequest
from .notices import KeptAdmin


class TrainingEventForm(forms.ModelForm):
    def clean_capacity(self):
        places = self.cleaned_data["capacity"]
        taken = (
            self.instance.interests.filter(state=Interest.State.CONFIRMED).count() if self.instance.pk else 0
        )
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
    list_filter = ["state", "qualifications", ("starts_at", DateRangeFilter)]
    search_fields = ["title__holds", "place__holds", "text__holds"]
    search_help_text = "Words of the title, the place or the text."
    ordering = ["-starts_at", "-pk"]
    fields = [
        "title", "text", "qualifications", "starts_at", "ends_at", "place", "joining", "capacity", "state",
        "reason",
    ]  # fmt: skip
    readonly_fields = ["state", "reason"]
    filter_horizontal = ["qualifications"]
    inlines = [InterestInline]
    actions = ["publish", "cancel"]

    def get_queryset(self, request):
        return TrainingEvent.objects.with_places()

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

    @verb("Publish", "Shows it, and people can ask for a place.")
    def publish(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="publish",
            question="Publish these events? People can then ask for a place.",
            act=lambda row: row.move("publish", by=request.user),
            done="published",
            name_of=str,
        )

    @verb("Cancel the event", "Sends your reason to everybody who asked for a place. This cannot be undone.")
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


class ToComeFilter(admin.SimpleListFilter):
    title = "day of the event"
    parameter_name = "event_is"

    def lookups(self, request, model_admin):
        return [("to_come", "To come"), ("begun", "Has begun")]

    def queryset(self, request, queryset):
        now = timezone.now()
        days = {"to_come": Q(event__starts_at__gt=now), "begun": Q(event__starts_at__lte=now)}
        return queryset.filter(days.get(str(self.value()), Q()))


@admin.register(Interest)
class InterestAdmin(ReadOnlyAdmin):
    list_display = ["name", "event", "centre_name", "email", "state", "sent_at"]
    list_filter = ["state", ToComeFilter, ("event", AutocompleteFilter), ("sent_at", DateRangeFilter)]
    list_select_related = ["event"]
    search_fields = ["plain_names__holds", "email__holds", "event__title__holds"]
    search_help_text = "Name, centre or e-mail address, or the title of the event."
    actions = ["confirm", "put_on_waiting_list", "withdraw"]

    @verb("Confirm the place", "E-mails an invitation with a calendar entry.")
    def confirm(self, request, queryset):
        return self._decide(
            request,
            queryset.order_by("sent_at", "pk"),
            "confirm",
            "Confirm these places? An invitation is e-mailed.",
            actions.confirm_place,
            "confirmed",
        )

    @verb("Put on the waiting list", "E-mails that all places are taken.")
    def put_on_waiting_list(self, request, queryset):
        return self._decide(
            request,
            queryset,
            "put_on_waiting_list",
            "Put these on the waiting list? They are told by e-mail.",
            actions.put_on_waiting_list,
            "put on the waiting list",
        )

    @verb("Withdraw for them", "Gives up the place. They are told by e-mail.")
    def withdraw(self, request, queryset):
        return self._decide(
            request,
            queryset,
            "withdraw",
            "Withdraw these for the people? They are told by e-mail.",
            actions.withdraw_interest,
            "withdrawn",
        )

    def _decide(self, request, queryset, name: str, question: str, act, done: str):
        return with_confirmation(
            self,
            request,
            queryset,
            name=name,
            question=question,
            act=lambda row: act(row, by=request.user),
            done=done,
            name_of=lambda row: row.name,
            facts_of=lambda row: [f"{row.event}, {row.get_state_display().lower()}"],
        )


@admin.register(TrainingRequest)
class TrainingRequestAdmin(ReadOnlyAdmin):
    list_display = ["centre_name", "name", "place", "when_about", "people", "state", "sent_at"]
    list_filter = ["state", "qualifications", ("sent_at", DateRangeFilter)]
    search_fields = ["plain_names__holds", "email__holds", "about__holds"]
    search_help_text = "Name, centre, e-mail address, or what the day is to be about."
    actions = ["reply", "arrange", "decline"]

    @verb("Answer", "E-mails your answer. Nothing is agreed yet.")
    def reply(self, request, queryset):
        return self._answer(request, queryset, "reply", "Answer these requests?", "answered")

    @verb("Arranged", "E-mails your answer, and records that the day is agreed.")
    def arrange(self, request, queryset):
        return self._answer(request, queryset, "arrange", "Has the day been agreed?", "arranged")

    @verb("Decline", "E-mails your answer, and ends the request.")
    def decline(self, request, queryset):
        return self._answer(request, queryset, "decline", "Decline these requests?", "declined")

    def _answer(self, request, queryset, name: str, question: str, done: str):
        return with_reason(
            self,
            request,
            queryset,
            name=name,
            question=f"{question} Your answer is e-mailed.",
            act=lambda row, answer: actions.answer_request(row, name, answer=answer, by=request.user),
            done=done,
            label="Answer",
            name_of=lambda row: row.centre_name,
            facts_of=lambda row: [row.about],
        )
