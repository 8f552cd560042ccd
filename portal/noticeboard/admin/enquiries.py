"""Enquiries: read, answer and close them."""

from django import forms
from django.contrib import admin

from portal.kit.admin import DateRangeFilter, ReadOnlyAdmin, ReadOnlyInline, verb
from portal.kit.admin.asking import with_confirmation, with_form

from .. import actions
from ..models import Enquiry, EnquiryMessage


class AnswerForm(forms.Form):
    answer = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 8, "cols": 90}))


class MessageInline(ReadOnlyInline):
    model = EnquiryMessage
    fields = ["at", "is_answer", "by", "text"]
    ordering = ["-at", "-pk"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")


@admin.register(Enquiry)
class EnquiryAdmin(ReadOnlyAdmin):
    list_display = ["reference", "topic", "name", "centre_number", "state", "sent_at"]
    list_filter = ["state", "topic", ("sent_at", DateRangeFilter)]
    search_fields = [
        "reference__holds", "plain_names__holds", "email__holds", "centre_number", "messages__text__holds",
    ]  # fmt: skip
    search_help_text = "Reference, name, e-mail address, centre number, or words of a message."
    inlines = [MessageInline]
    actions = ["answer", "close"]

    @verb("Answer", "E-mails your answer, and keeps it here.")
    def answer(self, request, queryset):
        return with_form(
            self,
            request,
            queryset,
            form=AnswerForm(request.POST if "answer" in request.POST else None),
            name="answer",
            question="Answer? What you write is e-mailed.",
            act=lambda row, said: actions.answer_enquiry(row, said["answer"], by=request.user),
            done="answered",
            name_of=str,
            facts_of=lambda row: [
                f"{row.name}: {message.text}" for message in row.messages.filter(is_answer=False)
            ],
        )

    @verb("Close", "Nothing is sent. If the person writes again, the enquiry opens again.")
    def close(self, request, queryset):
        return with_confirmation(
            self,
            request,
            queryset,
            name="close",
            question="Close these enquiries? Nothing is sent.",
            act=lambda row: row.move("close", by=request.user),
            done="closed",
            name_of=str,
        )
