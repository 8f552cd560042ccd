"""The tutor and the candidates."""

from dataclasses import dataclass

from .browser import Page, need
from .people import PASSWORD, Person

File = tuple[str, bytes]  # name and content
NO_AI = "No AI tool was used"


class AtWork(Person):
    """Somebody who uploads and hands in: the candidate, or the tutor for a candidate who cannot."""

    def upload(self, work: Page, *files: File, title: str = "", criteria: tuple[str, ...] = ()) -> Page:
        """Add files to the work and tag them to the criteria with these references."""
        form = work.form(to="/evidence/").attach("files", *files).fill(title=title)
        return form.choose(*(f"{ref} " for ref in criteria)).press().needs("checked and added")

    def hand_in(self, work: Page, *, statement: str) -> Page:
        form = self.open(f"{address_of(work)}hand-in/").form(with_field="agreed")
        return form.choose(statement, NO_AI).press().needs("The work was handed in")


@dataclass
class Candidate(AtWork):
    """Knows their numbers and, from the slip, a one-time code."""

    centre: str = ""
    number: str = ""
    code: str = ""

    def sign_in_with_code(self) -> Page:
        page = self._type(self.code).needs("password")
        page = page.form(with_field="password1").fill(password1=PASSWORD, password2=PASSWORD).press()
        return page.needs("Your password is set")

    def sign_in_again(self) -> Page:
        self.browser.client.cookies.clear()
        return self._type(PASSWORD).needs("My units")

    def work(self, unit: str) -> Page:
        """The page of one of their units."""
        return self.open("/my/").follow(unit)

    def _type(self, secret: str) -> Page:
        form = self.open("/sign-in/candidate/").form(with_field="secret")
        return form.fill(centre_number=self.centre, candidate_number=self.number, secret=secret).press()


class Tutor(AtWork):
    """Assigns, uploads for those who cannot, and marks."""

    centre: str = ""

    def assign(self, unit: str, *, group: str = "", candidates: str = "") -> Page:
        form = self.open(f"/centres/{self.centre}/work/assign/?unit={unit}").form(with_field="candidates")
        if group:
            form.choose(group)
        return form.fill(candidates=candidates).press().needs("was assigned to")

    def work_of(self, candidate: str, unit: str) -> Page:
        return self.open(f"/centres/{self.centre}/work/?show=all").enter(candidate, unit)

    def judge(self, work: Page, outcome: str, *, objectives: str = "1234", comment: str = "") -> int:
        """Judge the criteria of these objectives; returns how many."""
        form = self.open(f"{address_of(work)}mark/").form(with_field="-outcome")
        judged = 0
        for box in form.element.xpath(".//fieldset[legend]"):
            ref = box.find("legend").text_content().strip()[:3]
            names = box.xpath(".//input[@type='radio']/@name")
            if names and ref[0] in objectives:
                form.fill(**{names[0]: outcome, names[0].replace("-outcome", "-comment"): comment})
                judged += 1
        form.press("Save").needs(f"{judged} judgements were saved")
        return judged

    def return_work(self, work: Page, why: str) -> Page:
        form = self.open(f"{address_of(work)}return/").form(with_field="reason")
        return form.fill(reason=why).press().needs("was returned for further work")

    def record_achieved(self, work: Page, comment: str = "") -> Page:
        form = self.open(f"{address_of(work)}achieve/").form(with_field="comment")
        form = form.fill(comment=comment).choose("I declare that this is the candidate’s own work")
        return form.press().needs("is recorded as achieved")

    def cannot_record_achieved(self, work: Page) -> None:
        """It cannot be recorded yet, because criteria are not met."""
        page = self.open(f"{address_of(work)}achieve/")
        offered = any("comment" in form.fields for form in page.tree.forms)
        need(not offered, f"{page.url} offers to record work as achieved although criteria are not met")


def address_of(work: Page) -> str:
    """The address of the page of the work, without the fragment."""
    return work.url.partition("#")[0]
