"""Enquiries: read, answer and close them."""

from django import forms
from django.contrib import admin, messages

from portal.kit.admin import ReadOnlyAdmin, ReadOnlyInline
from portal.kit.admin_actions import act_on_each
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..models import Enquiry, EnquiryMessage


class AnswerForm(forms.ModelForm):
    """The answer is the only field to fill in."""

    answer = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 8, "cols": 90}),
        help_text="It is e-mailed when you save, and kept with the enquiry.",
    )

    class Meta:
        model = Enquiry
        fields: list[str] = []


class MessageInline(ReadOnlyInline):
    model = EnquiryMessage
    fields = ["at", "is_answer", "by", "text"]


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnlyAdmin):
    form = AnswerForm
    list_display = ["reference", "topic", "name", "centre_number", "state", "sent_at"]
    list_filter = ["state", "topic"]
    search_fields = ["reference", "plain_names__holds", "email", "centre_number", "messages__text"]
    inlines = [MessageInline]
    actions = ["close"]

    def get_readonly_fields(self, request, obj=None):
        return [name for name in super().get_readonly_fields(request, obj) if name != "nonce"]

    def get_fields(self, request, obj=None):
        names = [name for name in self.get_readonly_fields(request, obj) if name != "id"]
        closed = obj is None or obj.state == Enquiry.State.CLOSED
        return names if closed or not self.has_change_permission(request, obj) else [*names, "answer"]

    def save_model(self, request, obj, form, change) -> None:
        if not form.cleaned_data.get("answer"):
            return
        try:
            actions.answer_enquiry(obj, form.cleaned_data["answer"], by=request.user)
        except TransitionRefused as refusal:
            self.message_user(request, refusal.for_people(), messages.ERROR)

    @admin.action(description="Close: no answer is needed", permissions=["change"])
    def close(self, request, queryset):
        act_on_each(self, request, queryset, lambda row: row.move("close", by=request.user), "closed")
