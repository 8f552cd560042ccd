"""Act 4: the centre claims, a moderator reviews the sample and concludes."""

from .browser import Page, need
from .cast import GRAPHICS, LEVEL, MEGAN, OWEN, PRE_PRODUCTION, TITLES, Cast
from .joining import order, statement
from .telling import step, wait_for


def claim(cast: Cast) -> None:
    with step("The exams officer", "claims five units with four entries: refused, the draft is kept"):
        draft = cast.officer.open(cast.officer.at("claims/")).form(to="/claims/start/").press()
        form = draft.form(to="/lines/")
        form.values["work"] = list(form.values["shown"])
        page = form.press("submit").needs("Not enough entries", MEGAN, OWEN)
        need("Submit claim" not in page.words, "A claim that is short of entries can be submitted")
        need(cast.officer.balances() == [4, 0, 0], f"Entries were changed: {cast.officer.balances()}")
        cast.claim_url = draft.url
    order(cast, "PO 2", 3, available=7)
    statement(cast, "PO 2", 3, available=7)
    with step("The exams officer", "submits it: five entries are reserved, the work is frozen"):
        _declare(cast.officer.open(f"{cast.claim_url}submit/")).needs("The claim was submitted")
        need(cast.officer.balances() == [2, 5, 0], f"Not reserved: {cast.officer.balances()}")
        page = cast.megan.work(TITLES[PRE_PRODUCTION]).needs("It is with the moderator and cannot be changed")
        need("Remove" not in page.words, "Frozen work can be changed")


def _declare(page: Page) -> Page:
    form = page.form(with_field="is_authenticated")
    return form.choose("The work is the candidates’ own", "Marking was standardised").press()


def moderation(cast: Cast) -> None:
    with step("Staff", "add a moderator and allocate her in the admin"):
        cast.staff.add("accounts/user", name=cast.moderator.name, email=cast.moderator.email).needs("invited")
        cast.moderator.accept_invitation()
        user = cast.staff.key_of("accounts/user", cast.moderator.email)
        cast.staff.add("moderation/moderator", user=user).needs("was added")
        cast.staff.add(
            "moderation/allocation",
            moderator=cast.staff.key_of("moderation/moderator", cast.moderator.email),
            centre=cast.staff.key_of("centres/centre", "Harbour"),
            qualification=cast.staff.key_of("catalogue/qualification", LEVEL),
        ).needs("was added")
    with step("The moderator", "sees the sample that a worker drew, and sends it"):
        proposed = wait_for(lambda: _sampled_claim(cast), "The proposed sample")
        claim = proposed.form(to="/sample/").press().needs("The sample is fixed")
    with step("The moderator", "reviews the sampled work on screen; one line is not agreed"):
        decided = 0
        while line := cast.moderator.undecided(claim):
            line.needs("Evidence as handed in", "Claimed as achieved")
            if "Pritchard" in line.heading and GRAPHICS in line.heading:
                cast.moderator.decide(line, "Do not agree", "2.3: no sources are named.")
            else:
                cast.moderator.decide(line, "Agree with the centre")
            decided += 1
        need(decided == 5, f"{decided} of 5 lines were decided")
        page = cast.officer.open(cast.claim_url)
        need("no sources" not in page.words, "The centre sees a decision that may still change")
    with step("The moderator", "concludes with a report"):
        cast.moderator.conclude(claim, "Good work, well tagged.").needs("Concluded")
        cast.officer.open(cast.claim_url).needs(
            "Good work, well tagged.", "2.3: no sources are named.", "Confirmed: 4", "Not agreed: 1"
        )
    with step("The candidate", "reads that a unit was not agreed, but not the reason given to the centre"):
        cast.owen.sign_in_with_code()
        page = cast.owen.work(TITLES[GRAPHICS]).needs(
            "The moderator did not agree that this unit is achieved yet"
        )
        need("no sources" not in page.words, "The candidate sees what is meant for the centre")
    with step("The tutor", "reads why one line was not agreed, and judges it again"):
        work = cast.tutor.work_of(OWEN, GRAPHICS)
        work.needs("Re-assessment after claim", "2.3: no sources are named.")
        cast.tutor.judge(work, "met", comment="He named them when I asked.")
        cast.tutor.record_achieved(work, "Sources are named now.")


def _sampled_claim(cast: Cast) -> Page | None:
    page = cast.moderator.claims().follow("CL-")
    return page if page.shows("All lines of the unit") else None
