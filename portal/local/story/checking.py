"""The moderator, and anybody who checks a certificate."""

from .browser import Page, need
from .people import Person


class Moderator(Person):
    """Sees claims once allocated, reviews the sample, concludes."""

    def claims(self) -> Page:
        return self.open("/moderation/")

    def decide(self, line: Page, outcome: str, comment: str = "") -> Page:
        """Choose an outcome by its label, comment, and save."""
        form = line.form(with_field="outcome").choose(outcome)
        return form.fill(comment=comment).press().needs("is recorded")

    def undecided(self, claim: Page) -> Page | None:
        """The next sampled work without a decision."""
        page = self.open(claim.url)
        return page.follow("Continue with the sample") if page.shows("Continue with the sample") else None

    def conclude(self, claim: Page, report: str) -> Page:
        form = self.open(f"{claim.url}conclude/").form(with_field="report")
        return form.fill(report=report).press()


class Employer(Person):
    """Somebody without an account who wants to know whether a certificate is genuine."""

    def check(self, number: str, last_name: str) -> Page:
        form = self.open("/check/").form(with_field="last_name")
        return form.fill(number=number, last_name=last_name).press()

    def scan(self, code: str) -> Page:
        """Open what the QR code says."""
        need(code.startswith(f"{self.url}/check/"), f"The QR code leads elsewhere: {code}")
        return self.open(code)
