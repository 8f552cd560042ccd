"""The candidate's workspace: files that are not in a unit yet. Nobody else has these pages."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_safe

from candidates.models import Candidate
from portal.accounts.keeping import signed_in
from portal.files import door
from portal.kit.once import once, once_for_files
from portal.kit.paging import paginate
from portal.kit.stateful import TransitionRefused

from .. import actions
from ..limits import bytes_in_workspace
from ..models import Assignment, WorkspaceFile
from ..workspace_forms import AddToUnitForm, KeepForm, RenameForm


@signed_in
@require_http_methods(["GET", "POST"])
@once_for_files
def workspace(request):
    """The files kept, and adding more. Accepted files are kept; every other file is named with the reason."""
    candidate = get_object_or_404(Candidate, user=request.user)
    form = KeepForm(*((request.POST, request.FILES) if request.method == "POST" else (None, None)))
    if form.is_valid():
        kept, refused = form.save(candidate, by=request.user)
        if kept:
            names = ", ".join(f"“{file.title}”" for file in kept)
            messages.success(request, f"{names} {'is' if len(kept) == 1 else 'are'} in your workspace.")
            for words in refused:
                messages.error(request, words)
            return redirect("workspace")
        for words in refused:
            form.add_error("files", words)
    context = {
        "form": form,
        "page": paginate(request, WorkspaceFile.objects.own(request.user)),
        "bytes_used": bytes_in_workspace(candidate),
        "bytes_limit": settings.WORKSPACE_LIMIT_BYTES,
    }
    return render(request, "portfolios/workspace.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def workspace_rename(request, pk):
    with transaction.atomic():
        kept = _find(request, pk, lock=request.method == "POST")
        before = kept.title
        form = RenameForm(request.POST if request.method == "POST" else None, instance=kept)
        if is_saved := form.is_valid():
            title, kept.title = form.cleaned_data["title"], before
            actions.rename_in_workspace(kept, title, by=request.user)
    if is_saved:
        messages.success(request, f"“{before}” was renamed “{title}”.")
        return redirect("workspace")
    return render(
        request, "portfolios/workspace_rename.html", {**_around("Rename"), "kept": kept, "form": form}
    )


@signed_in
@require_http_methods(["GET", "POST"])
@once
def workspace_add(request, pk):
    """Add a file to one of the open units."""
    kept = _find(request, pk)
    units = Assignment.objects.own(request.user).open_ones().select_related("unit").order_by("unit__number")
    form = AddToUnitForm(request.POST if request.method == "POST" else None, units=units)
    if form.is_valid():
        work = form.cleaned_data["unit"]
        try:
            evidence = actions.add_to_unit(kept, work, keep=form.cleaned_data["keep"], by=request.user)
        except TransitionRefused as refusal:
            form.add_error(None, refusal.for_people())
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            url = reverse("evidence-edit", args=[evidence.pk])
            words = '“{}” was added to this unit. <a href="{}">Choose the criteria it covers</a>'
            messages.success(request, format_html(words, evidence.title, url))
            return redirect(f"{work.get_absolute_url()}#files")
    context = {**_around("Add to a unit"), "kept": kept, "form": form, "has_units": units.exists()}
    return render(request, "portfolios/workspace_add.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def workspace_delete(request, pk):
    """It asks first, as the file is deleted."""
    kept = _find(request, pk)
    if request.method == "POST":
        try:
            actions.delete_from_workspace(kept, by=request.user)
            messages.success(request, f"“{kept.title}” was deleted.")
        except TransitionRefused as refusal:
            messages.warning(request, refusal.for_people())
        return redirect("workspace")
    return render(request, "portfolios/workspace_delete.html", {**_around("Delete"), "kept": kept})


@signed_in
@require_safe
def workspace_file(request, pk):
    kept = _find(request, pk)
    return door.send(
        request,
        kept.file,
        name=kept.file_name,
        media_type=kept.media_type,
        subject=kept,
        inline="inline" in request.GET,
    )


def _find(request, pk: int, *, lock: bool = False) -> WorkspaceFile:
    files = WorkspaceFile.objects.own(request.user)
    return get_object_or_404(files.select_for_update(of=("self",)) if lock else files, pk=pk)


def _around(here: str) -> dict:
    return {"breadcrumbs": [("Workspace", reverse("workspace")), (here, None)]}
