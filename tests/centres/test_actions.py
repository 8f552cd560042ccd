"""Approval, people and orders: what happens together, and what is refused."""

from datetime import date

import pytest
from django.core import mail

from centres import actions, rules
from centres.models import Application, Centre, EntryAccount, EntryOrder
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import EntryRoute
from portal.kit import outbox
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db


def application(*qualifications, **values) -> Application:
    huw = {"contact_email": "huw@llanfair.example", "applicant_email": "huw@llanfair.example"}
    return centres.application(*qualifications, **{"centre_name": "Ysgol Gyfun Llanfair", **huw, **values})


def test_approving_a_new_centre_creates_it_and_invites_its_exams_officer():
    qualification = catalogue.qualification()
    staff = accounts.staff()
    centre = actions.approve_application(application(qualification), by=staff)
    assert (centre.number, centre.name) == ("10001", "Ysgol Gyfun Llanfair")
    assert list(centre.approvals.values_list("qualification", "state", "approved_by")) == [
        (qualification.pk, "approved", staff.pk)
    ]
    offer = centre.role_offers.get()
    assert (offer.email, offer.roles, offer.is_open) == ("huw@llanfair.example", [Role.EXAMS_OFFICER], True)
    outbox.work_all()
    assert sorted(message.to[0] for message in mail.outbox) == [
        "huw@llanfair.example",
        "huw@llanfair.example",
    ]


def test_application_is_decided_once():
    sent = application(catalogue.qualification())
    actions.approve_application(sent, by=accounts.staff())
    with pytest.raises(TransitionRefused):
        actions.approve_application(sent, by=accounts.staff())
    assert Centre.objects.count() == 1


def test_taken_centre_number_stops_the_approval_and_writes_nothing():
    centres.centre(number="54321")
    sent = application(catalogue.qualification(), centre_number="54321")
    with pytest.raises(TransitionRefused, match="belongs to another centre"):
        actions.approve_application(sent, by=accounts.staff())
    sent.refresh_from_db()
    assert (sent.state, Centre.objects.count(), User.objects.filter(email="huw@llanfair.example").exists()) == (
        "submitted", 1, False,
    )  # fmt: skip


def test_refusal_keeps_its_reason():
    sent = application(catalogue.qualification())
    actions.refuse_application(sent, by=accounts.staff(), why="No tutor has taught this before.")
    sent.refresh_from_db()
    assert (sent.state, sent.reason) == ("refused", "No tutor has taught this before.")
    assert Centre.objects.count() == 0


def test_approval_that_was_withdrawn_is_restored_by_a_new_application():
    approval = centres.approval(centres.centre())
    approval.move("withdraw", by=accounts.staff())
    again = centres.application(approval.qualification, centre=approval.centre, by=accounts.adult())
    actions.approve_application(again, by=accounts.staff())
    approval.refresh_from_db()
    assert approval.state == "approved"


def test_last_exams_officer_cannot_leave():
    centre = centres.centre()
    only = centres.person(centre)
    with pytest.raises(TransitionRefused, match="needs an exams officer"):
        actions.end_membership(only.memberships.get(), by=only)
    second = centres.person(centre)
    actions.end_membership(only.memberships.get(), by=second)
    assert list(centre.memberships.active().values_list("user", flat=True)) == [second.pk]


def test_order_line_keeps_the_price_of_its_day():
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.fee(qualification, "12.00")
    order = centres.order(centre, qualification, 5)
    qualification.fees.create(price="99.00", valid_from=date(2021, 1, 1))
    assert [str(line.unit_price) for line in order.lines.all()] == ["12.00"]


def test_submitted_order_can_no_longer_be_changed():
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.approval(centre, qualification)
    order = centres.order(centre, qualification, 5)
    actions.submit_order(order, by=order.created_by)
    order.order_number = "PO-CHANGED"
    with pytest.raises(TransitionRefused):
        actions.save_order(order, {qualification: 500}, by=order.created_by)
    assert EntryOrder.objects.get().lines.get().quantity == 5


def test_unapproved_centre_cannot_submit_an_order():
    order = centres.order(centres.centre(), catalogue.qualification())
    with pytest.raises(TransitionRefused, match="is not approved for"):
        actions.submit_order(order, by=order.created_by)
    order.refresh_from_db()
    assert order.state == "draft"


def test_processing_credits_the_account_and_issues_a_statement_without_names():
    centre, qualification = centres.centre(name="Cwm Tawe"), catalogue.qualification()
    centres.entries(centre, qualification, 4)
    order = centres.entries(centre, qualification, 6)
    assert EntryAccount.objects.get().available == 10
    assert order.statement.lines == [
        {
            "code": qualification.code, "title": qualification.title, "level": 2, "product": "Unit entry",
            "quantity": 6, "unit_price": "12.00", "available": 10,
        }
    ]  # fmt: skip
    assert Event.objects.about(order).values_list("verb", flat=True).last() == "process"


def test_order_is_processed_once():
    centre, qualification = centres.centre(), catalogue.qualification()
    order = centres.entries(centre, qualification, 4)
    with pytest.raises(TransitionRefused):
        actions.process_order(order, by=accounts.staff())
    assert EntryAccount.objects.get().available == 4


def test_only_approved_open_priced_unnamed_qualifications_can_be_ordered():
    centre, today = centres.centre(), date(2026, 9, 1)
    fitting = catalogue.qualification()
    named = catalogue.qualification(entry_route=EntryRoute.NAMED)
    closed = catalogue.qualification(last_entry_on=date(2026, 8, 31))
    unpriced, unapproved = catalogue.qualification(), catalogue.qualification()
    for qualification in (fitting, named, closed, unapproved):
        centres.fee(qualification)
    for qualification in (fitting, named, closed, unpriced):
        centres.approval(centre, qualification)
    assert [found for found, _ in rules.may_order(centre, today)] == [fitting]
