"""The applicant's actions: prove an address, answer, attach, submit, answer a question, withdraw.

`by` is the person signed in, or None if a link opened the application; the audit trail then names the address.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from portal.accounts import codes
from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.staff import staff_who_may
from portal.files import checks, keeping, receiving, taking
from portal.files.uses import USES
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from .. import answers
from ..models import Application, ApplicationLink, ApplicationMessage, Attachment, Centre
from ..states import OPEN

MAY_DECIDE = "centres.change_application"  # who is told of an application
LINKS_AN_HOUR = 5  # to one address, whoever asks for them
# Copied from the centre's last application, to be checked rather than typed again.
REMEMBERED = (
    "head_of_centre", "contact_name", "contact_email", "contact_phone", "coordinator_name", "coordinator_email",
    "staffing", "equipment", "site_contact", "site_url", "approved_elsewhere", "other_approvals",
)  # fmt: skip


# --- Without an account -------------------------------------------------------------------------


@transaction.atomic
def send_application_link(email: str) -> ApplicationLink | None:
    """E-mail a link that opens the application of this address, or starts one; none after too many in an hour."""
    email = email.lower()
    an_hour_ago = timezone.now() - timedelta(hours=1)
    if ApplicationLink.objects.filter(email=email, issued_at__gt=an_hour_ago).count() >= LINKS_AN_HOUR:
        return None
    link = new_link(email, Application.objects.of_address(email).first())
    tell("application_link", audit.record("send application link", link, by=None), to=[email])
    return link


def new_link(email: str, application: Application | None) -> ApplicationLink:
    expires_at = timezone.now() + timedelta(days=settings.APPLICATION_LINK_DAYS)
    return ApplicationLink.objects.create(email=email, application=application, expires_at=expires_at)


def find_link(pk: int, token: str) -> ApplicationLink | None:
    """The open link that an address in an e-mail belongs to, or None."""
    link = ApplicationLink.objects.filter(pk=pk).select_related("application").first()
    # Compared even when there is none, so that the answer takes the same time.
    matches = codes.is_link_token(token, link.nonce if link else "")
    return link if link and matches and link.is_open else None


@transaction.atomic
def open_by_link(link: ApplicationLink) -> Application:
    """The application of the link's address, started if there is none. Raises TransitionRefused if it has expired."""
    link = ApplicationLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not link.is_open:
        raise TransitionRefused("This link no longer works.")
    if link.application is None:
        link.application, is_new = Application.objects.get_or_create(
            applicant_email=link.email,
            state__in=OPEN,
            defaults={"contact_email": link.email},
        )
        link.save(update_fields=["application"])
        if is_new:
            _record("start application", link.application, by=None)
    return link.application


# --- For a centre that uses the portal ----------------------------------------------------------


@transaction.atomic
def start_application(centre: Centre, *, by: User) -> Application:
    """The centre's draft; if there is none, start one from what is known about the centre."""
    application, is_new = Application.objects.get_or_create(
        centre=centre, state=Application.State.DRAFT, defaults=_known_of(centre)
    )
    if is_new:
        _record("start application", application, by=by)
    return application


def _known_of(centre: Centre) -> dict[str, Any]:
    people = {
        member.role: member.user
        for member in centre.memberships.active().select_related("user").order_by("-since")
    }
    known: dict[str, Any] = {}
    if head := people.get(Role.HEAD_OF_CENTRE):
        known["head_of_centre"] = head.name
    if officer := people.get(Role.EXAMS_OFFICER):
        known |= {"contact_name": officer.name, "contact_email": officer.email}
    last = centre.applications.exclude(submitted_at=None).first()
    remembered = {name: value for name in REMEMBERED if last and (value := getattr(last, name))}
    return {
        **remembered, **known,
        "centre_name": centre.name, "centre_kind": centre.kind, "centre_number": centre.number,
        "address": centre.address,
    }  # fmt: skip


# --- Answers and attachments --------------------------------------------------------------------


@transaction.atomic
def save_answers(application: Application, given: dict[str, Any], *, by: User | None) -> None:
    """Save answers by field name, `qualifications` among them. Raises TransitionRefused once submitted."""
    _lock_for_change(application)
    held = Application.objects.get(pk=application.pk)
    fields = {name: value for name, value in given.items() if name != answers.QUALIFICATIONS}
    changed = {
        name: [str(getattr(held, name)), str(value)]
        for name, value in fields.items()
        if getattr(held, name) != value
    }
    for name in changed:
        setattr(application, name, fields[name])
    application.save(update_fields=list(changed))
    if answers.QUALIFICATIONS in given:
        before = _named(application)
        application.qualifications.set(given[answers.QUALIFICATIONS])
        if before != (after := _named(application)):
            changed[answers.QUALIFICATIONS] = [before, after]
    if changed:
        _record("change application", application, by=by, changed=changed)


def _named(application: Application) -> str:
    """The qualifications asked for, as they are stored now."""
    return ", ".join(map(str, application.qualifications.order_by("pk")))


def attach(application: Application, file, *, by: User | None) -> Attachment:
    """Inspect a file and keep it with a draft. Raises ValidationError or TransitionRefused."""
    whole = _inspected(application, file)
    with transaction.atomic():
        application.lock()
        if application.state != Application.State.DRAFT:
            raise TransitionRefused("The application has been submitted. Attach files to an answer instead.")
        return _keep(application, file, whole, None, by=by)


def _inspected(application: Application, file) -> taking.Whole:
    """Slow, so outside any transaction. Raises ValidationError."""
    _refuse_too_many(application, file)
    return taking.inspected_now(file, USES["application"])


def _refuse_too_many(application: Application, file) -> None:
    if application.attachments.count() >= settings.APPLICATION_FILES_LIMIT:
        limit = settings.APPLICATION_FILES_LIMIT
        raise checks.refused(file, f"the application already has {limit} files, the most allowed.")


def _keep(
    application: Application,
    file,
    whole: taking.Whole,
    message: ApplicationMessage | None,
    *,
    by: User | None,
) -> Attachment:
    _refuse_too_many(application, file)
    stored = receiving.begin(USES["application"], file.name, file.size, by=by)
    taking.accept(stored, whole)
    attachment = Attachment.objects.create(
        application=application, message=message, stored=stored, uploaded_by=by
    )
    _record("attach", application, by=by, file=file.name)
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, by: User | None) -> None:
    """Remove a file from a draft for good. Raises TransitionRefused once submitted."""
    application = attachment.application
    application.lock()
    if application.state != Application.State.DRAFT:
        raise TransitionRefused("The application has been submitted, so its files cannot be removed.")
    if not application.attachments.filter(pk=attachment.pk).exists():
        return  # a second click
    stored = attachment.stored
    _record("remove attachment", application, by=by, file=attachment.file_name)
    attachment.delete()
    keeping.release(stored)


# --- Submitting ---------------------------------------------------------------------------------


@transaction.atomic
def submit_application(application: Application, *, declared_by: str, by: User | None) -> None:
    """Submit a draft with its declaration. Raises TransitionRefused, naming what is missing."""
    _lock_for_change(application)
    if missing := answers.missing(application):
        raise TransitionRefused(
            f"The application cannot be submitted yet. Still missing: {', '.join(missing)}."
        )
    application.declared_by = declared_by
    application.save(update_fields=["declared_by"])
    _send(application, by=by)


def _send(application: Application, *, by: User | None) -> None:
    """Submit it, and tell the staff who decide."""
    event = application.move("submit", by=by, why=_through_link(application, by))
    tell("application_received", event, to=staff_who_may(MAY_DECIDE))


def answer_question(application: Application, text: str, files: Iterable, *, by: User | None) -> None:
    """Answer the question, with files, and submit the application again; nothing, if one of the files is not
    accepted. Raises ValidationError or TransitionRefused."""
    _refuse_unasked(application)
    wholes, faults = [], []
    for file in files:
        try:
            wholes.append((file, _inspected(application, file)))
        except ValidationError as fault:
            faults.append(fault)
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        application.lock()
        _refuse_unasked(application)
        message = application.messages.create(
            side=ApplicationMessage.Side.CENTRE,
            author=by,
            author_name=by.name if by else application.applicant_email,
            text=text,
        )
        for file, whole in wholes:
            _keep(application, file, whole, message, by=by)
        _send(application, by=by)


def _refuse_unasked(application: Application) -> None:
    if application.state != Application.State.MORE_INFORMATION:
        raise TransitionRefused("There is no question to answer about this application now.")


@transaction.atomic
def withdraw_application(application: Application, *, by: User | None) -> None:
    """The applicant withdraws it before it is decided."""
    application.move("withdraw", by=by, why=_through_link(application, by))


def _lock_for_change(application: Application) -> None:
    application.lock()
    if not application.may_be_changed:
        state = application.get_state_display()
        raise TransitionRefused(f"The application is now “{state}” and can no longer be changed.")


def _through_link(application: Application, by: User | None) -> str:
    return "" if by else f"By {application.applicant_email}, who has no account."


def _record(verb: str, application: Application, *, by: User | None, **details):
    audit.record(verb, application, by=by, why=_through_link(application, by), **details)
