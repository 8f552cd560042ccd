"""E-mails of this room: each goes to the right people and says what applies to them."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from candidates import actions as candidate_actions
from centres import actions
from centres.models import Application, EntryOrder
from portal.accounts.models import EMail
from portal.accounts.roles import Role
from portal.kit import outbox
from tests.factories import accounts, candidates, catalogue, centres
from tests.pages import flat

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    """The only member of staff who may process orders and decide on applications."""
    return accounts.staff(email="staff@example.org")


def mails_to(address: str) -> list[tuple[str, str, str]]:
    """(subject, text, html) of each one sent to an address."""
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


@pytest.mark.parametrize("left", [False, "role", "account"])
def test_decision_on_an_order_goes_to_somebody_who_still_orders(staff, left):
    centre, qualification = centres.centre(), catalogue.qualification()
    order = centres.order(centre, qualification)
    sender, colleague = order.created_by, centres.person(centre)
    centres.person(centre, Role.TUTOR)
    centres.approval(centre, qualification)
    actions.submit_order(order, by=sender)
    leave(sender, left)
    actions.refuse_order(order, by=staff, why="Not legible")
    told = EMail.objects.filter(kind="order_decision").values_list("user", flat=True)
    assert list(told) == [(colleague if left else sender).pk]


@pytest.mark.parametrize("left", [False, "role", "account"])
def test_question_and_decision_go_to_somebody_who_still_applies(staff, left):
    centre = centres.centre()
    sender, colleague = centres.person(centre), centres.person(centre, Role.HEAD_OF_CENTRE)
    sent = centres.application(centre=centre, by=sender, contact_email="contact@example.org")
    leave(sender, left)
    actions.ask_applicant(sent, "How many computers?", by=staff)
    actions.answer_question(sent, "Thirty.", [], by=sender)
    actions.refuse_application(sent, by=staff, why="No computers")
    addresses = {
        kind: sorted(EMail.objects.filter(kind=kind).values_list("recipient", flat=True))
        for kind in ("more_information", "application_decision")
    }
    theirs = colleague.email if left else sender.email
    assert addresses == {
        "more_information": [theirs],
        "application_decision": sorted([theirs, "contact@example.org"]),
    }


def leave(person, left) -> None:
    """Their role ends, or their account is closed."""
    if left == "role":
        person.memberships.update(ended_at=timezone.now())
    elif left == "account":
        type(person).objects.filter(pk=person.pk).update(is_active=False)


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


# --- the outcome of an order ----------------------------------------------------------------------

UNNAMED = "You can use them for claims from now on."
NAMED = "The candidates on the order are now entered by name."
LARGER = "The candidate is now entered for the larger size."
SMALLER_STAYS = "The candidate stays entered for the smaller size."


def said(order: EntryOrder) -> set[str]:
    """Which of the sentences about what was ordered are in the e-mail about it, in both text and HTML."""
    mail.outbox.clear()
    ((_, text, html),) = mails_to(order.submitted_by.email)
    found = [
        {words for words in (UNNAMED, NAMED, LARGER, SMALLER_STAYS) if words in body} for body in (text, html)
    ]
    assert found[0] == found[1]
    return found[0]


def processed(order: EntryOrder) -> EntryOrder:
    if order.state == "draft":
        actions.submit_order(order, by=order.created_by)
    actions.process_order(order, by=accounts.staff())
    return order


def test_mail_of_a_processed_order_leads_to_its_papers_and_the_welcome_pack(settings):
    order = centres.entries(centres.centre(), catalogue.qualification())
    ((_, text, html),) = mails_to(order.submitted_by.email)
    for page in (order.get_absolute_url(), reverse("welcome-pack", args=[order.centre.number])):
        assert settings.SITE_URL + page in text and settings.SITE_URL + page in html


def test_mail_of_an_order_speaks_of_what_was_ordered():
    centre, unit_level, size = centres.centre(), catalogue.qualification(), catalogue.size()
    centres.approval(centre, unit_level)
    assert said(processed(centres.order(centre, unit_level))) == {UNNAMED}
    assert said(processed(candidates.named_order(centre, size))) == {NAMED}
    both = candidates.named_order(centre, size)
    actions.save_order(both, {unit_level: 5}, by=both.created_by)
    assert said(processed(both)) == {UNNAMED, NAMED}


def test_mail_about_a_larger_size_says_how_the_candidate_is_entered():
    centre, size = centres.centre(), catalogue.size()
    larger = catalogue.size(qualification=size.qualification)
    centres.may_enter(centre, larger, price="75.00")

    def ordered(number: str) -> EntryOrder:
        entry = candidates.named_entry(centre, size)
        outbox.work_all()  # the e-mail about its own order
        made = candidate_actions.transfer_entry(
            entry, larger, by=entry.entered_by, why="Two years.", order_number=number
        )
        return made.order_line.order

    assert said(processed(ordered("PO-A"))) == {LARGER}
    refused = ordered("PO-B")
    actions.refuse_order(refused, by=accounts.staff(), why="No.")
    assert said(refused) == {SMALLER_STAYS}


# --- what was decided about an application --------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("unnamed", "signs in, and orders unnamed entries for Level 2 iMedia. If"),
        ("named", "signs in, enters candidates by name for Technicals. If"),
        (
            "both",
            "signs in, and orders unnamed entries for Level 2 iMedia; enters candidates by name for Technicals. If",
        ),
    ],
)
def test_decision_says_what_to_order_for_what_was_approved(wanted, told):
    unnamed = catalogue.qualification(title="Level 2 iMedia")
    named = catalogue.qualification(title="Technicals", entry_route="NAMED", grade_scale="PMD")
    chosen = {"unnamed": [unnamed], "named": [named], "both": [unnamed, named]}[wanted]
    sent = centres.application(
        *chosen, contact_email="olive@example.org", applicant_email="olive@example.org"
    )
    accounts.adult(email="olive@example.org")
    actions.approve_application(sent, by=accounts.staff())
    decided = [found for found in mails_to("olive@example.org") if "application" in found[0]]
    ((_, text, html),) = decided
    for body in (flat(text), flat(strip_tags(html))):
        assert told in body
        assert (named.not_yet in body) == (wanted != "unnamed")


@pytest.mark.parametrize("scale", ["PASS", "PMD"])
def test_restored_approval_promises_claims_only_where_they_can_be_made(scale):
    centre = centres.centre()
    officer = centres.person(centre)
    approval = centres.approval(centre, catalogue.qualification(grade_scale=scale))
    actions.withdraw_approval(approval, by=accounts.staff(), why="No tutor.")
    actions.restore_approval(approval, by=accounts.staff())
    _, text, html = mails_to(officer.email)[-1]
    for body in (text, strip_tags(html)):
        assert ("You can order entries and submit claims." in body) == (scale == "PASS")
        assert ("cannot be recorded in the portal yet" in body) == (scale == "PMD")
