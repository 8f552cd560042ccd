"""Every e-mail has a subject, text and HTML, says what happened, and links to the page about it."""

import re

import pytest
from django.core import mail
from django.utils import timezone

from centres import actions as centre_actions
from centres.models import Application
from portal.kit import outbox
from tests.factories import accounts, catalogue, centres, moderation

pytestmark = pytest.mark.django_db


def application(**values) -> Application:
    """The same person applies and is the exams officer."""
    olive = {"contact_email": "olive@example.org", **values}
    return centres.application(
        catalogue.qualification(title="Level 2 iMedia"),
        centre_name="O'Neill & Sons",
        contact_name="Olive",
        applicant_email=olive["contact_email"],
        **olive,
    )


def the_email(to: str, about: str = ""):
    """(subject, text, html) of the one e-mail to an address whose subject contains `about`."""
    (message,) = [found for found in mail.outbox if found.to == [to] and about in found.subject]
    ((html, kind),) = [(part.content, part.mimetype) for part in message.alternatives]
    assert kind == "text/html"
    assert "\n" not in message.subject
    return message.subject, message.body, html


def test_approved_application(settings):
    sent = application(contact_email="known@example.org")
    accounts.adult(email="known@example.org")  # has an account, so no invitation is sent
    centre = centre_actions.approve_application(sent, by=accounts.staff())
    outbox.work_all()
    subject, text, html = the_email("known@example.org", about="approval")
    assert subject == "Your application for approval: approved"
    assert f"O'Neill & Sons is approved as centre {centre.number}" in text
    assert "- Level 2 iMedia" in text
    assert f"{settings.SITE_URL}{centre.get_absolute_url()}" in text
    assert "O&#x27;Neill &amp; Sons" in html


def test_refused_application():
    centre_actions.refuse_application(application(), by=accounts.staff(), why="No tutor yet.")
    outbox.work_all()
    subject, text, html = the_email("olive@example.org")
    assert subject == "Your application for approval: refused"
    assert "No tutor yet." in text and "No tutor yet." in html
    assert "could not approve" in text


def submitted_order():
    centre = centres.centre()
    by = centres.person(centre, email="olive@example.org")
    qualification = centres.approval(centre).qualification
    made = centres.order(centre, qualification, by=by, order_number="PO-1")
    centre_actions.submit_order(made, by=by)
    return made


def test_refused_order():
    centre_actions.refuse_order(submitted_order(), by=accounts.staff(), why="No purchase order.")
    outbox.work_all()
    _, text, _ = the_email("olive@example.org")
    assert "was refused" in text and "No purchase order." in text


def test_processed_order(settings):
    made = submitted_order()
    centre_actions.process_order(made, by=accounts.staff())
    outbox.work_all()
    subject, text, html = the_email("olive@example.org")
    assert subject == "Your centre’s order PO-1: processed"
    assert f"{settings.SITE_URL}{made.get_absolute_url()}" in text and made.get_absolute_url() in html


def test_concluded_claim_names_no_candidate(settings):
    claim = moderation.concluded_claim()
    outbox.work_all()
    subject, text, html = the_email(claim.submitted_by.email, "concluded")
    assert subject == f"Claim {claim.number}: moderation concluded"
    assert f"{settings.SITE_URL}{claim.get_absolute_url()}" in text
    candidate = claim.lines.get().assignment.candidate
    assert candidate.last_name not in text + html


def test_no_email_leaves_a_hole():
    """A name missing from the context would show as nothing; every sentence of the invitation is complete."""
    from portal.accounts import actions

    actions.invite(accounts.adult(name="Nina", email="nina@example.org", password=None), by=None)
    outbox.work_all()
    _, text, _ = the_email("nina@example.org")
    assert text.startswith("Hello Nina\n")
    assert "You are invited to the" in text
    assert not re.search(r"  |\(\)| ,|\{", text)
    assert str(timezone.localtime().year) in text
