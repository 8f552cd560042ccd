"""The statement of account: balances and changes, on the page, as CSV and as PDF."""

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files import door
from portal.kit.paging import paginate

from .. import account_rows
from ..access import may, open_centre
from ..filters import LedgerFilter
from ..models import EntryAccount, LedgerLine
from .orders import enters_by_name


@signed_in
def entries(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    chosen = _chosen(request, centre)
    page = paginate(request, chosen.qs.events())
    page.object_list = account_rows.rows_of(page.object_list)
    context = {
        "centre": centre,
        "accounts": _accounts(centre),
        "low": EntryAccount.objects.low().filter(centre=centre).select_related("qualification"),
        "limit": settings.LOW_BALANCE_ENTRIES,
        "filter": chosen,
        "page": page,
        "may_order": may(request.user, Permission.ORDER_ENTRIES, at=centre),
        "enters_by_name": enters_by_name(request, centre),
    }
    return render(request, "centres/entries.html", context)


def _accounts(centre):
    return EntryAccount.objects.filter(centre=centre).with_granted().select_related("qualification")


def _chosen(request, centre) -> LedgerFilter:
    lines = LedgerLine.objects.visible_to(request.user).filter(account__centre=centre)
    return LedgerFilter(request.GET, queryset=lines, centre=centre)


@signed_in
def entries_csv(request, number):
    """Every line that matches the filters, the oldest first."""
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    lines = _chosen(request, centre).qs.order_by("pk")
    name = f"entries-{centre.number}-{timezone.localdate():%Y-%m-%d}.csv"
    return door.hand_out_csv(request, account_rows.for_csv(lines), name=name, subject=centre)


@signed_in
def entries_pdf(request, number):
    """The statement of account to print: everything that matches the filters, in the order in which it happened."""
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    chosen = _chosen(request, centre)
    context = {
        "centre": centre,
        "accounts": _accounts(centre),
        "rows": account_rows.rows_of(chosen.qs.events().order_by("last")),
        "chosen": chosen.in_words(),
        "now": timezone.localtime(),
    }
    name = f"statement-of-account-{centre.number}-{timezone.localdate():%Y-%m-%d}.pdf"
    return door.draw(
        request,
        "pdf/statement_of_account.html",
        context,
        name=name,
        subject=centre,
        back=reverse("entries", args=[number]),
    )
