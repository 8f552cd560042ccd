"""The pages of one application, for the applicant: a link opened it in this browser, or they are signed in."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from portal.accounts import keeping
from portal.files import door
from portal.kit.caching import for_one_person
from portal.kit.once import not_done, once_for_files
from portal.kit.stateful import TransitionRefused

from ... import actions, answers
from ...access import is_opened_by_link, open_application
from ...forms import PART_FORMS, AnswerForm, DeclarationForm
from ...models import Application


def of_applicant(view):
    """A page of one application: `view` gets it in place of its key. For everybody else it does not exist.

    Somebody who was signed in before is asked to sign in again, and what they typed is kept.
    """

    @for_one_person
    def inner(request, pk, **kwargs):
        return view(request, open_application(request, pk), **kwargs)

    kept = keeping.signed_in(inner)

    @wraps(view)
    def wrapper(request, pk, **kwargs):
        has_signed_in = request.user.is_authenticated or keeping.COOKIE in request.COOKIES
        return (kept if has_signed_in and not is_opened_by_link(request, pk) else inner)(
            request, pk, **kwargs
        )

    return wrapper


def _account(request):
    return request.user if request.user.is_authenticated else None


def _context(request, application: Application, here: str = "", **more) -> dict:
    """What every page of an application shows. `here`: the name of a page below the application's own."""
    centre = application.centre if request.user.is_authenticated else None
    trail: list[tuple[str, str | None]] = [("Centre", centre.get_absolute_url())] if centre else []
    if trail or here:
        trail.append(("Application for approval", application.get_absolute_url() if here else None))
    return {
        "application": application,
        "centre": centre,
        "is_by_link": is_opened_by_link(request, application.pk),
        "breadcrumbs": [*trail, (here, None)] if here else trail,
        **more,
    }


@of_applicant
def application(request, application):
    """What is done and what is next: the parts of a draft, the conversation, the decision."""
    return _show(request, application, AnswerForm())


def _show(request, application: Application, form: AnswerForm):
    parts = answers.answered(application)
    context = _context(
        request,
        application,
        form=form if application.state == Application.State.MORE_INFORMATION else None,
        parts=parts,
        missing=answers.missing(application),
        next_url=_next(application, parts),
        conversation=application.messages.prefetch_related("attachments"),
        attachments=application.attachments.filter(message=None),
        lines=application.lines.all(),
    )
    is_draft = application.state == Application.State.DRAFT
    return render(request, f"centres/application{'_draft' if is_draft else ''}.html", context)


def _next(application: Application, parts: list[answers.Answered]) -> str:
    """Where a draft continues: at the first part that is not complete, or at the check."""
    unfinished = next((answered.part for answered in parts if answered.missing), None)
    if unfinished is None:
        return reverse("application-check", args=[application.pk])
    return reverse("application-part", args=[application.pk, unfinished.slug])


@of_applicant
@require_http_methods(["GET", "POST"])
@once_for_files
def part(request, application, part):
    """One page of questions. It may be saved half answered."""
    found = next((each for each in answers.parts_of(application) if each.slug == part), None)
    if found is None:
        raise Http404
    if not application.may_be_changed:
        messages.info(request, "The application can no longer be changed.")
        return redirect(application)
    with transaction.atomic():
        if request.method == "POST":
            application.lock()
            application.refresh_from_db()  # also its lines, as they are now
        form = PART_FORMS[part](request.POST or None, request.FILES or None, instance=application)
        is_valid = request.method == "POST" and form.is_valid()
        try:
            if is_valid:
                actions.save_answers(application, _answers(form), by=_account(request))
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
            return redirect(application)
    if is_valid:
        return _attach(request, application, found, form.cleaned_data.get("files", []))
    context = _context(
        request,
        application,
        here=found.title,
        form=form,
        part=found,
        position=answers.parts_of(application).index(found) + 1,
        total=len(answers.parts_of(application)),
        attachments=application.attachments.filter(message=None) if found is answers.ELSEWHERE else [],
    )
    return render(request, "centres/application_part.html", context)


def _answers(form) -> dict:
    return {name: value for name, value in form.cleaned_data.items() if name != "files"}


def _attach(request, application: Application, part: answers.Part, files: list):
    """Keep the files one by one: a faulty one is named and does not stop the others. What was typed is saved."""
    attached, refused = 0, []
    for file in files:
        try:
            actions.attach(application, file, by=_account(request))
            attached += 1
        except ValidationError as fault:
            refused += fault.messages
        except TransitionRefused as refusal:
            refused.append(refusal.for_people())
    for words in refused:
        messages.error(request, words)
    if refused:
        if not attached:
            not_done(request)
        messages.info(request, "Everything else on this page was saved.")
        return redirect("application-part", application.pk, part.slug)
    return _after(request, application, part)


def _after(request, application: Application, part: answers.Part):
    """Where saving leads: back to where they came from, or to the next part."""
    if "later" in request.POST or application.state != Application.State.DRAFT:
        messages.success(request, "Saved.")
        return redirect(application)
    following = answers.parts_of(application)
    following = following[following.index(part) + 1 :]
    if request.GET.get("from") == "check" or not following:
        return redirect("application-check", application.pk)
    return redirect("application-part", application.pk, following[0].slug)


@of_applicant
@require_http_methods(["GET", "POST"])
def check(request, application):
    """Check the answers, declare, submit."""
    if application.state != Application.State.DRAFT:
        return redirect(application)
    form = DeclarationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.submit_application(
                application, declared_by=form.cleaned_data["declared_by"], by=_account(request)
            )
            messages.success(request, "Application submitted. You will get the decision by e-mail.")
            return redirect(application)
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
    context = _context(
        request,
        application,
        here="Check your answers",
        form=form,
        parts=answers.answered(application),
        missing=answers.missing(application),
        attachments=application.attachments.filter(message=None),
    )
    return render(request, "centres/application_check.html", context)


@of_applicant
@require_http_methods(["GET", "POST"])
def answer(request, application):
    """Answer the question and submit the application again; if a file is not accepted, nothing is sent."""
    if request.method == "GET" or application.state != Application.State.MORE_INFORMATION:
        return redirect(application)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, application, form)
    given = form.cleaned_data
    try:
        actions.answer_question(application, given["text"], given["files"], by=_account(request))
        messages.success(request, "Answer sent. You will get the decision by e-mail.")
    except ValidationError as fault:
        form.add_error("files", fault)
        application.refresh_from_db()
        return _show(request, application, form)
    except TransitionRefused as refusal:
        messages.error(request, refusal.for_people())
    return redirect(application)


@of_applicant
@require_http_methods(["GET", "POST"])
def withdraw(request, application):
    """Ask first, then withdraw the application."""
    if request.method == "POST":
        try:
            actions.withdraw_application(application, by=_account(request))
            messages.success(request, "Application withdrawn.")
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
        return redirect(application)
    return render(request, "centres/application_withdraw.html", _context(request, application))


@of_applicant
def attachment(request, application, attachment):
    """One attached file, as a download."""
    found = get_object_or_404(application.attachments, pk=attachment)
    return door.send(
        request, found.file, name=found.file_name, media_type=found.media_type, subject=application
    )


@of_applicant
@require_http_methods(["GET", "POST"])
def attachment_remove(request, application, attachment):
    """Ask first, then remove a file from a draft."""
    found = get_object_or_404(application.attachments.filter(message=None), pk=attachment)
    if request.method == "POST":
        try:
            actions.remove_attachment(found, by=_account(request))
            messages.success(request, f"{found.file_name} removed.")
        except TransitionRefused as refusal:
            messages.error(request, refusal.for_people())
        return redirect("application-part", application.pk, answers.ELSEWHERE.slug)
    context = _context(request, application, attachment=found)
    return render(request, "centres/attachment_remove.html", context)
