"""E-mails of this room: each goes to the right people and says what fits its case."""

import pytest
from django.core import mail
from django.urls import reverse

from centres import actions
from centres.models import Application
from portal.kit import outbox
from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """The only member of staff who may process orders and decide on applications."""
    return accounts.staff(email="staff@example.org")


def mails_to(address: str) -> list[tuple[str, str, str]]:
    """(subject, text, html) of each that went to an address."""
    outbox.work_all()
    found = [message for message in mail.outbox if message.to == [address]]
    return [(message.subject, message.body, message.alternatives[0].content) for message in found]


def test_staff_are_told_of_an_order_and_led_to_it(staff, settings):
    centre = centres.centre(name="Ysgol Bro")
    order = centres.order(centre, qualification := catalogue.qualification(), order_number="PO-1")
    centres.approval(centre, qualification)
    assert mails_to(staff.email) == []
    actions.submit_order(order, by=order.created_by)
    ((subject, text, html),) = mails_to(staff.email)
    assert subject == "Order PO-1 from Ysgol Bro: to be processed"
    link = settings.SITE_URL + reverse("admin:centres_entryorder_change", args=[order.pk])
    assert link in text and link in html


def test_staff_are_not_told_of_an_order_withdrawn_meanwhile(staff):
    centre = centres.centre()
    order = centres.order(centre, qualification := catalogue.qualification())
    centres.approval(centre, qualification)
    actions.submit_order(order, by=order.created_by)
    actions.withdraw_order(order, by=order.created_by)
    assert mails_to(staff.email) == []


def test_staff_are_told_of_an_application_and_of_each_answer(staff, settings):
    sent = centres.application(centre_name="Coleg Gwent")
    link = settings.SITE_URL + reverse("admin:centres_application_change", args=[sent.pk])
    ((subject, text, html),) = mails_to(staff.email)
    assert subject == "Application for approval from Coleg Gwent"
    assert link in text and link in html
    actions.ask_applicant(sent, "How many computers?", by=staff)
    actions.answer_question(Application.objects.get(), "Thirty.", [], by=None)
    subject, text, html = mails_to(staff.email)[1]
    assert subject == "Answer about the application of Coleg Gwent"
    assert "answered your question" in text and "answered your question" in html


def test_staff_are_not_told_of_an_application_withdrawn_meanwhile(staff):
    actions.withdraw_application(centres.application(), by=None)
    assert mails_to(staff.email) == []
