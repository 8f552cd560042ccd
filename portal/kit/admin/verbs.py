"""What staff do to records: one admin action each, run from the list for many or by a button on the record's page.

    @verb("Process", "Credits the entries, and issues the statement of entries and the invoice.")
    def process(self, request, queryset): ...

The button is shown while the record's state has the move of that name; `when` says otherwise. Own code rather than
django-object-actions, which knows neither permissions nor a page that asks before it acts.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import path, reverse


class Button(NamedTuple):
    """`says`: what follows, as a sentence. `is_link`: it leads to a page that asks, where a GET is right."""

    label: str
    says: str
    url: str
    is_link: bool = False


def verb(
    label: str,
    says: str = "",
    *,
    permissions: Sequence[str] = ("act",),
    when: str | Callable[[Any], bool] = "",
) -> Callable[[Callable], Callable]:
    """Declare an admin action, and when a record offers it: `when(row)`, or while the move named `when` is possible."""

    def decorator(function: Callable) -> Callable:
        action: Any = admin.action(function, description=label, permissions=permissions)
        action.says, action.when = says, when or function.__name__
        return action

    return decorator


class Verbs:
    """For a ModelAdmin: buttons on the record for its actions."""

    def has_act_permission(self, request) -> bool:
        """Whether the person may change such records by verbs, though perhaps none of their fields."""
        return admin.ModelAdmin.has_change_permission(self, request)  # type: ignore[arg-type]

    def get_urls(self) -> list:
        act = path(
            "<path:object_id>/act/<slug:name>/",
            self.admin_site.admin_view(self.act_view),  # type: ignore[attr-defined]
            name=self.page("act"),
        )
        return [act, *super().get_urls()]  # type: ignore[misc]

    def page(self, name: str) -> str:
        """The name of an address of this model in the admin."""
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"  # type: ignore[attr-defined]

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        buttons = list(self.buttons(request, obj)) if obj is not None else []
        context.update(buttons=buttons)
        return super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]

    def buttons(self, request, obj) -> Iterable[Button]:
        """What can be done to the record now, by whoever asks."""
        actions = self.get_actions(request)  # type: ignore[attr-defined]
        for name in self.actions or ():  # type: ignore[attr-defined]
            if name in actions and _is_offered(actions[name][0], obj):
                function, _, label = actions[name]
                url = reverse(f"admin:{self.page('act')}", args=[quote(obj.pk), name])
                yield Button(label, getattr(function, "says", ""), url)

    def act_view(self, request, object_id: str, name: str):
        """Run an action on one record, and come back to its page unless the action answers with a page of its own."""
        admin_self: Any = self
        obj = admin.ModelAdmin.get_object(
            admin_self, request, unquote(object_id)
        )  # each verb locks for itself
        if obj is None:
            return admin_self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        back = redirect(f"admin:{self.page('change')}", quote(obj.pk))
        if request.method != "POST":
            return back
        actions = admin_self.get_actions(request)
        if name not in (admin_self.actions or ()) or name not in actions:
            raise PermissionDenied
        if not admin_self.has_view_permission(request, obj):
            raise PermissionDenied
        function, _, _ = actions[name]
        return function(self, request, admin_self.get_queryset(request).filter(pk=obj.pk)) or back


def _is_offered(function: Callable, obj) -> bool:
    when = getattr(function, "when", None)
    if callable(when):
        return when(obj)
    move = getattr(getattr(type(obj), when or "", None), "_django_fsm", None)
    return move is None or move.get_transition(obj.state) is not None
