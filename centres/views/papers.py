"""Papers of a centre: statements of entries, invoices, the welcome pack and its blank forms."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.catalogue.models import EntryRoute
from portal.files import door

from .. import blank_forms
from ..access import may, open_centre
from ..models import EntryOrder, Invoice, StatementOfEntries

PAPERS_SHOWN = 10  # in the welcome pack; the list of orders has all


@signed_in
def statement(request, number, statement):
    """The statement of entries as PDF, once it is printed."""
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    return _printed(request, get_object_or_404(StatementOfEntries, order__centre=centre, number=statement))


@signed_in
def invoice(request, number, invoice):
    """The invoice of an order as PDF, once it is printed."""
    centre = open_centre(request, number, needs=Permission.SEE_ENTRIES)
    return _printed(request, get_object_or_404(Invoice, order__centre=centre, number=invoice))


def _printed(request, paper):
    if not paper.is_printed:
        messages.info(request, "It is being printed. Try again in a few seconds.")
        return redirect(paper.order)
    return door.send_printed(request, paper)


@signed_in
def welcome_pack(request, number):
    """All that a newly approved centre needs, on one page."""
    centre = open_centre(request, number, needs=Permission.SEE_CENTRE)
    may_see_entries = may(request.user, Permission.SEE_ENTRIES, at=centre)
    processed = centre.entry_orders.filter(state=EntryOrder.State.PROCESSED).order_by("-processed_at", "-pk")
    approvals = list(centre.approvals.current().select_related("qualification"))
    qualifications = [approval.qualification for approval in approvals]
    routes = {qualification.entry_route for qualification in qualifications}
    context = {
        "centre": centre,
        "approvals": approvals,
        "qualifications": qualifications,
        "takes_unnamed": EntryRoute.UNNAMED in routes,
        "takes_named": EntryRoute.NAMED in routes,
        "links": blank_forms.welcome_links(),
        "may_see_entries": may_see_entries,
        "may_manage_people": may(request.user, Permission.MANAGE_PEOPLE, at=centre),
        "may_issue_codes": may(request.user, Permission.ISSUE_CODES, at=centre),
        "orders": processed.select_related("statement", "invoice", "centre")[:PAPERS_SHOWN]
        if may_see_entries
        else [],
        "breadcrumbs": [("Centre", centre.get_absolute_url()), ("Welcome pack", None)],
    }
    return render(request, "centres/welcome_pack.html", context)


@signed_in
def claim_sheet_blank(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_CENTRE)
    return door.draw(
        request,
        "pdf/claim_sheet.html",
        blank_forms.blank_claim_sheet(centre),
        name=f"claim-sheet-{centre.number}.pdf",
        subject=centre,
        back=reverse("welcome-pack", args=[number]),
    )


@signed_in
def batch_header_blank(request, number):
    centre = open_centre(request, number, needs=Permission.SEE_CENTRE)
    return door.draw(
        request,
        "pdf/batch_header.html",
        blank_forms.blank_batch_header(centre),
        name=f"batch-header-{centre.number}.pdf",
        subject=centre,
        back=reverse("welcome-pack", args=[number]),
    )
