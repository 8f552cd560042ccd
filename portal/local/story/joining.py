"""Acts 1 and 2: a centre is approved, orders entries, and adds its people."""

import re

from .browser import Page, need
from .cast import FAULTY, GRAPHICS, GROUP, LEVEL, PRE_PRODUCTION, RIGHT, SOUND, Cast
from .papers import link_in, words_of
from .people import PASSWORD
from .telling import step

CENTRE_NAME, HEAD = "Harbour Sixth Form College", "Dr Margaret Ellison"
APPLICATION = ("centres/application", CENTRE_NAME)
PRICE = "12.00"


def approval(cast: Cast) -> None:
    with step("The head", "proves an e-mail address with the link and applies, without an account"):
        cast.head.open("/apply/").form(with_field="email").fill(email=cast.head.email).press()
        page = cast.head.open(link_in(cast.head.letter("Link to your application"), "/apply/open/"))
        page = page.form(to=page.url).press("Open the application").follow("The centre")
        form = page.form(with_field="centre_name").choose("College")
        page = form.fill(centre_name=CENTRE_NAME, address="Quay Street\nWestport").press("Save and continue")
        form = page.form(with_field="contact_email").fill(head_of_centre=HEAD)
        form.fill(contact_name=cast.officer.name, contact_email=cast.officer.email)
        form.fill(coordinator_name=cast.tutor.name, coordinator_email=cast.tutor.email)
        form = form.press("Save and continue").form(with_field="qualifications").choose(LEVEL)
        form = form.press("Save and continue").form(with_field="staffing")
        form.fill(staffing="Two media teachers.", equipment="Two rooms of 24 computers.")
        page = form.fill(site_contact="The technicians, extension 12").press("Save and continue")
        page = page.form(with_field="approved_elsewhere").choose("No").press("Save and continue")
        form = page.form(with_field="declared_by").fill(declared_by=HEAD)
        form.choose("The information in this application").press().needs("Application submitted")
    with step("Staff", "sign in and set the fee of an entry"):
        cast.staff.sign_in(cast.staff.open("/admin/"), PASSWORD)
        cast.staff.set_fee(LEVEL, PRICE)
    with step("Staff", "approve the application in the admin"):
        page = cast.staff.open(f"/admin/centres/application/{cast.staff.key_of(*APPLICATION)}/decide/")
        page = page.form(with_field="approved").press().needs(f"invited at {cast.officer.email}")
        page.form(with_field="approved").fill(confirmed="yes").press().needs(
            "The application has been decided"
        )
        row = " ".join(cast.staff.rows("centres/centre").cells(CENTRE_NAME))
        (number,) = re.findall(r"\b\d{5}\b", row)
        for person in (cast.officer, cast.tutor, cast.megan, cast.owen):
            person.centre = number


def entries(cast: Cast) -> None:
    with step("The exams officer", "accepts the invitation from the e-mail"):
        cast.officer.letter("application for approval: approved")
        cast.officer.accept_invitation().needs(CENTRE_NAME)
    order(cast, "PO 1", 4, available=4)


def first_statement(cast: Cast) -> None:
    """A worker printed it while people were being added."""
    statement(cast, "PO 1", 4, available=4)


def order(cast: Cast, number: str, quantity: int, *, available: int) -> None:
    """Order entries and have them credited. `available`: how many the centre then has."""
    with step("The exams officer", f"orders {quantity} unnamed entries"):
        cast.officer.order(number, LEVEL, quantity)
    with step("Staff", f"process order {number}"):
        cast.staff.act("centres/entryorder", number, "process", says=" processed.")
        need(cast.officer.balances()[0] == available, f"{cast.officer.balances()} entries, not {available}")


def statement(cast: Cast, number: str, quantity: int, *, available: int) -> None:
    with step("The exams officer", "downloads the statement of entries: quantity, number, no names"):
        words = words_of(cast.officer.statement(number))
        line = f"{LEVEL} 2 Unit entry {quantity} £{PRICE} {available}"
        for expected in ("Statement of entries", f"SE-{cast.officer.centre}-", number, line):
            need(expected in words, f"The statement does not say “{expected}”: {words}")
        for person in (HEAD, cast.officer.name, cast.tutor.name, "Evans", "Pritchard"):
            need(person not in words, f"The statement names {person}: {words}")


def people(cast: Cast) -> None:
    officer = cast.officer
    with step("The exams officer", "invites a tutor, who accepts with the link in the e-mail"):
        form = officer.open(officer.at("people/add/")).form(with_field="email")
        form.fill(name=cast.tutor.name, email=cast.tutor.email).choose("Tutor").press().needs("invitation")
        cast.tutor.accept_invitation().needs(CENTRE_NAME)
    with step("The exams officer", "uploads a faulty file of candidates: problems shown, nobody added"):
        page = officer.upload_candidates("candidates.csv", FAULTY)
        page.needs("2 problems", "is also in line 2", "“31/02/2010” is not a date")
        need("Evans" not in officer.open(officer.at("candidates/")).words, "Somebody was added")
    with step("The exams officer", "imports the corrected file and makes a group"):
        page = officer.upload_candidates("candidates-2.csv", RIGHT)
        officer.imported(page.form(to="/complete/").press()).needs("2 candidates added")
        page = officer.open(officer.at("groups/add/")).form(with_field="name").fill(name=GROUP).press()
        group = page.form(with_field="candidates").choose("Megan", "Owen").press("Add")
        group.needs("2 candidates were added")
    with step("The exams officer", "issues sign-in slips"):
        slips = group.follow("Sign-in slips").form(to="/slips/issue/").press().needs("2 new codes")
        for candidate in (cast.megan, cast.owen):
            candidate.code = _code_for(candidate.name, slips)
    with step("The tutor", "assigns three units"):
        cast.tutor.assign(PRE_PRODUCTION, group=GROUP)
        cast.tutor.assign(GRAPHICS, group=GROUP)
        cast.tutor.assign(SOUND, candidates=cast.megan.number)


def _code_for(name: str, slips: Page) -> str:
    """The one-time code on somebody's slip."""
    for slip in slips.tree.iter("li"):
        found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", slip.text_content())
        if name in slip.text_content() and found:
            return found.group()
    need(False, f"There is no slip for {name}: {slips.words}")
    return ""
