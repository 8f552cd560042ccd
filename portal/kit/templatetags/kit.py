"""Tags and filters for every page: states, sizes, links that keep the filter, sorting, errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any
from uuid import uuid4

from django import template
from django.core.paginator import Page
from django.db.models import Model
from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, MultiWidget, RadioSelect
from django.forms.formsets import BaseFormSet
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..amounts import filesize_uk, times_to_send
from ..states import state_of

register = template.Library()


@register.simple_tag
def state(record: Model, field: str = "state", words: str = "") -> SafeString:
    """The record's state in its colour, in its own words or others: `{% state decision "outcome" %}`."""
    shown = state_of(record, field)
    return badge(shown.tone, words or shown.label)


@register.simple_tag
def badge(tone: str, words: str) -> SafeString:
    """Words as a state is shown, in the colour of `tone`: for what is no state of one record."""
    return format_html('<strong class="state state--{}">{}</strong>', tone, words)


register.filter(filesize_uk)
register.filter(times_to_send)


@register.filter
def with_count(tiles: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tiles `{count, label, url}` for which there is something."""
    return [tile for tile in tiles if tile["count"]]


@register.filter
def without_count(tiles: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [tile for tile in tiles if not tile["count"]]


@register.filter
def ending(file_name: str) -> str:
    """The kind of a file as its card shows it: "plan.JPEG" → "jpeg"."""
    return PurePath(file_name).suffix.lower().lstrip(".")[:5]


def _request(context: template.Context) -> HttpRequest | None:
    # A part included with `only` keeps the request on the context itself, not among its values.
    return getattr(context, "request", None) or context.get("request")


@register.simple_tag(takes_context=True)
def query(context: template.Context, base: str | None = None, **replaced: Any) -> str:
    """The query string of this page with some keys replaced, or dropped if the value is None or empty.

    `{% query page=3 %}` → "?status=open&page=3"; `base` replaces the page's own query string.
    """
    request = _request(context)
    known = (
        QueryDict(base.lstrip("?"), mutable=True)
        if base
        else request.GET.copy()
        if request
        else QueryDict(mutable=True)
    )
    for key, value in replaced.items():
        if value is None or value == "":
            known.pop(key, None)
        else:
            known[key] = str(value)
    return f"?{known.urlencode()}"


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, label: str, key: str, *, numeric: bool = False, param: str = "sort"
) -> dict[str, Any]:
    """A column heading that sorts the list by `key`, or reverses the order, and starts at page 1."""
    request = _request(context)
    now = request.GET.get(param, "") if request else ""
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    next_sort = f"-{key}" if direction == "ascending" else key
    return {
        "label": label,
        "direction": direction,
        "numeric": numeric,
        "url": query(context, **{param: next_sort, "page": None}),
    }


@register.simple_tag(takes_context=True)
def csrf_field(context: template.Context) -> SafeString:
    """The hidden token, like `{% csrf_token %}`, but also inside a part included with `only`."""
    request = _request(context)
    token = get_token(request) if request else context.get("csrf_token", "")
    return (
        format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
        if token
        else SafeString("")
    )


@register.simple_tag
def once_field() -> SafeString:
    """A mark for this display of a form, so that it is not accepted twice (kit.once)."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4().hex)


@register.filter
def page_numbers(page: Page[Any]) -> list[int | None]:
    """Pages to link to around `page`, None where some are left out: [1, None, 6, 7, 8, None, 40]."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]


@register.filter
def focus_id(field: BoundField) -> str:
    """The id to focus for `field`: the first control of a group; for a date, the first part that is wrong."""
    widget = field.field.widget
    own = widget.attrs.get("id") or field.auto_id
    if isinstance(widget, MultiWidget):
        faulty: set[str] = getattr(widget, "faulty", set())
        parts = list(getattr(widget, "part_names", ()))
        return f"{own}_{min((parts.index(part) for part in faulty), default=0)}"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        first = next(iter(field.subwidgets), None)  # in a grouped list its id has two numbers
        return str(first.id_for_label) if first else f"{own}_0"
    return str(own)


def _errors_of(form: BaseForm, prefix: str = "") -> Iterator[dict[str, str]]:
    for message in form.non_field_errors():
        yield {"target": "", "text": f"{prefix}{message}"}
    for name in form.fields:
        if name in form.errors:
            field = form[name]
            for message in field.errors:
                yield {"target": "" if field.is_hidden else focus_id(field), "text": f"{prefix}{message}"}


@register.filter
def error_list(forms: BaseForm | BaseFormSet | Iterable[Any] | None) -> list[dict[str, str]]:
    """Every error of a form, a formset or a list of them, in page order: [{"target": id, "text": …}].

    Errors of a row name it: by the form's `row_label` if it has one; otherwise, in a formset, "Row 2".
    """
    if not forms:
        return []
    if isinstance(forms, BaseFormSet):
        found = (
            [{"target": "", "text": str(message)} for message in forms.non_form_errors()]
            if forms.is_bound
            else []
        )
        for number, form in enumerate(forms.forms, start=1):
            found += _errors_of(form, f"{getattr(form, 'row_label', None) or f'Row {number}'}: ")
        return found
    if isinstance(forms, BaseForm):
        label = getattr(forms, "row_label", "")
        return list(_errors_of(forms, f"{label}: " if label else "")) if forms.is_bound else []
    return [error for form in forms for error in error_list(form)]


@register.filter
def widget_kind(field: BoundField) -> str:
    """How `field` is laid out: "checkbox" (label after the box), "group" (fieldset and legend) or "plain"."""
    if getattr(field.field.widget, "input_type", "") == "checkbox" and not isinstance(
        field.field.widget, CheckboxSelectMultiple
    ):
        return "checkbox"
    if isinstance(field.field.widget, RadioSelect | CheckboxSelectMultiple | MultiWidget):
        return "group"
    return "plain"


@register.filter
def option_tags(options: Iterable[dict[str, Any]]) -> SafeString:
    """The options of a drop-down list. Not in a template: a list has many, and each would cost as much as a row."""
    return format_html_join(
        "",
        '<option value="{}"{}{}>{}</option>',
        (
            (
                str(option["value"]),
                SafeString(" selected" if option["selected"] else ""),
                SafeString(" disabled" if option["attrs"].get("disabled") else ""),
                option["label"],
            )
            for option in options
        ),
    )


@register.filter
def percent_of(done: int | None, total: int | None) -> int:
    """`done` of `total` in whole per cent: 0 when there is nothing to do, 100 only when all is done."""
    if not total:
        return 0
    return min(100, int((done or 0) * 100 / total))


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    """`mapping[key]`, for keys that a template cannot write; None if it is missing."""
    return mapping.get(key) if mapping else None


@register.filter
def kinds(accept: str) -> str:
    """The kinds of file in an `accept` attribute, in words: ".jpg,.png" → "JPG, PNG", ".csv" alone → "A CSV file"."""
    names = [kind.strip().lstrip(".").upper() for kind in accept.split(",")]
    return ", ".join(names) if len(names) > 1 else f"A {names[0]} file"
