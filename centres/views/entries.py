"""Unnamed entries: orders, statements, and the statement of account."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit import door
from portal.kit.models import Event
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, rules
from ..access import may, open_centre
from ..filters import LedgerFilter
from ..forms import OrderForm
from ..models import EntryAccount, EntryOrder, LedgerLine, Product, StatementOfEntries


@signed_in
def orders(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    found = EntryOrder.objects.visible_to(request.user).filter(centre=centre).with_totals()
    context = {
        "centre": centre,
        "page": paginate(request, found.select_related("centre", "statement")),
        "may_order": may(request.user, Permission.ORDER_ENTRIES, at=centre),
        "enters_by_name": _enters_by_name(request, centre),
    }
    return render(request, "centres/orders.html", context)


def _enters_by_name(request, centre) -> bool:
    """Whether the pages of named entries are offered: to those who may see candidates, where there can be any."""
    return may(request.user, Permission.SEE_CANDIDATES, at=centre) and rules.enters_by_name(centre)


@signed_in
def order_new(request, number):
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    return _edit(request, centre, EntryOrder(centre=centre))


@signed_in
def order_edit(request, number, pk):
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    return _edit(request, centre, get_object_or_404(centre.entry_orders, pk=pk, state=EntryOrder.State.DRAFT))


def _edit(request, centre, order):
    form = OrderForm(request.POST or None, instance=order)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_order(order, form.quantities(), by=request.user)
            return redirect(order)
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
    return render(request, "centres/order_edit.html", {"form": form, "centre": centre, "order": order})


@signed_in
def order(request, number, pk):
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    found = get_object_or_404(
        centre.entry_orders.with_totals().select_related("centre", "statement", "created_by"), pk=pk
    )
    context = {
        "centre": centre,
        "order": found,
        "lines": found.lines.select_related("qualification", "award"),
        "has_names": found.lines.filter(product=Product.NAMED).exists(),
        "may_see_names": may(request.user, Permission.SEE_CANDIDATES, at=centre),
        "history": Event.objects.about(found),
        "may_change": found.state == EntryOrder.State.DRAFT
        and may(request.user, Permission.ORDER_ENTRIES, at=centre),
    }
    return render(request, "centres/order.html", context)


@signed_in
@require_POST
def order_submit(request, number, pk):
    centre = open_centre(request, number, needs=Permission.ORDER_ENTRIES)
    found = get_object_or_404(centre.entry_orders, pk=pk)
    try:
        actions.submit_order(found, by=request.user)
        messages.success(request, "The order was sent. You will get an e-mail when it has been processed.")
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    return redirect(found)


@signed_in
def entries(request, number):
    """The statement of account: balances, and every line of the ledger."""
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    lines = LedgerLine.objects.visible_to(request.user).filter(account__centre=centre).with_balance()
    chosen = LedgerFilter(
        request.GET,
        queryset=lines.select_related("account__qualification", "order_line__order"),
        centre=centre,
    )
    context = {
        "centre": centre,
        "accounts": EntryAccount.objects.filter(centre=centre).select_related("qualification"),
        "filter": chosen,
        "page": paginate(request, chosen.qs.order_by("-at", "-pk")),
        "may_order": may(request.user, Permission.ORDER_ENTRIES, at=centre),
        "enters_by_name": _enters_by_name(request, centre),
    }
    return render(request, "centres/entries.html", context)


@signed_in
def statement(request, number, statement):
    """The statement of entries as PDF, once it is printed."""
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    found = get_object_or_404(StatementOfEntries, order__centre=centre, number=statement)
    if not found.is_printed:
        messages.info(request, "The statement is being printed. Try again in a few seconds.")
        return redirect(found.order)
    return door.send(
        request, found.pdf, name=f"{found.number}.pdf", media_type="application/pdf", subject=found
    )
