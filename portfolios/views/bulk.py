"""Bulk uploads: files for several candidates at once, sorted on a page and then confirmed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods

from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.once import not_done, once_for_files
from portal.kit.paging import paginate

from ..access import find_bulk
from ..limits import limits_of_bulk
from ..models import BulkUpload, Upload
from ..sorting import confirming
from ..sorting.forms import BulkFilesForm, SortForm, StartForm, sort_forms
from ..sorting.roster import candidates_of, units_of

ATTENTION = (Upload.State.REFUSED, Upload.State.HELD, Upload.State.EXPIRED)


@signed_in
@require_http_methods(["GET", "POST"])
def bulk_list(request, number):
    """Start a bulk upload, or continue one of the user's own."""
    centre = open_centre(request, number, needs=Permission.UPLOAD_FOR_CANDIDATE)
    units = units_of(centre)
    form = StartForm(request.POST if request.method == "POST" else None, units=units)
    if form.is_valid():
        return redirect(confirming.start(centre, unit=form.cleaned_data["unit"], by=request.user))
    own = BulkUpload.objects.own(request.user).filter(centre=centre)
    context = {
        "centre": centre,
        "form": form,
        "page": paginate(request, own.for_lists()),
        "has_work": units.exists(),
        "breadcrumbs": _crumbs(centre),
    }
    return render(request, "portfolios/bulk_list.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def bulk(request, pk):
    """The proposed sorting, to correct and confirm; adding more files; and what happened to those confirmed."""
    found = find_bulk(request.user, pk)
    data = request.POST if request.method == "POST" else None
    rows = sort_forms(found, data)
    if data is not None:
        posted = [row for row in rows if row.is_bound]
        act = _confirm if "confirm" in data else _correct
        act(request, posted)
        if not any(row.errors for row in posted):
            return redirect(f"{found.get_absolute_url()}#sorting")
        rows = [row for row in rows if row.upload.state == Upload.State.SORTING]
    return render(request, "portfolios/bulk.html", _context(found, rows))


def _correct(request, rows: list[SortForm]) -> None:
    for row in rows:
        row.is_valid()
        row.correct(by=request.user)
    if not any(row.errors for row in rows):
        messages.success(request, "Your changes are saved. Nothing is confirmed yet.")


def _confirm(request, rows: list[SortForm]) -> None:
    """Confirm each row by itself: one that fails does not stop the others, and what was typed is kept."""
    sorted_in = left_out = 0
    for row in rows:
        if row.is_valid() and row.confirm(by=request.user):
            sorted_in += row.work is not None
            left_out += row.work is None
        else:
            row.correct(by=request.user)
    if sorted_in:
        files = "1 file is" if sorted_in == 1 else f"{sorted_in} files are"
        messages.success(request, f"{files} now in the units.")
    if left_out:
        messages.success(request, f"{left_out} file{' was' if left_out == 1 else 's were'} excluded.")
    if not sorted_in and not left_out and not any(row.errors for row in rows):
        messages.error(request, "No file has a candidate yet. Enter a candidate number for at least one.")


def _context(found: BulkUpload, rows: list[SortForm]) -> dict:
    uploads = list(
        found.uploads.filter(is_listed=True).select_related(
            "stored__sender", "bulk", "assignment__candidate", "assignment__unit", "version"
        )
    )
    wanting = [row for row in rows if row.errors or not row.upload.proposed]
    return {
        "bulk": found,
        "rows": rows,
        "candidates": candidates_of(found.centre),
        "wanting": wanting,
        "proposed": [row for row in rows if row not in wanting],
        "kept_until": min((row.upload.expires_at for row in rows), default=None),
        "coming": [upload for upload in uploads if upload.state == Upload.State.RECEIVING],
        "checking": sum(upload.state == Upload.State.RECEIVED for upload in uploads),
        "faults": [upload for upload in uploads if upload.state in ATTENTION],
        "unpacked": [upload for upload in uploads if upload.state == Upload.State.UNPACKED],
        "done": [upload for upload in uploads if upload.state == Upload.State.READY],
        "files_form": BulkFilesForm(),
        "limits": limits_of_bulk(found),
        "breadcrumbs": _crumbs(found.centre, found),
    }


@signed_in
@require_http_methods(["GET", "POST"])
@once_for_files
def bulk_add(request, pk):
    """Files from the plain form; the script sends them with the upload protocol instead.

    GET: where a second click leads while the files of the first are still being received.
    """
    found = find_bulk(request.user, pk)
    if request.method == "GET":
        return redirect(f"{found.get_absolute_url()}#sorting")
    form = BulkFilesForm(request.POST, request.FILES)
    received: list[Upload] = []
    refused: list = []
    if form.is_valid():
        received, refused = form.save(found, by=request.user)
        if received:
            files = "1 file was" if len(received) == 1 else f"{len(received)} files were"
            messages.success(
                request, f"{files} received. The portal will propose where each goes in a moment."
            )
    else:
        refused = list(form.errors["files"])
    if not received:
        not_done(request)
    for words in refused:
        messages.error(request, words)
    return redirect(f"{found.get_absolute_url()}#sorting")


@signed_in
@require_http_methods(["GET", "POST"])
def bulk_leave_out(request, pk):
    """Exclude all files that are not in a unit yet. It asks first, as the files are deleted."""
    found = find_bulk(request.user, pk)
    if request.method == "POST":
        files = confirming.leave_out(found, by=request.user)
        messages.success(request, f"{files} file{' was' if files == 1 else 's were'} excluded.")
        return redirect(found)
    files = found.uploads.in_no_unit().count()
    context = {
        "bulk": found,
        "files": files,
        "question": f"Exclude {files} file{'' if files == 1 else 's'}?",
        "breadcrumbs": [*_crumbs(found.centre, found), ("Exclude files", None)],
    }
    return render(request, "portfolios/bulk_leave_out.html", context)


def _crumbs(centre, found: BulkUpload | None = None) -> list[tuple]:
    items = [
        ("Candidates’ work", reverse("to-mark", args=[centre.number])),
        ("Upload for a group", reverse("bulk-uploads", args=[centre.number])),
    ]
    if found:
        return [*items, (capfirst(str(found)), found.get_absolute_url())]
    return items
