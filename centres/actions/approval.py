"""Verbs of approval: a centre applies, the awarding body decides."""

from collections.abc import Iterable

from django.db import connection, transaction

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import Qualification
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..models import Application, Approval, Centre
from .people import add_person

FIRST_CENTRE_NUMBER = 10_001


@transaction.atomic
def apply_for_approval(
    application: Application, qualifications: Iterable[Qualification], *, by
) -> Application:
    """Send an application; `by` is None when the centre is new to the portal."""
    application.submitted_by = by if by and by.is_authenticated else None
    application.save()
    application.qualifications.set(qualifications)
    audit.record("apply for approval", application, by=by, after=application.state)
    return application


@transaction.atomic
def approve_application(application: Application, *, by: User, why: str = "") -> Centre:
    """Approve the centre for what it asked; a centre new to the portal is created and its exams officer invited.

    Raises TransitionRefused if it was decided before, or if its number belongs to another centre.
    """
    event = application.move("approve", by=by, why=why)
    application.reason = why
    application.centre = application.centre or _create_centre(application, by=by)
    application.save(update_fields=["reason", "centre"])
    for qualification in application.qualifications.all():
        _approve(application.centre, qualification, application, by=by)
    tell("application_decision", event, to=[application.contact_email])
    return application.centre


def _create_centre(application: Application, *, by: User) -> Centre:
    number = application.centre_number or next_centre_number()
    if Centre.objects.filter(number=number).exists():
        raise TransitionRefused(
            f"Centre number {number} belongs to another centre. Correct it and approve again."
        )
    centre = Centre.objects.create(
        number=number, name=application.centre_name, kind=application.centre_kind, address=application.address
    )
    audit.record("create centre", centre, by=by)
    add_person(
        centre, name=application.contact_name, email=application.contact_email, role=Role.EXAMS_OFFICER, by=by
    )
    return centre


def next_centre_number() -> str:
    """The lowest free number; five digits. Waits for whoever is choosing one at the moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [FIRST_CENTRE_NUMBER])
    taken = set(Centre.objects.values_list("number", flat=True))
    free = (f"{number:05d}" for number in range(FIRST_CENTRE_NUMBER, 100_000))
    return next(number for number in free if number not in taken)


def _approve(centre: Centre, qualification: Qualification, application: Application, *, by: User) -> None:
    approval, is_new = Approval.objects.get_or_create(
        centre=centre, qualification=qualification, defaults={"application": application, "approved_by": by}
    )
    if is_new:
        audit.record("approve", approval, by=by, after=approval.state)
    elif approval.state == Approval.State.WITHDRAWN:
        approval.move("restore", by=by)


@transaction.atomic
def refuse_application(application: Application, *, by: User, why: str) -> None:
    """Refuse, with the reason that is sent to the centre."""
    application.reason = why
    application.save(update_fields=["reason"])
    event = application.move("refuse", by=by, why=why)
    tell("application_decision", event, to=[application.contact_email])
