"""Orders of entries: draft, check, submit, withdraw, and see the outcome."""

from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.accounts.second_step.afresh import with_fresh_factor
from portal.kit.models import Event
from portal.kit.once import once
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, rules
from ..access import may, open_centre
from ..filters import OrderFilter
from ..forms import AgreedTotalForm, OrderForm
from ..models import EntryOrder

State = EntryOrder.State


@signed_in
def orders(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    found = EntryOrder.objects.visible_to(request.user).filter(centre=centre).with_totals()
    chosen = OrderFilter(request.GET, queryset=found.select_related("centre", "statement", "invoice"))
    context = {
        "centre": centre,
        "filter": chosen,
        "page": paginate(request, chosen.qs),
        "may_order": may(request.user, Permission.ORDER_ENTRIES, at=centre),
        "enters_by_name": enters_by_name(request, centre),
        "breadcrumbs": [*_trail(centre)[:-1], ("Orders", None)],
    }
    return render(request, "centres/orders.html", context)


def _trail(centre, *more: tuple[str, str | None]) -> list[tuple]:
    entries = ("Entries", reverse("entries", args=[centre.number]))
    return [entries, ("Orders", reverse("orders", args=[centre.number])), *more]


def _below(order: EntryOrder, here: str) -> list[tuple]:
    return _trail(order.centre, (f"Order {order}", order.get_absolute_url()), (here, None))


def enters_by_name(request, centre) -> bool:
    """Whether the pages of named entries are offered: to those who may see candidates, where there can be any."""
    return may(request.user, Permission.SEE_CANDIDATES, at=centre) and rules.enters_by_name(centre)


@signed_in
@once
def order_new(request, number):
    """A new draft. `?copy=` an earlier order's key fills it in, or `?qualification=` a code and `?number=`."""
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    asked = request.GET.get("copy", "")
    earlier = centre.entry_orders.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
    wanted = {request.GET.get("qualification", ""): request.GET.get("number", "")}
    return _edit(request, centre, EntryOrder(centre=centre), copied=earlier, wanted=wanted)


@signed_in
def order_edit(request, number, pk):
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    return _edit(request, centre, get_object_or_404(centre.entry_orders, pk=pk, state=State.DRAFT))


def _edit(request, centre, order, *, copied=None, wanted=None):
    with transaction.atomic():
        if request.method == "POST" and order.pk:
            order.lock()
        form = OrderForm(request.POST or None, instance=order, copied=copied, wanted=wanted)
        is_saved = request.method == "POST" and form.is_valid() and _save(request, form)
    if is_saved:
        return redirect(order)
    qualifications = [qualification for qualification, _ in form.offered]
    context = {
        "form": form,
        "qualifications": qualifications,
        "centre": centre,
        "order": order,
        "copied": copied,
        "breadcrumbs": _below(order, "Change")
        if order.pk
        else _trail(centre, ("Order unnamed entries", None)),
    }
    return render(request, "centres/order_edit.html", context)


def _save(request, form: OrderForm) -> bool:
    try:
        actions.save_order(form.instance, form.quantities(), by=request.user)
    except actions.OrderNumberTaken as refusal:
        form.add_error("order_number", refusal.for_people())
        return False
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return False
    return True


@signed_in
def order(request, number, pk):
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    found = _find(centre, pk)
    may_order = may(request.user, Permission.ORDER_ENTRIES, at=centre)
    lines = found.lines.all()
    context = {
        "centre": centre,
        "order": found,
        "lines": lines,
        "shows_names": any(line.award for line in lines)
        and may(request.user, Permission.SEE_CANDIDATES, at=centre),
        "history": Event.objects.about(found),
        "breadcrumbs": _trail(centre, (f"Order {found}", None)),
        "may_change": may_order and found.state == State.DRAFT,
        "may_withdraw": may_order and found.state == State.SUBMITTED,
        "may_copy": may_order
        and found.state != State.DRAFT
        and not any(line.is_supplement for line in lines),  # paid once, for one candidate's larger size
    }
    return render(request, "centres/order.html", context)


def _find(centre, pk: int) -> EntryOrder:
    found = centre.entry_orders.with_totals().select_related("centre", "statement", "invoice", "created_by")
    order = get_object_or_404(found, pk=pk)
    prefetch_related_objects([order], "lines__qualification", "lines__award")
    return order


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
def order_submit(request, number, pk):
    """Show what is ordered, what it costs today, and what happens next; then submit it."""
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    found = get_object_or_404(centre.entry_orders, pk=pk)
    lines = rules.lines_at_todays_fees(found)
    total = sum(line.price for line in lines)
    form = AgreedTotalForm(request.POST or None, initial={"total": total})
    if request.method == "POST" and form.is_valid():
        return _done(
            request,
            found,
            lambda: actions.submit_order(found, by=request.user, total=form.cleaned_data["total"]),
            "Order submitted. You will get an e-mail when it has been processed or refused.",
        )
    if found.state != State.DRAFT:
        messages.info(request, "This order has already been submitted.")
        return redirect(found)
    context = {
        "centre": centre,
        "order": found,
        "lines": lines,
        "qualifications": [line.qualification for line in lines],
        "has_unnamed": any(not line.award_id for line in lines),
        "has_named": any(line.award_id for line in lines),
        "total": total,
        "form": form,
        "breadcrumbs": _below(found, "Check and submit"),
    }
    return render(request, "centres/order_submit.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def order_withdraw(request, number, pk):
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    found = get_object_or_404(centre.entry_orders, pk=pk)
    if request.method == "POST":
        return _done(
            request,
            found,
            lambda: actions.withdraw_order(found, by=request.user),
            f"Order {found} withdrawn. Nothing is charged.",
        )
    if found.state != State.SUBMITTED:
        messages.info(request, "Only an order that is waiting to be processed can be withdrawn.")
        return redirect(found)
    context = {"centre": centre, "order": found, "breadcrumbs": _below(found, "Withdraw")}
    return render(request, "centres/order_withdraw.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def order_delete(request, number, pk):
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    found = get_object_or_404(centre.entry_orders, pk=pk)
    if request.method == "POST":
        return _done(
            request,
            found,
            lambda: actions.delete_order(found, by=request.user),
            f"Draft {found} deleted.",
            then=("orders", number),
        )
    if found.state != State.DRAFT:
        messages.info(request, "Only a draft can be deleted.")
        return redirect(found)
    context = {"centre": centre, "order": found, "breadcrumbs": _below(found, "Delete")}
    return render(request, "centres/order_delete.html", context)


def _done(request, order, act, said: str, *, then=None):
    """Run `act()` and show the outcome; go back to the order, or on to `then`."""
    try:
        act()
        messages.success(request, said)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return redirect(order)
    return redirect(*(then or [order]))
