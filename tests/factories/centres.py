"""Centres, the people at them, and their entries."""

from datetime import date
from itertools import count

from centres import actions
from centres.models import (
    Adjustment,
    Application,
    Approval,
    Centre,
    EntryAccount,
    EntryOrder,
    Fee,
    Product,
    RoleOffer,
)
from portal.accounts.models import User
from portal.accounts.roles import Role

from . import accounts, catalogue

numbers = count(20_001)


def centre(**values) -> Centre:
    number = str(next(numbers))
    return Centre.objects.create(**{"number": number, "name": f"Centre {number}", **values})


def person(at: Centre, role: Role = Role.EXAMS_OFFICER, **values) -> User:
    """Somebody with `role` at a centre, who has a password."""
    user = accounts.adult(**values)
    user.memberships.create(centre=at, role=role)
    return user


def offer(at: Centre, role: Role = Role.TUTOR, **values) -> RoleOffer:
    """An invitation for somebody without an account to work at a centre."""
    number = next(numbers)
    typed = {"name": f"Invited {number}", "email": f"invited{number}@example.org", "roles": [role], **values}
    return actions.offer_roles(at, **{"by": typed.pop("by", None) or accounts.adult(), **typed})


def approval(at: Centre, qualification=None) -> Approval:
    return Approval.objects.create(centre=at, qualification=qualification or catalogue.qualification())


def draft_application(*qualifications, **values) -> Application:
    """A complete draft by somebody without an account, or of the centre given."""
    number = next(numbers)
    complete = {
        "centre_name": f"Applicant {number}", "centre_kind": "school", "address": "Heol Fawr",
        "head_of_centre": "Nia Rees", "contact_name": "Huw Jones", "contact_email": f"huw{number}@example.org",
        "coordinator_name": "Ann Rhys", "coordinator_email": "ann@example.org", "staffing": "Two tutors",
        "equipment": "Thirty computers", "site_contact": "The office", "approved_elsewhere": "no",
    }  # fmt: skip
    if "centre" not in values:
        values.setdefault("applicant_email", f"head{number}@example.org")
    made = Application.objects.create(**{**complete, **values})
    made.qualifications.set(qualifications or [catalogue.qualification()])
    return made


def application(*qualifications, **values) -> Application:
    """One that is waiting for a decision."""
    by = values.pop("by", None)
    made = draft_application(*qualifications, **values)
    actions.submit_application(made, declared_by="Nia Rees", by=by)
    return made


def fee(qualification, price="12.00") -> Fee:
    return Fee.objects.create(qualification=qualification, price=price, valid_from=date(2020, 1, 1))


def may_enter(at: Centre, award, price="42.00") -> None:
    """Approve the centre for the qualification of `award`, and set a fee for its scheme code."""
    if not at.approvals.filter(qualification=award.qualification).exists():
        approval(at, award.qualification)
    if not award.fees.exists():
        Fee.objects.create(
            qualification=award.qualification,
            product=Product.NAMED,
            award=award,
            price=price,
            valid_from=date(2020, 1, 1),
        )


def order(at: Centre, qualification, quantity: int = 10, **values) -> EntryOrder:
    """A draft order of unit entries."""
    if not Fee.objects.filter(qualification=qualification).exists():
        fee(qualification)
    by = values.pop("by", None) or person(at)
    draft = EntryOrder(centre=at, **{"order_number": f"PO-{next(numbers)}", **values})
    return actions.save_order(draft, {qualification: quantity}, by=by)


def entries(at: Centre, qualification, quantity: int = 10) -> EntryOrder:
    """A processed order: the centre has `quantity` more entries. Approves the centre if it was not."""
    if not at.approvals.filter(qualification=qualification).exists():
        approval(at, qualification)
    processed = order(at, qualification, quantity)
    actions.submit_order(processed, by=processed.created_by)
    actions.process_order(processed, by=accounts.staff())
    return processed


def adjustment(account: EntryAccount, quantity: int = 1, kind: str = "adjust", **values) -> Adjustment:
    """A correction of an account that is waiting for a second person."""
    by = values.pop("by", None) or accounts.staff()
    made = Adjustment(
        account=account, kind=kind, quantity=quantity, **{"reason": "Counted wrongly.", **values}
    )
    return actions.propose_adjustment(made, by=by)


def adjusted(account: EntryAccount, quantity: int = 1, kind: str = "adjust", **values) -> Adjustment:
    """A correction that a second person approved."""
    made = adjustment(account, quantity, kind, **values)
    actions.approve_adjustment(made, by=accounts.staff())
    return made
