"""Candidates from a CSV file: upload, the dry run, and then all of them or none."""

import csv

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, importing, rules
from ..forms import ImportForm
from ..models import CandidateImport
from .people import crumbs

FIRST_ROWS = 10


def _find(request, number, pk) -> CandidateImport:
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    found = CandidateImport.objects.visible_to(request.user).select_related("checked_by", "imported_by")
    return get_object_or_404(found, centre=centre, pk=pk)


@signed_in
@require_http_methods(["GET", "POST"])
def import_new(request, number):
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*posted)
    if form.is_valid():
        file_name = form.cleaned_data["file"].name
        checked = actions.check_import(centre, file_name=file_name, text=form.text, by=request.user)
        return redirect(checked)
    context = {
        "centre": centre,
        "form": form,
        "max_rows": importing.MAX_ROWS,
        "crumbs": crumbs(centre, ("Add from a file", None)),
    }
    return render(request, "candidates/import_new.html", context)


@signed_in
@require_GET
def import_template(request, number):
    """An empty file with the right headings."""
    open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    return _csv_file("candidates.csv", [[heading.capitalize() for heading in importing.COLUMNS]])


@signed_in
@require_GET
def candidate_import(request, number, pk):
    """What importing the file would do, or has done."""
    found = _find(request, number, pk)
    rows, problems = rules.dry_run(found)
    page = paginate(request, problems, 50)
    context = {
        "centre": found.centre,
        "import": found,
        "count": len(rows),
        "first_rows": rows[:FIRST_ROWS],
        "page": page,
        "lines": len({problem.line for problem in problems}),
        "is_open": found.state == CandidateImport.State.CHECKED,
        "crumbs": crumbs(found.centre, (found.file_name, None)),
    }
    return render(request, "candidates/import.html", context)


@signed_in
@require_GET
def import_problems(request, number, pk):
    """Every problem of the file, as a file to work through."""
    found = _find(request, number, pk)
    _, problems = rules.dry_run(found)
    name = f"problems-{slugify(found.file_name.rpartition('.')[0]) or 'candidates'}.csv"
    return _csv_file(name, [["Line", "Column", "Reason"], *problems])


@signed_in
@require_POST
def import_complete(request, number, pk):
    found = _find(request, number, pk)
    try:
        count = actions.complete_import(found, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return redirect("candidate-import", number, pk)
    messages.success(request, f"{count} candidate{'s are' if count != 1 else ' is'} added.")
    return redirect("candidate-import", number, pk)


@signed_in
@require_POST
def import_discard(request, number, pk):
    found = _find(request, number, pk)
    try:
        found.move("discard", by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return redirect("candidate-import", number, pk)
    messages.success(request, f"{found.file_name} is discarded. Nobody was added.")
    return redirect("candidate-import-new", number)


def _csv_file(name: str, rows) -> HttpResponse:
    """A CSV file that spreadsheets open as it is meant: UTF-8 with its mark, and nothing taken for a formula."""
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    csv.writer(response).writerows([_not_a_formula(str(cell)) for cell in row] for row in rows)
    return response


def _not_a_formula(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
