"""Admin actions that first ask on their own page, for a reason or for confirmation."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.template.response import TemplateResponse

from .stateful import TransitionRefused


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 4, "cols": 80}), label="Reason")


def act_on_each(
    model_admin, request, queryset, act: Callable, done: str, name_of: Callable | None = None
) -> None:
    """Run `act(row)` for each row and report the outcome; a refused row does not stop the others.

    With `name_of(row)` the message names each row: "PO-1 of 10101 Harbour processed."
    """
    names = []
    for row in queryset:
        try:
            act(row)
            names.append(name_of(row) if name_of else "")
        except TransitionRefused as refusal:
            model_admin.message_user(request, refusal.for_people(), messages.ERROR)
    if names:
        what = ", ".join(names) if name_of else len(names)
        model_admin.message_user(request, f"{what} {done}.", messages.SUCCESS)


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
    name_of: Callable | None = None,
    facts_of: Callable | None = None,
):
    """Ask for a reason, then run `act(row, reason)` for each row.

    `name`: the admin action itself; `label`: another name for the reason.
    """
    form = ReasonForm(request.POST if "reason" in request.POST else None)
    form.fields["reason"].label = label
    return with_form(
        model_admin,
        request,
        queryset,
        form=form,
        name=name,
        question=question,
        act=lambda row, said: act(row, said["reason"]),
        done=done,
        name_of=name_of,
        facts_of=facts_of,
    )


def with_form(
    model_admin,
    request,
    queryset,
    *,
    form: forms.Form,
    name: str,
    question: str,
    act: Callable,
    done: str,
    name_of: Callable | None = None,
    facts_of: Callable | None = None,
):
    """Show `form`, then run `act(row, cleaned data)` for each row. The form is bound once it has been sent."""
    if form.is_valid():
        said = form.cleaned_data
        return act_on_each(model_admin, request, queryset, lambda row: act(row, said), done, name_of)
    return _ask(model_admin, request, queryset, name, question, form=form, facts_of=facts_of)


def with_confirmation(
    model_admin,
    request,
    queryset,
    *,
    name: str,
    question: str,
    act: Callable,
    done: str,
    name_of: Callable | None = None,
    facts_of: Callable | None = None,
):
    """Show what would be done, then run `act(row)` for each row once it is confirmed.

    `facts_of(row)`: lines of text to show below the row.
    """
    if "confirmed" in request.POST:
        return act_on_each(model_admin, request, queryset, act, done, name_of)
    return _ask(model_admin, request, queryset, name, question, form=None, facts_of=facts_of)


def _ask(model_admin, request, queryset, name: str, question: str, *, form, facts_of: Callable | None = None):
    """The page that asks before the admin action `name` acts: the rows, and `form` where there is one."""
    context = {
        **model_admin.admin_site.each_context(request),
        "title": question,
        "form": form,
        "rows": [(row, facts_of(row) if facts_of else []) for row in queryset],
        "action_name": name,
        "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "opts": model_admin.model._meta,
    }
    return TemplateResponse(request, "admin/reason.html", context)
