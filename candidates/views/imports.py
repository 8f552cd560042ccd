"""Candidates from a CSV file: upload, match the columns, dry run, likely duplicates, then all or nobody."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files import door
from portal.kit.once import once
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions, importing
from ..forms import ColumnsForm, ImportForm
from ..importing import checking
from ..models import CandidateImport
from .people import crumbs

State = CandidateImport.State
DUPLICATES_A_PAGE = 10
ANSWERS = {"same": "The same person: leave this line out", "other": "Another person: add them"}


def _find(request, number, pk) -> CandidateImport:
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    found = CandidateImport.objects.visible_to(request.user).select_related(
        "centre", "uploaded_by", "checked_by", "importing_by", "imported_by"
    )
    return get_object_or_404(found, centre=centre, pk=pk)


def _crumbs(found: CandidateImport, *more: tuple[str, str | None]) -> list[tuple]:
    new = ("Add from a file", reverse("candidate-import-new", args=[found.centre.number]))
    file = (found.file_name, found.get_absolute_url() if more else None)
    return crumbs(found.centre, new, file, *more)


@signed_in
@require_http_methods(["GET", "POST"])
@once
def import_new(request, number):
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*posted)
    if form.is_valid():
        file_name = form.cleaned_data["file"].name
        decoded = form.decoded
        found = actions.upload_import(
            centre, file_name=file_name, text=decoded.text, mended=decoded.mended, by=request.user
        )
        return redirect("candidate-import-columns", number, found.pk)
    mine = CandidateImport.objects.visible_to(request.user).filter(centre=centre)
    context = {
        "centre": centre,
        "form": form,
        "max_rows": importing.MAX_ROWS,
        "unfinished": mine.unfinished().select_related("uploaded_by")[:5],
        "breadcrumbs": crumbs(centre, ("Add from a file", None)),
    }
    return render(request, "candidates/import_new.html", context)


@signed_in
@require_GET
def import_template(request, number):
    """An empty file with the right headings."""
    centre = open_centre(request, number, needs=Permission.MANAGE_CANDIDATES)
    rows = [importing.headings_for_export()]
    return door.hand_out_csv(request, rows, name="candidates.csv", subject=centre)


@signed_in
@require_http_methods(["GET", "POST"])
def import_columns(request, number, pk):
    """Which column of the file contains what: guessed from the headings and from the last time at this centre."""
    found = _find(request, number, pk)
    if found.state not in (State.UPLOADED, State.CHECKED):
        return redirect(found)
    columns = found.columns or importing.guess(found.headings, checking.remembered_columns(found.centre))
    values = checking.table_of(found).first_values()
    posted = request.POST if request.method == "POST" else None
    form = ColumnsForm(posted, headings=found.headings, columns=columns, values=values)
    if form.is_valid() and _check(request, found, form.columns):
        return redirect(found)
    context = {
        "centre": found.centre,
        "import": found,
        "form": form,
        "breadcrumbs": _crumbs(found, ("Match the columns", None)),
    }
    return render(request, "candidates/import_columns.html", context)


def _check(request, found: CandidateImport, columns: list[str]) -> bool:
    try:
        actions.check_import(found, columns, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
        return False
    return True


@signed_in
@require_GET
def candidate_import(request, number, pk):
    """What the import would do, is doing, or has done."""
    found = _find(request, number, pk)
    if found.state == State.UPLOADED:
        return redirect("candidate-import-columns", number, pk)
    context = {
        "centre": found.centre,
        "import": found,
        "page": paginate(request, [importing.Problem(*problem) for problem in found.problems], 50),
        "names": [] if found.names_are_confirmed else found.name_questions,
        "unanswered": len(found.unanswered),
        "skipped": len(found.skipped),
        "done": checking.progress_of(found) if found.state == State.IMPORTING else 0,
        "is_checked": found.state == State.CHECKED,
        "is_running": found.state == State.IMPORTING,
        "breadcrumbs": _crumbs(found),
    }
    return render(request, "candidates/import.html", context)


@signed_in
@require_GET
def import_problems(request, number, pk):
    """Every problem of the file, as a CSV file. The file is read again, so that none is missing."""
    found = _find(request, number, pk)
    name = f"problems-{slugify(found.file_name.rpartition('.')[0]) or 'candidates'}.csv"
    rows = [["Line", "Column", "What is wrong"], *checking.problems_of(found)]
    return door.hand_out_csv(request, rows, name=name, subject=found)


@signed_in
@require_http_methods(["GET", "POST"])
def import_duplicates(request, number, pk):
    """Likely duplicates side by side, several on each page; each needs an answer."""
    found = _find(request, number, pk)
    if found.state != State.CHECKED:
        return redirect(found)
    page = paginate(request, found.duplicates, DUPLICATES_A_PAGE)
    if request.method == "POST":
        return _answer(request, found, page)
    context = {
        "centre": found.centre,
        "import": found,
        "page": page,
        "questions": [(question, _choices(found, question)) for question in page],
        "unanswered": len(found.unanswered),
        "breadcrumbs": _crumbs(found, ("Likely duplicates", None)),
    }
    return render(request, "candidates/import_duplicates.html", context)


def _choices(found: CandidateImport, question: dict) -> list[tuple[str, str, bool]]:
    """(value, words, whether it is chosen) for one question."""
    chosen = found.answers.get(question["key"])
    offered = ANSWERS if question["may_add"] else {"same": ANSWERS["same"]}
    return [(value, words, value == chosen) for value, words in offered.items()]


def _answer(request, found: CandidateImport, page):
    """Save the answers of this page, or one for all that have none yet; then continue with the rest."""
    every = request.POST.get("all")
    if every in ANSWERS:
        asked = {question["key"]: every for question in found.unanswered}
    else:
        given = {question["key"]: request.POST.get(f"line-{question['line']}", "") for question in page}
        asked = {key: answer for key, answer in given.items() if answer in ANSWERS}
    actions.answer_duplicates(found, asked, by=request.user)
    left = len(found.unanswered)
    if not left:
        messages.success(request, "Every likely duplicate has an answer.")
        return redirect(found)
    messages.info(request, f"Saved. {left} likely duplicate{'s have' if left > 1 else ' has'} no answer yet.")
    first = next(place for place, found_ in enumerate(found.duplicates) if found_ in found.unanswered)
    return redirect(f"{request.path}?page={first // DUPLICATES_A_PAGE + 1}")


@signed_in
@require_POST
def import_names(request, number, pk):
    """Confirm that the questioned names are right."""
    found = _find(request, number, pk)
    if found.state == State.CHECKED:
        actions.confirm_names(found, by=request.user)
    return redirect("candidate-import", number, pk)


@signed_in
@require_POST
def import_complete(request, number, pk):
    """Start the import; a worker does it, and the page shows its progress."""
    found = _find(request, number, pk)
    try:
        actions.start_import(found, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
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
    messages.success(request, f"{found.file_name} has been discarded. Nobody was added.")
    return redirect("candidate-import-new", number)
