"""Evidence: add it, change it, tag it, remove it and put it back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from centres.access import require
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.catalogue.models import Criterion
from portal.files.states import TO_CHECK
from portal.kit.once import once_for_files
from portal.kit.stateful import TransitionRefused

from .. import actions, guards, rules
from ..access import is_own, require_work_on
from ..forms import EvidenceForm, ReplaceForm, TagForm, UploadForm
from ..limits import limits_of
from ..models import Assignment, Evidence, EvidenceVersion
from .finding import crumbs, evidence_of, find_evidence, find_work


@signed_in
@require_http_methods(["GET", "POST"])
@once_for_files
def evidence_add(request, pk):
    """Upload files. Accepted files are added; every other file is named with the reason."""
    work = find_work(request, pk)
    require_work_on(request.user, work)
    if request.method == "GET" and (refusal := guards.why_not_changeable(work)):
        messages.error(request, refusal)
        return redirect(work)
    evidence = evidence_of(work)
    criterion = _asked_for(request, work)
    initial = {"criteria": [criterion.pk]} if criterion else None
    form = UploadForm(*_posted(request), assignment=work, files=evidence, initial=initial)
    if form.is_valid():
        added, refused = form.save(by=request.user)
        if added:
            _tell(request, added, refused)
            return redirect(f"{work.get_absolute_url()}#files")
        for words in refused:
            form.add_error("files", words)
    context = {
        "work": work,
        "form": form,
        "criterion": criterion,
        "evidence": evidence,
        "is_own": is_own(request.user, work),
        "limits": limits_of(work),
        "breadcrumbs": crumbs(request, work, "Add evidence"),
    }
    return render(request, "portfolios/evidence_add.html", context)


def _asked_for(request, work: Assignment) -> Criterion | None:
    """The criterion for which the page was opened (`?criterion=`), if it is one of the unit's."""
    asked = request.GET.get("criterion", "")
    return next((found for found in rules.criteria_of(work) if str(found.pk) == asked), None)


def _posted(request) -> tuple:
    """What was sent, even if that is nothing: untagging the last criterion sends no field at all."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _tell(request, added: list[Evidence], refused: list[str]) -> None:
    names = ", ".join(f"“{item.current}”" for item in added)
    messages.success(request, f"{names} {'were' if len(added) > 1 else 'was'} checked and added.")
    for words in refused:
        messages.error(request, words)


@signed_in
@require_http_methods(["GET", "POST"])
def evidence_edit(request, pk):
    """Change title, note and tags while the work is open; a tutor changes tags while it is handed in."""
    is_post = request.method == "POST"
    with transaction.atomic():
        evidence, work = find_evidence(request, pk, rows=Evidence.objects.for_looking(), hold=is_post)
        files = evidence_of(work)
        if work.state == Assignment.State.HANDED_IN and not is_own(request.user, work):
            require(request.user, Permission.MARK_WORK, at=work.candidate.centre)
            form: TagForm | EvidenceForm = TagForm(*_posted(request), evidence=evidence, files=files)
        else:
            require_work_on(request.user, work)
            if not is_post and (refusal := guards.why_not_changeable(work)):
                messages.error(request, refusal)
                return redirect(work)
            form = EvidenceForm(*_posted(request), instance=evidence, files=files)
        is_saved = is_post and form.is_valid() and _save(form, by=request.user)
    if is_saved:
        messages.success(request, f"“{evidence.title}” was saved.")
        return redirect(f"{work.get_absolute_url()}#file-{evidence.pk}")
    context = {
        "work": work,
        "evidence": evidence,
        "form": form,
        "only_tags": isinstance(form, TagForm),
        "breadcrumbs": crumbs(request, work, "Change evidence"),
    }
    return render(request, "portfolios/evidence_edit.html", context)


def _save(form, *, by) -> bool:
    """Save all of the form or nothing; a refusal is shown on it, with what was typed."""
    try:
        with transaction.atomic():
            form.save_all(by=by)
    except TransitionRefused as refusal:
        form.add_error(None, refusal.for_people())
    return form.is_valid()


@signed_in
@require_http_methods(["GET", "POST"])
@once_for_files
def evidence_replace(request, pk):
    """Replace an item's current file with a new one."""
    evidence, work = find_evidence(request, pk)
    require_work_on(request.user, work)
    if request.method == "GET" and (refusal := guards.why_not_changeable(work)):
        messages.error(request, refusal)
        return redirect(work)
    form = ReplaceForm(*_posted(request), evidence=evidence)
    if form.is_valid() and (version := _replace(form, by=request.user)):
        messages.success(request, f"“{version}” was checked and is now the file of “{evidence.title}”.")
        return redirect(f"{work.get_absolute_url()}#files")
    uploads = list(evidence.uploads.listed())
    context = {
        "work": work,
        "evidence": evidence,
        "form": form,
        "limits": limits_of(work),
        "uploads": uploads,
        "checking": sum(upload.state in TO_CHECK for upload in uploads),
        "breadcrumbs": crumbs(request, work, "Replace a file"),
    }
    return render(request, "portfolios/evidence_replace.html", context)


def _replace(form: ReplaceForm, *, by) -> EvidenceVersion | None:
    """The new version; None if the file was not accepted, in which case the form says why."""
    try:
        return form.save(by=by)
    except TransitionRefused as refusal:
        form.add_error(None, refusal.for_people())
    except ValidationError as refusal:
        form.add_error("file", refusal)
    return None


@signed_in
@require_POST
def evidence_remove(request, pk):
    evidence, work = find_evidence(request, pk)
    require_work_on(request.user, work)
    try:
        actions.remove_evidence(evidence, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    else:
        undo = f"{reverse('assignment', args=[work.pk])}#removed"
        words = format_html('“{}” was removed. <a href="{}">Put it back</a>', evidence.title, undo)
        messages.success(request, words)
    return redirect(work)


@signed_in
@require_POST
def evidence_restore(request, pk):
    evidence, work = find_evidence(request, pk, rows=Evidence.objects.removed())
    require_work_on(request.user, work)
    try:
        actions.restore_evidence(evidence, by=request.user)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    else:
        messages.success(request, f"“{evidence.title}” is back.")
    return redirect(f"{work.get_absolute_url()}#files")
