"""A unit from assignment to certificate in Chromium; every page is checked with axe."""

import re
from datetime import date

import pytest

from moderation.awards.models import Certificate
from portal.accounts.roles import Role
from portal.demo import evidence as demo_evidence
from portal.kit import outbox
from portfolios.models import Assignment
from tests.factories import catalogue, centres, moderation
from tests.factories.accounts import PASSWORD

from .person import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast(browser, live_server):
    """(exams officer, tutor, candidate, moderator, member of the public), each with a browser; and the unit."""
    centre = centres.centre(number="10777", name="Ysgol Gyfun Llanfair")
    unit = catalogue.unit(code="IM201", title="Pre-production skills", is_mandatory=True)
    catalogue.checklist(unit=unit)
    centres.entries(centre, unit.qualification, 3)
    names = {
        "officer": centres.person(centre),
        "tutor": centres.person(centre, Role.TUTOR),
        "moderator": moderation.moderator(centre, unit.qualification).user,
    }
    people = {role: Person(browser, live_server.url) for role in (*names, "candidate", "passer_by")}
    for role, user in names.items():
        people[role].open("/sign-in/")
        people[role].fill(login=user.email, password=PASSWORD)
        people[role].press("Sign in", exact=True)
    return people, centre, unit


def add_candidate(officer: Person) -> str:
    """Returns the one-time code of the slip."""
    officer.follow("Candidates")
    officer.follow("Add candidate")
    officer.fill(number="0042", first_names="Ffion Haf", last_name="Llewelyn")
    officer.fill(date_of_birth_day="14", date_of_birth_month="3", date_of_birth_year="2010")
    officer.page.locator("main form button[type=submit]").click()
    officer.look()
    officer.press("Issue a one-time code")
    if not re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", officer.page.inner_text("main")):
        officer.follow("Show slip")
    return re.search(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", officer.page.inner_text("main")).group()


def assign(tutor: Person, unit) -> None:
    tutor.follow("Work", exact=True)
    tutor.follow("Assign a unit")
    tutor.follow(f"{unit.code} {unit.title}")
    tutor.fill(candidates="0042")
    tutor.press("Assign", exact=True)


def work(candidate: Person, code: str) -> None:
    candidate.open("/sign-in/candidate/")
    candidate.fill(centre_number="10777", candidate_number="0042", secret=code)
    candidate.press("Sign in", exact=True)
    for field in candidate.page.locator("main input[type=password]").all():
        field.fill("my own long password")
    candidate.page.locator("main form button[type=submit]").click()
    candidate.look()
    candidate.follow("Pre-production skills")
    picture = {
        "name": "storyboard.jpg",
        "mimeType": "image/jpeg",
        "buffer": demo_evidence.picture(1, "Storyboard"),
    }
    candidate.page.locator("main [name=files]").set_input_files(picture)
    candidate.page.locator("main details:has([name=criteria]) > summary").click()
    for box in candidate.page.locator("main [name=criteria]").all():
        box.check()
    candidate.page.get_by_role("button", name="Upload", exact=True).click()
    candidate.page.get_by_text("1 file is being checked.").wait_for()
    outbox.work_all()
    candidate.catch_up()
    candidate.follow("Check and hand in")
    candidate.tick("ai_use", "none")
    candidate.tick("agreed")
    candidate.press("Hand in", exact=True)


def mark_by_keyboard(tutor: Person) -> None:
    """Judge every criterion as met and record the unit as achieved, without touching a mouse."""
    tutor.follow("Work", exact=True)
    tutor.open(f"/work/{Assignment.objects.get().pk}/mark/")
    keys = tutor.page.keyboard
    judged = 0
    while judged < 4:
        keys.press("Tab")
        at = tutor.page.evaluate("[document.activeElement.name || '', document.activeElement.type || '']")
        if at[1] == "radio" and at[0].endswith("outcome"):
            keys.press("ArrowUp")  # from “not judged”, last of three, or into the group
            while tutor.page.evaluate("document.activeElement.value") != "met":
                keys.press("ArrowUp")
            judged += 1
    tutor.tab_to("Save")
    tutor.enter()
    tutor.tab_to("Record as achieved")
    tutor.enter()
    tutor.page.locator("main [name=is_authentic]").press("Space")
    tutor.tab_to("Record as achieved")
    tutor.enter()


def claim(officer: Person) -> None:
    officer.follow("Claims")
    officer.press("Start claim")
    officer.tick("work")
    officer.press("Save, then check and submit")
    officer.tick("is_authenticated")
    officer.tick("is_standardised")
    officer.press("Submit claim")


def _is_in_view(person: Person, heading: str) -> bool:
    box = person.page.get_by_role("heading", name=heading).bounding_box()
    height = person.page.evaluate("innerHeight")
    return bool(box) and 0 <= box["y"] < height


def moderate(moderator: Person) -> None:
    moderator.follow("Moderation")
    moderator.follow("CL-10777")
    moderator.press("Send sample")
    moderator.follow("Continue with the sample")
    assert moderator.page.locator("main img").count() > 0, "the evidence is not in view"
    for pane in (".pane__read", ".pane"):
        moderator.page.locator(pane).first.evaluate("pane => pane.scrollTo(0, pane.scrollHeight)")
        assert _is_in_view(moderator, "Your decision"), f"the decision is gone after {pane} was scrolled"
    moderator.tick("outcome", "agreed")
    moderator.page.locator("main form[method=post] button[type=submit]").first.click()
    moderator.look()
    moderator.open("/moderation/")
    moderator.follow("CL-10777")
    moderator.follow("Conclude")
    moderator.fill(report="Accurate and well evidenced.")
    moderator.press("Conclude claim")


def test_unit_from_assignment_to_certificate(cast):
    people, _, unit = cast
    code = add_candidate(people["officer"])
    assign(people["tutor"], unit)
    work(people["candidate"], code)
    mark_by_keyboard(people["tutor"])
    assert Assignment.objects.get().state == "achieved"
    claim(people["officer"])
    outbox.work_all()
    moderate(people["moderator"])
    outbox.work_all()

    certificate = Certificate.objects.get()
    assert (certificate.certificate_name, certificate.code, certificate.awarded_on) == (
        "Ffion Haf Llewelyn", "IM201", date.today(),
    )  # fmt: skip
    people["officer"].follow("Certificates")
    assert people["officer"].reads(certificate.number)
    people["candidate"].follow("My certificates")
    assert people["candidate"].reads("Pre-production skills")
    people["passer_by"].open("/check/")
    people["passer_by"].fill(number=certificate.number, last_name="llewelyn")
    people["passer_by"].press("Check", exact=True)
    assert people["passer_by"].reads("Ffion Haf Llewelyn")
    people["passer_by"].open("/")
    assert {role: person.faults for role, person in people.items() if person.faults} == {}
