"""The names on an order for named entries: see them, choose candidates, or read them from a file."""

from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from centres.access import may, require
from centres.models import EntryOrder
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.catalogue.models import Award
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, named_csv, named_rules
from ..importing import MAX_ROWS
from ..models import Candidate, NamedEntry
from ..named_forms import NamesFileForm, PickFilter, PickForm, TakeOffForm
from .named import named_crumbs, open_entries

OFFERED_AT_ONCE = 50


def _find_order(request, number, pk, *, needs: Permission = Permission.SEE_ENTRIES) -> EntryOrder:
    centre = open_entries(request, number, needs=needs)
    return get_object_or_404(EntryOrder.objects.select_related("centre"), centre=centre, pk=pk)


def _find_draft(request, number, pk) -> EntryOrder:
    """A draft, for people who may order; an attempt to change a submitted order leads to its names."""
    return _find_order(request, number, pk, needs=Permission.ORDER_ENTRIES)


def _names(order: EntryOrder):
    """The names originally on the order, without entries that came later by a transfer at no cost on the same line."""
    ordered = Q(transferred_from=None) | ~Q(transferred_from__order_line=F("order_line"))
    return NamedEntry.objects.filter(ordered, order_line__order=order)


def _crumbs(order: EntryOrder, *more: tuple[str, str | None]) -> list[tuple]:
    return named_crumbs(order.centre, (f"Order {order}", order.get_absolute_url()), *more)


@signed_in
@require_http_methods(["GET", "POST"])
def order_names(request, number, pk):
    """The names on an order; those selected are removed from a draft."""
    order = _find_order(request, number, pk)
    if request.method == "POST":
        require(request.user, Permission.ORDER_ENTRIES, at=order.centre)
        _take_off(request, order)
        return redirect("order-names", number, pk)
    context = {
        "order": order,
        "centre": order.centre,
        "page": paginate(request, _names(order).for_lists().by_size(), 50),
        "lines": order.lines.filter(award__isnull=False).select_related("award"),
        "may_change": order.state == EntryOrder.State.DRAFT
        and may(request.user, Permission.ORDER_ENTRIES, at=order.centre),
        "breadcrumbs": _crumbs(order, ("Names", None)),
    }
    return render(request, "candidates/order_names.html", context)


def _take_off(request, order: EntryOrder) -> None:
    form = TakeOffForm(request.POST, offered=_names(order))
    if not form.is_valid():
        messages.error(request, "; ".join(map(str, form.errors["entries"])))
        return
    ticked = list(form.cleaned_data["entries"])
    try:
        actions.take_names_off(order, ticked, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return
    messages.success(request, f"{_names_in_words(len(ticked))} removed from the order.")


def _names_in_words(count: int) -> str:
    return "1 name" if count == 1 else f"{count} names"


@signed_in
@require_http_methods(["GET", "POST"])
def order_names_add(request, number, pk):
    """Choose candidates for a draft, under one scheme code."""
    order = _find_draft(request, number, pk)
    if order.state != EntryOrder.State.DRAFT:
        return redirect("order-names", number, pk)
    asked = PickFilter(request.GET, centre=order.centre)
    everybody = Candidate.objects.visible_to(request.user).filter(centre=order.centre)
    found = asked.narrow(_to_enter(everybody, asked.award))
    if request.method == "POST" and asked.award and _enter_picked(request, order, asked.award, found):
        return redirect("order-names", number, pk)
    ticked = {int(key) for key in request.POST.getlist("candidates") if key.isdecimal()}
    context = {
        "order": order,
        "centre": order.centre,
        "form": asked,
        "award": asked.award,
        "page": paginate(request, found.prefetch_related("groups"), OFFERED_AT_ONCE),
        "ticked": ticked,
        "breadcrumbs": _crumbs(order, ("Names", _url(order)), ("Add candidates", None)),
    }
    return render(request, "candidates/order_names_add.html", context)


def _url(order: EntryOrder) -> str:
    return reverse("order-names", args=[order.centre.number, order.pk])


def _to_enter(candidates, award: Award | None):
    return named_rules.to_enter(candidates, award.qualification) if award else candidates.none()


def _enter_picked(request, order: EntryOrder, award: Award, offered) -> bool:
    form = PickForm(request.POST, offered=offered)
    if not form.is_valid():
        messages.error(request, "; ".join(map(str, form.errors["candidates"])))
        return False
    try:
        entered = actions.enter_candidates(order, award, form.chosen(), by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return False
    messages.success(request, f"{_names_in_words(len(entered))} added to the order under {award.code}.")
    return True


@signed_in
@require_http_methods(["GET", "POST"])
def order_names_file(request, number, pk):
    """Names from a CSV file: a dry run that names every faulty row, then all of them or none."""
    order = _find_draft(request, number, pk)
    if order.state != EntryOrder.State.DRAFT:
        return redirect("order-names", number, pk)
    confirms = request.method == "POST" and "text" in request.POST
    form = NamesFileForm(
        *((request.POST, request.FILES) if request.method == "POST" and not confirms else ())
    )
    context = {
        "order": order,
        "centre": order.centre,
        "form": form,
        "max_rows": MAX_ROWS,
        "codes": named_rules.sizes_on_offer(order.centre),
        "breadcrumbs": _crumbs(order, ("Names", _url(order)), ("Add from a file", None)),
    }
    if confirms or form.is_valid():
        text = request.POST["text"] if confirms else form.decoded.text
        rows, problems = named_csv.read_names(text, _known(order))
        if confirms and not problems and _enter_all(request, order, rows):
            return redirect("order-names", number, pk)
        context |= {
            "is_checked": True,
            "text": named_csv.written(rows),
            "rows": rows,
            "problems": problems,
            "faulty": len({problem.line for problem in problems}),
            "totals": _totals(rows),
        }
    return render(request, "candidates/order_names_file.html", context)


def _known(order: EntryOrder) -> named_csv.Known:
    holding = NamedEntry.objects.holding().filter(candidate__centre=order.centre)
    return named_csv.Known(
        candidates={candidate.number: candidate for candidate in order.centre.candidates.all()},
        sizes={award.code: award for award in named_rules.sizes_on_offer(order.centre)},
        holding=set(holding.values_list("candidate", "award__qualification")),
    )


def _by_size(rows: list[named_csv.Row]) -> dict[Award, list[Candidate]]:
    sizes: dict[Award, list[Candidate]] = {}
    for candidate, award in rows:
        sizes.setdefault(award, []).append(candidate)
    return sizes


def _totals(rows: list[named_csv.Row]) -> list[tuple[Award, int]]:
    return [(award, len(candidates)) for award, candidates in _by_size(rows).items()]


def _enter_all(request, order: EntryOrder, rows: list[named_csv.Row]) -> bool:
    try:
        with transaction.atomic():
            for award, candidates in _by_size(rows).items():
                actions.enter_candidates(order, award, candidates, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return False
    messages.success(request, f"{_names_in_words(len(rows))} added to the order.")
    return True
