"""The awarding body's actions about approval: ask, decide, and look after approvals that nobody uses."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Permission, Role
from portal.catalogue.models import Qualification
from portal.kit import audit, outbox
from portal.kit.locks import Space, hold
from portal.kit.stateful import TransitionRefused

from ..access import people_to_tell
from ..models import (
    Application,
    ApplicationLine,
    ApplicationLink,
    ApplicationMessage,
    Approval,
    ApprovalLetter,
    Centre,
)
from .applying import new_link
from .offers import offer_roles

FIRST_CENTRE_NUMBER = 10_001


@transaction.atomic
def ask_applicant(application: Application, text: str, *, by: User) -> None:
    """Ask for more information; the question is sent, and shown in the conversation."""
    event = application.move("ask", by=by, why=text)
    application.messages.create(
        side=ApplicationMessage.Side.AWARDING_BODY, author=by, author_name=by.name, text=text
    )
    if application.applicant_email:
        new_link(application.applicant_email, application)
    tell("more_information", event, to=_applicants(application))


# --- Deciding -----------------------------------------------------------------------------------


@transaction.atomic
def decide_application(
    application: Application, *, approved: Iterable[Qualification], by: User, why: str = "", number: str = ""
) -> Centre | None:
    """Approve the centre for `approved` and refuse the rest of what it asked for; with none approved, refuse it all.

    A centre new to the portal is created under `number`, the number it gave or the next free one, and its exams
    officer is invited. Returns the centre, or None if all was refused. Raises TransitionRefused if the application
    is not waiting for a decision, if a refusal has no reason, or if the number belongs to another centre.
    """
    application.lock()
    if application.state != Application.State.SUBMITTED:
        state = application.get_state_display()
        raise TransitionRefused(f"Application {application} is now “{state}”, so it cannot be decided.")
    agreed = _record_outcomes(application, {qualification.pk for qualification in approved}, why)
    application.reason = why
    if agreed:
        application.centre = application.centre or _create_centre(application, number, by=by)
    application.save(update_fields=["reason", "centre"])
    event = application.move("approve" if agreed else "refuse", by=by, why=why)
    if application.centre and agreed:
        for qualification in agreed:
            _approve(application.centre, qualification, application, by=by)
        _write_letter(application, application.centre, agreed)
    tell("application_decision", event, to=[*_applicants(application), application.contact_email])
    return application.centre if agreed else None


def approve_application(application: Application, *, by: User, why: str = "") -> Centre:
    """Approve the centre for everything it asked for. Raises as `decide_application`."""
    centre = decide_application(application, approved=application.qualifications.all(), by=by, why=why)
    if centre is None:
        raise TransitionRefused(f"Application {application} asks for no qualification.")
    return centre


def refuse_application(application: Application, *, by: User, why: str) -> None:
    """Refuse everything, with the reason that is sent to the centre."""
    decide_application(application, approved=[], by=by, why=why)


def _record_outcomes(application: Application, approved: set[int], why: str) -> list[Qualification]:
    """Save the decision on each line. Returns the qualifications approved."""
    lines = list(application.lines.select_related("qualification"))
    outcome = ApplicationLine.Outcome
    for line in lines:
        line.outcome = outcome.APPROVED if line.qualification_id in approved else outcome.REFUSED
    if not why and (not lines or any(line.outcome == outcome.REFUSED for line in lines)):
        raise TransitionRefused("Enter the reason for the refusal. It is sent to the centre.")
    ApplicationLine.objects.bulk_update(lines, ["outcome"])
    return [line.qualification for line in lines if line.outcome == outcome.APPROVED]


def _create_centre(application: Application, number: str, *, by: User) -> Centre:
    number = number or application.centre_number or next_centre_number()
    if Centre.objects.filter(number=number).exists():
        raise TransitionRefused(f"Centre number {number} belongs to another centre. Choose another.")
    centre = Centre.objects.create(
        number=number, name=application.centre_name, kind=application.centre_kind, address=application.address
    )
    audit.record("create centre", centre, by=by)
    offer_roles(
        centre,
        name=application.contact_name,
        email=application.contact_email,
        roles=[Role.EXAMS_OFFICER],
        by=by,
    )
    return centre


def next_centre_number() -> str:
    """The lowest free number, of five digits. Waits for anybody else who is choosing one."""
    hold(Space.NUMBERS, "centres")
    return free_centre_number()


def free_centre_number() -> str:
    """The lowest number that is free at the moment, to suggest."""
    taken = set(Centre.objects.values_list("number", flat=True))
    free = (f"{number:05d}" for number in range(FIRST_CENTRE_NUMBER, 100_000))
    return next(number for number in free if number not in taken)


def _approve(centre: Centre, qualification: Qualification, application: Application, *, by: User) -> None:
    approval, is_new = Approval.objects.get_or_create(
        centre=centre, qualification=qualification, defaults={"application": application, "approved_by": by}
    )
    if is_new:
        audit.record("approve", approval, by=by, after=approval.state)
    elif approval.state != Approval.State.APPROVED:
        approval.move("restore", by=by, why=f"Application of {application.submitted_at:%d/%m/%Y}")


def _write_letter(application: Application, centre: Centre, approved: list[Qualification]) -> None:
    letter = ApprovalLetter.objects.create(
        number=f"AL-{centre.number}-{application.pk:06d}",
        application=application,
        centre=centre,
        centre_number=centre.number,
        centre_name=centre.name,
        centre_address=centre.address,
        lines=[
            {"code": qualification.code, "title": qualification.title, "level": qualification.level}
            for qualification in approved
        ],
        approved_from=timezone.localdate(application.approved_at),
        lapse_years=settings.APPROVAL_YEARS,
    )
    outbox.due("print-approval-letter", letter)


def _applicants(application: Application) -> list[User | str]:
    """Who applied: somebody who was sent a link, or one of the centre's people."""
    if application.applicant_email or application.centre is None:
        return [application.applicant_email]
    return [*people_to_tell([application.submitted_by_id], Permission.APPLY, at=application.centre)]


# --- Looking after approvals --------------------------------------------------------------------


def look_after_approvals(today: date) -> None:
    """Warn centres whose approvals are about to lapse, and lapse those that are due. Safe to repeat."""
    horizon = today + timedelta(days=settings.APPROVAL_WARNING_DAYS)
    for approval in Approval.objects.current().with_activity().order_by("pk"):
        if approval.due_to_lapse_on <= horizon:
            _look_after(approval, today)


@transaction.atomic
def _look_after(approval: Approval, today: date) -> None:
    """Read it again under a lock: an order or a claim made just now puts the day off."""
    locked = Approval.objects.select_for_update(of=("self",)).current().with_activity()
    found = locked.filter(pk=approval.pk).first()
    if found is None:
        return
    warning_days = timedelta(days=settings.APPROVAL_WARNING_DAYS)
    if found.is_warned:
        if found.lapses_on <= today:
            event = found.move("lapse", by=None, why=f"No activity for {settings.APPROVAL_YEARS} years")
            tell("approval_lapsed", event, to=_exams_officers(found.centre))
    elif found.due_to_lapse_on <= today + warning_days:
        # Always with the full warning, even if this has not run for a while.
        found.warned_of = max(found.due_to_lapse_on, today + warning_days)
        found.save(update_fields=["warned_of"])
        event = audit.record("warn of lapse", found, by=None, on=found.warned_of.isoformat())
        tell("lapse_warning", event, to=_exams_officers(found.centre))


@transaction.atomic
def withdraw_approval(approval: Approval, *, by: User, why: str) -> None:
    """The centre may no longer order or claim; its exams officers are told why."""
    event = approval.move("withdraw", by=by, why=why)
    tell("approval_withdrawn", event, to=_exams_officers(approval.centre))


@transaction.atomic
def restore_approval(approval: Approval, *, by: User) -> None:
    """The centre may order and claim again; its exams officers are told."""
    event = approval.move("restore", by=by)
    tell("approval_restored", event, to=_exams_officers(approval.centre))


def _exams_officers(centre: Centre) -> list[User]:
    members = centre.memberships.active().filter(role=Role.EXAMS_OFFICER).select_related("user")
    return [member.user for member in members]


def forget_unused_links() -> None:
    """Delete links that expired before anybody followed them: the address was never proved."""
    ApplicationLink.objects.filter(application=None, expires_at__lt=timezone.now()).delete()
