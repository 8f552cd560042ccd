"""Named entries: the list, one entry, and how to withdraw or transfer it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from centres.access import may, open_centre, require
from centres.actions import OrderNumberTaken
from centres.models import EntryOrder
from centres.states import HOLDING_ENTRIES
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.accounts.second_step.afresh import with_fresh_factor
from portal.files import door
from portal.kit.models import Event
from portal.kit.once import once
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, named_rules
from ..models import NamedEntry
from ..named_forms import NamedEntryFilter, ReasonForm, StartForm, TransferForm

HEADINGS = [
    "Candidate number", "Certificate name", "Date of birth", "Groups", "Scheme code", "Title", "State", "Order",
    "Entered on",
]  # fmt: skip


def open_entries(request, number, *, needs: Permission = Permission.SEE_ENTRIES):
    """The centre, for people who may see both its entries and its candidates, and have `needs`."""
    centre = open_centre(request, number, needs=needs)
    for permission in (Permission.SEE_ENTRIES, Permission.SEE_CANDIDATES):
        require(request.user, permission, at=centre)
    return centre


def named_crumbs(centre, *more: tuple[str, str | None]) -> list[tuple]:
    trail = [
        ("Entries", reverse("entries", args=[centre.number])),
        ("Named entries", reverse("named-entries", args=[centre.number])),
    ]
    return [*trail, *more]


def _find(request, number, pk, *, needs: Permission = Permission.SEE_ENTRIES) -> NamedEntry:
    centre = open_entries(request, number, needs=needs)
    entries = NamedEntry.objects.visible_to(request.user).for_lists()
    return get_object_or_404(entries, candidate__centre=centre, pk=pk)


@signed_in
@require_GET
def named_entries(request, number):
    """Everybody entered by name at the centre."""
    centre = open_entries(request, number)
    form = NamedEntryFilter(request.GET, centre=centre)
    context = {
        "centre": centre,
        "form": form,
        "page": paginate(request, form.narrow(_of(request, centre)).for_lists()),
        "may_order": may(request.user, Permission.ORDER_ENTRIES, at=centre)
        and bool(named_rules.sizes_on_offer(centre)),
        "breadcrumbs": [*named_crumbs(centre)[:-1], ("Named entries", None)],
    }
    return render(request, "candidates/named_entries.html", context)


def _of(request, centre):
    return NamedEntry.objects.visible_to(request.user).filter(candidate__centre=centre)


@signed_in
@require_GET
def named_entries_csv(request, number):
    """The list, with the same filters, as a CSV file."""
    centre = open_entries(request, number)
    found = NamedEntryFilter(request.GET, centre=centre).narrow(_of(request, centre)).for_lists()
    rows = [HEADINGS, *(_cells(entry) for entry in found)]
    return door.hand_out_csv(request, rows, name=f"named-entries-{centre.number}.csv", subject=centre)


def _cells(entry: NamedEntry) -> list[str]:
    candidate = entry.candidate
    return [
        candidate.number,
        candidate.certificate_name,
        f"{candidate.date_of_birth:%d/%m/%Y}",
        ", ".join(group.name for group in candidate.groups.all()),
        entry.award.code,
        entry.award.title,
        entry.standing.label,
        entry.order_line.order.order_number,
        f"{timezone.localtime(entry.entered_at):%d/%m/%Y}",
    ]


@signed_in
@require_http_methods(["GET", "POST"])
@once
def named_order_new(request, number):
    """The first step of an order for named entries: its number."""
    centre = open_entries(request, number, needs=Permission.ORDER_ENTRIES)
    form = StartForm(request.POST if request.method == "POST" else None, instance=EntryOrder(centre=centre))
    if form.is_valid():
        try:
            order = actions.start_named_order(centre, form.cleaned_data["order_number"], by=request.user)
            return redirect("order-names-add", number, order.pk)
        except OrderNumberTaken as refusal:
            form.add_error("order_number", refusal.for_people())
    sizes = named_rules.sizes_on_offer(centre)
    context = {
        "centre": centre,
        "form": form,
        "sizes": sizes,
        "qualifications": [size.qualification for size in sizes],
        "breadcrumbs": named_crumbs(centre, ("Order named entries", None)),
    }
    return render(request, "candidates/named_order_new.html", context)


@signed_in
@require_GET
def named_entry(request, number, pk):
    """One entry, what happened to it, and what can be done."""
    entry = _find(request, number, pk)
    became = entry.transfers.filter(order_line__order__state__in=HOLDING_ENTRIES).for_lists().first()
    is_waiting = became is not None and entry.state == NamedEntry.State.ENTERED
    may_order = may(request.user, Permission.ORDER_ENTRIES, at=entry.candidate.centre)
    context = {
        "entry": entry,
        "centre": entry.candidate.centre,
        "may_change": entry.is_alive and not is_waiting and may_order,
        "came_from": entry.transferred_from,
        "became": became,
        "is_waiting": is_waiting,
        "history": Event.objects.about(entry),
        "breadcrumbs": named_crumbs(entry.candidate.centre, (str(entry), None)),
    }
    return render(request, "candidates/named_entry.html", context)


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
def named_entry_withdraw(request, number, pk):
    entry = _find(request, number, pk, needs=Permission.ORDER_ENTRIES)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.withdraw_entry(entry, by=request.user, why=form.cleaned_data["reason"])
            messages.success(request, f"{entry} has been withdrawn. Units already achieved are kept.")
            return redirect(entry)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
    return _about(request, "candidates/named_entry_withdraw.html", entry, "Withdraw", form)


@signed_in
@with_fresh_factor
@require_http_methods(["GET", "POST"])
def named_entry_transfer(request, number, pk):
    entry = _find(request, number, pk, needs=Permission.ORDER_ENTRIES)
    form = TransferForm(request.POST if request.method == "POST" else None, entry=entry)
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.transfer_entry(
                entry,
                form.chosen.award,
                by=request.user,
                why=said["reason"],
                order_number=said.get("order_number", ""),
            )
            messages.success(request, _transferred(entry, made))
            return redirect(made)
        except OrderNumberTaken as refusal:
            form.add_error("order_number", refusal.for_people())
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
    return _about(request, "candidates/named_entry_transfer.html", entry, "Transfer", form)


def _transferred(entry: NamedEntry, made: NamedEntry) -> str:
    if made.order_line_id == entry.order_line_id:
        return f"{entry.candidate} is now entered under {made.award.code}."
    return (
        f"Order {made.order_line.order} for {made.award.code} submitted. "
        f"Until it is processed, {entry.candidate} stays entered under {entry.award.code}."
    )


def _about(request, template: str, entry: NamedEntry, what: str, form):
    if request.method == "GET" and not entry.is_alive:
        messages.error(
            request, "Only an entry whose order has been processed can be withdrawn or transferred."
        )
        return redirect(entry)
    centre = entry.candidate.centre
    trail = named_crumbs(centre, (str(entry), entry.get_absolute_url()), (what, None))
    return render(
        request,
        template,
        {
            "entry": entry,
            "centre": centre,
            "form": form,
            "qualifications": [entry.award.qualification],
            "breadcrumbs": trail,
            "why_not": named_rules.why_no_change(entry),
        },
    )
