"""The exams officer's pages in Chromium: by keyboard alone, and without JavaScript; each page is checked with axe."""

import re
from datetime import date

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from centres.models import Application, Approval, Centre, EntryAccount, EntryOrder
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.kit import outbox
from portfolios.models import Assignment
from tests.factories import accounts, candidates, catalogue, centres
from tests.factories.accounts import PASSWORD
from tests.factories.second_step import code_of

from .person import Person

pytestmark = pytest.mark.django_db(transaction=True)
OWN_PASSWORD = "purple bicycle rain"
LONG_NAME = "Ysgol Gyfun Gymraeg Llanfair Dŵr a’r Cylch, Rhydaman a’r Cwm"  # sixty characters
CSV = "Number;Forenames;Surname;DOB;Class\n1;Siân Haf;Llŷr-Evans;14/03/2010;10A\n2;Łucja;Wiśniewska;02/11/2009;10A\n"


def link_in_mail(to: str, part: str) -> str:
    """The path of the newest link sent to an address that contains `part`."""
    outbox.work_all()
    for message in reversed(mail.outbox):
        found = re.search(rf"https?://[^/\s]+(\S*{part}\S*)", message.body)
        if message.to == [to] and found:
            return found[1]
    raise AssertionError(f"{to} was sent no link with {part}")


def choose_password(person: Person) -> None:
    person.fill(password1=OWN_PASSWORD, password2=OWN_PASSWORD)
    person.page.locator("main form button[type=submit]").first.focus()
    person.enter()


def sign_in(person: Person, user: User) -> None:
    person.open("/sign-in/")
    person.fill(login=user.email, password=PASSWORD)
    person.press("Sign in", exact=True)


def set_up_app(person: Person) -> None:
    """Two-step verification at the first sign-in, with an authenticator app."""
    person.follow("Use an authenticator app")
    secret = person.page.locator("#secret").inner_text().replace(" ", "")
    person.fill(code=code_of(secret))
    person.press("Set up app")
    person.follow("I have kept them: continue")


def apply(head: Person, qualification) -> None:
    """The head of a new centre confirms an address and fills in every part."""
    head.open("/")
    head.follow("Apply for approval")
    head.fill(email="head@harbour.example")
    head.press("Send me the link")
    head.open(link_in_mail("head@harbour.example", "/apply/open/"))
    head.press("Open the application")
    head.follow("The centre", exact=True)
    head.fill(centre_name=LONG_NAME)
    head.tick("centre_kind", "school")
    head.fill(address="Heol yr Orsaf")
    head.press("Save and continue")
    head.fill(
        head_of_centre="Dr Łucja Ŵyn", contact_name="Eleri Gwynne", contact_email="eleri@harbour.example"
    )
    head.fill(coordinator_name="Tomasz Lewandowski", coordinator_email="tomasz@harbour.example")
    head.press("Save and continue")
    head.tick("qualifications", str(qualification.pk))
    head.press("Save and continue")
    head.fill(staffing="Two media teachers.", equipment="Two rooms.", site_contact="The technicians")
    head.press("Save and continue")
    head.tick("approved_elsewhere", "no")
    head.press("Save and continue")
    head.fill(declared_by="Dr Łucja Ŵyn")
    head.tick("declaration")
    head.press("Submit application")


def decide(staff: Person) -> None:
    """In the admin, which is Django's own and checked by its own developers, so axe is not used."""
    seen = list(staff.faults)
    staff.open(reverse("admin:centres_application_changelist") + f"{Application.objects.get().pk}/decide/")
    staff.page.locator("#content input[value=Continue]").click()
    staff.page.locator("#content input[name=confirmed]").click()
    staff.page.wait_for_load_state()
    staff.faults[:] = seen


def process(staff: Person) -> None:
    seen = list(staff.faults)
    staff.open(reverse("admin:centres_entryorder_changelist"))
    staff.page.locator("input[name=_selected_action]").first.check()
    staff.page.locator("select[name=action]").select_option("process")
    staff.page.locator(".actions button[type=submit]").first.click()
    staff.page.locator("#content input[value='Yes, continue']").click()
    staff.page.wait_for_load_state()
    staff.faults[:] = seen


def test_apply_approve_order_statement(meet):
    qualification = catalogue.qualification(title="Level 2 iMedia", level=2)
    centres.fee(qualification, "12.00")
    head, staff, officer = meet(), meet(), meet()
    apply(head, qualification)
    assert head.reads("Application submitted")
    sign_in(staff, accounts.staff())
    decide(staff)
    centre = Centre.objects.get()
    assert (centre.name, Approval.objects.get().qualification) == (LONG_NAME, qualification)

    officer.open(link_in_mail("eleri@harbour.example", "/invitation/"))
    choose_password(officer)
    officer.follow("Entries")
    officer.follow("Order entries")
    officer.fill(**{"order_number": "YGG/1", f"quantity_{qualification.pk}": "12"})
    officer.press("Save and check")
    officer.follow("Check and submit")
    officer.press("Submit order")
    assert officer.reads("Waiting to be processed")
    process(staff)
    outbox.work_all()
    order = EntryOrder.objects.get()
    assert order.state == "processed"
    assert EntryAccount.objects.get().available == 12
    officer.open(order.get_absolute_url())
    with officer.page.expect_download() as download:
        officer.page.get_by_role("link", name=order.statement.number).click()
    assert download.value.suggested_filename == f"{order.statement.number}.pdf"
    officer.follow("Entries")
    assert officer.reads("12 granted")
    officer.follow("Centre", exact=True)


def test_invite_second_step_work_removal(meet, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    centre = centres.centre(number="10777", name=LONG_NAME)
    learner = candidates.candidate(centre)
    checklist = catalogue.checklist(unit=catalogue.unit(title="Pre-production skills"))
    centres.entries(centre, checklist.unit.qualification, 1)
    officer, tutor = meet(), meet()
    sign_in(officer, centres.person(centre))
    set_up_app(officer)
    officer.follow("Centre", exact=True)
    officer.follow("People at this centre")
    officer.follow("Add a person")
    officer.fill(name="Łucja Wiśniewska", email="lucja@harbour.example")
    officer.tick("roles", Role.TUTOR)
    officer.press("Send invitation")
    assert officer.reads("Invitation sent.")

    tutor.open(link_in_mail("lucja@harbour.example", "/invitation/"))
    choose_password(tutor)
    set_up_app(tutor)
    tutor.follow("Work", exact=True)
    tutor.follow("Assign a unit")
    tutor.follow("Pre-production skills")
    tutor.fill(candidates=learner.number)
    tutor.press("Assign", exact=True)
    assert Assignment.objects.get().candidate == learner
    work = tutor.page.url.removeprefix(tutor.base)

    officer.open(f"/centres/{centre.number}/people/")
    officer.follow("Łucja Wiśniewska")
    officer.follow("End access")
    officer.press("End access")
    assert officer.reads("Łucja Wiśniewska no longer has access")
    refused = tutor.page.goto(tutor.base + work)
    assert refused.status == 404
    tutor.faults.clear()  # Chromium reports every 404


def test_import_slips_first_sign_in(meet):
    centre = centres.centre(number="10777", name=LONG_NAME)
    officer, candidate = meet(), meet()
    sign_in(officer, centres.person(centre))
    officer.follow("Candidates", exact=True)
    officer.follow("Add from a file")
    officer.attach("file", {"name": "pupils.csv", "mimeType": "text/csv", "buffer": CSV.encode("utf-8-sig")})
    officer.press("Upload file")
    officer.press("Check all 2 lines")
    officer.press("Yes, add them all")
    outbox.work_all()
    officer.open(officer.page.url.removeprefix(officer.base))
    assert officer.reads("2 candidates added")
    officer.follow("Go to the groups")
    officer.follow("10A")
    officer.follow("Sign-in slips")
    officer.press("Issue codes for 2 candidates")
    code = re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", officer.page.inner_text("main"))[0]
    whose = officer.page.locator(".slip", has_text=code).inner_text()
    number = re.search(r"\b000[12]\b", whose)[0]

    candidate.open("/sign-in/candidate/")
    candidate.fill(centre_number="10777", candidate_number=number, secret=code)
    candidate.press("Sign in", exact=True)
    choose_password(candidate)
    assert candidate.reads("My units")
    officer.follow("Candidates", exact=True)
    known = Candidate.objects.get(number=number)
    assert known.user.last_login.date() == timezone.now().date()
    assert (known.date_of_birth.year in (2009, 2010), date.today() >= known.date_of_birth) == (True, True)
    assert not Assignment.objects.exists()
