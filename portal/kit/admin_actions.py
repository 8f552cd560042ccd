"""Admin actions that ask for a reason on a page of their own before they act."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.template.response import TemplateResponse

from .stateful import TransitionRefused


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4, "cols": 80}), label="Reason")


def act_on_each(model_admin, request, queryset, act: Callable, done: str) -> None:
    """Run `act(row)` for each row and tell what became of it; a refused row does not stop the others."""
    count = 0
    for row in queryset:
        try:
            act(row)
            count += 1
        except TransitionRefused as refusal:
            model_admin.message_user(request, refusal.for_people(), messages.ERROR)
    if count:
        model_admin.message_user(request, f"{count} {done}.", messages.SUCCESS)


def with_reason(
    model_admin,
    request,
    queryset,
    *,
    name: str,
    question: str,
    act: Callable,
    done: str,
    label: str = "Reason",
):
    """Ask for a reason, then run `act(row, reason)` for each row.

    `name`: of the admin action itself; `label`: what the reason is called, where it is something else.
    """
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    form.fields["reason"].label = label
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        return act_on_each(model_admin, request, queryset, lambda row: act(row, reason), done)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question,
        "form": form,
        "rows": queryset,
        "action_name": name,
        "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "opts": model_admin.model._meta,
    }
    return TemplateResponse(request, "admin/reason.html", context)
