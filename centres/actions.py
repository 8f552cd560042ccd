"""Verbs of a centre: apply and be decided, people, orders."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.actions import invite
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import Qualification
from portal.kit import audit, outbox
from portal.kit.stateful import TransitionRefused

from . import ledger
from .models import (
    Application,
    Approval,
    Centre,
    EntryOrder,
    Fee,
    Membership,
    OrderLine,
    StatementOfEntries,
)
from .models.entries import Product

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
    application.move("approve", by=by, why=why)
    application.reason = why
    application.centre = application.centre or _create_centre(application, by=by)
    application.save(update_fields=["reason", "centre"])
    for qualification in application.qualifications.all():
        _approve(application.centre, qualification, application, by=by)
    outbox.due("send-application-decision", application)
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
    application.move("refuse", by=by, why=why)
    outbox.due("send-application-decision", application)


@transaction.atomic
def add_person(centre: Centre, *, name: str, email: str, role: Role, by: User) -> Membership:
    """Give somebody a role at `centre`; who has no account yet is invited by e-mail to choose a password."""
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        user = User.objects.create_user(email, name=name)
        invite(user, by=by)
    membership, is_new = Membership.objects.get_or_create(user=user, centre=centre, role=role, ended_at=None)
    if is_new:
        audit.record("give role", membership, by=by, after=role)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by: User) -> None:
    """End a person's role at a centre, from their next request on. The last exams officer stays."""
    if membership.role == Role.EXAMS_OFFICER and not (
        Membership.objects.select_for_update()
        .active()
        .filter(centre=membership.centre, role=Role.EXAMS_OFFICER)
        .exclude(pk=membership.pk)
        .exists()
    ):
        raise TransitionRefused("A centre needs an exams officer. Add another one first.")
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    audit.record("end role", membership, by=by, before=membership.role)


@transaction.atomic
def save_order(order: EntryOrder, quantities: dict[Qualification, int], *, by: User) -> EntryOrder:
    """Save a draft with one line for each quantity above 0, at today's fee. Raises TransitionRefused if not a draft."""
    prices = {fee.qualification_id: fee.price for fee in Fee.objects.on(timezone.localdate())}
    is_new = order.pk is None
    if is_new:
        order.created_by = by
        order.save()
    else:
        typed = order.order_number
        order.lock()
        if order.state != EntryOrder.State.DRAFT:
            raise TransitionRefused("The order was submitted meanwhile and can no longer be changed.")
        order.order_number = typed
        order.save(update_fields=["order_number"])
        order.lines.all().delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order, qualification=qualification, quantity=quantity, unit_price=prices[qualification.pk]
        )
        for qualification, quantity in quantities.items()
        if quantity
    )
    audit.record("create order" if is_new else "change order", order, by=by, after=order.state)
    return order


@transaction.atomic
def submit_order(order: EntryOrder, *, by: User) -> None:
    """Send the order. Raises TransitionRefused without lines, or where approval was withdrawn meanwhile."""
    order.move("submit", by=by)
    unapproved = [
        line.qualification
        for line in order.lines.select_related("qualification")
        if not Approval.objects.current()
        .filter(centre=order.centre, qualification=line.qualification)
        .exists()
    ]
    if unapproved:
        names = ", ".join(map(str, unapproved))
        raise TransitionRefused(f"Your centre is not approved for {names}.")


@transaction.atomic
def process_order(order: EntryOrder, *, by: User) -> StatementOfEntries:
    """Credit the entries and issue the statement of entries, which a worker prints."""
    order.move("process", by=by)
    ledger.grant(order, by=by)
    statement = StatementOfEntries.objects.create(
        number=f"SE-{order.centre.number}-{order.pk:06d}",
        order=order,
        centre_number=order.centre.number,
        centre_name=order.centre.name,
        order_number=order.order_number,
        lines=[_statement_line(order, line) for line in order.lines.select_related("qualification")],
    )
    outbox.due("print-statement", statement)
    outbox.due("send-order-decision", order)
    return statement


def _statement_line(order: EntryOrder, line: OrderLine) -> dict:
    account = ledger.account_of(order.centre, line.qualification)
    return {
        "code": line.qualification.code,
        "title": line.qualification.title,
        "level": line.qualification.level,
        "product": Product(line.product).label,
        "quantity": line.quantity,
        "unit_price": str(Decimal(line.unit_price)),
        "available": account.available,
    }


@transaction.atomic
def refuse_order(order: EntryOrder, *, by: User, why: str) -> None:
    """Refuse, with the reason that the centre sees."""
    order.reason = why
    order.save(update_fields=["reason"])
    order.move("refuse", by=by, why=why)
    outbox.due("send-order-decision", order)
