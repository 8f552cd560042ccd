"""The demo's open claims, taken through to their certificates while things break; and what must be true then."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass

import httpx
import psycopg

from portal.demo import PASSWORD

from ..story.browser import Page, WentWrong, need
from ..story.checking import Moderator
from ..story.people import Person
from .world import World

OPEN = """
    SELECT claim.id, claim.state, centre.number, account.available FROM moderation_claim AS claim
    JOIN centres_centre AS centre ON centre.id = claim.centre_id
    JOIN centres_entryaccount AS account USING (centre_id, qualification_id)
    WHERE claim.state IN ('draft', 'submitted', 'sample_proposed', 'in_moderation') AND account.product = 'unit'
    ORDER BY claim.id LIMIT 1"""
CONCLUDED = "SELECT count(*) FROM moderation_claim WHERE state = 'concluded'"
CERTIFICATES = "SELECT count(*) FROM awards_certificate WHERE state = 'issued'"
WRONG = {  # what must not exist once every claim is concluded and nothing is due
    "confirmed lines without exactly one result and one printed certificate": """
        SELECT count(*) FROM moderation_claimline AS line WHERE state = 'confirmed' AND (
            (SELECT count(*) FROM awards_result WHERE line_id = line.id) <> 1 OR
            (SELECT array_agg(pdf <> '') FROM awards_certificate WHERE line_id = line.id AND state = 'issued')
            IS DISTINCT FROM ARRAY[true])""",
    "certificates that were not printed": """
        SELECT count(*) FROM awards_certificate WHERE state = 'issued' AND pdf = ''""",
    "accounts that differ from the sum of their lines": """
        SELECT count(*) FROM (
            SELECT account.id FROM centres_entryaccount AS account
            LEFT JOIN centres_ledgerline AS line ON line.account_id = account.id GROUP BY account.id
            HAVING (account.available, account.reserved, account.used) IS DISTINCT FROM
                (coalesce(sum(line.available), 0), coalesce(sum(line.reserved), 0), coalesce(sum(line.used), 0))
        ) AS wrong""",
    "entries reserved for nothing, or used without a certificate": """
        SELECT (SELECT coalesce(sum(reserved), 0) FROM centres_entryaccount) + abs(
            (SELECT coalesce(sum(used), 0) FROM centres_entryaccount) -
            (SELECT count(DISTINCT entry_id) FROM awards_certificate))""",
}
DECLARED = "The work is the candidates’ own", "Marking was standardised"


@dataclass
class Claims:
    """Who claims and who moderates; `pace_seconds`: how long they take for each step until told to hurry."""

    world: World
    officer: Person
    moderators: dict[str, Moderator]  # by the number of the centre
    pace_seconds: float

    def see_through(self, hurry: threading.Event) -> None:
        """Do the next step of the first open claim, as its page shows it, until none is open.

        A step without a response is checked again: it may have been done.
        """
        while True:
            with suppress(WentWrong, httpx.HTTPError, psycopg.Error):
                if (claim := self.world.sql(OPEN)) is None:
                    return
                self._step(*claim)
            time.sleep(0.2)
            hurry.wait(self.pace_seconds)

    def _step(self, key: int, state: str, centre: str, available: int) -> None:
        if state == "draft":
            lines = self.officer.open(f"/claims/{key}/").form(to="/lines/")
            lines.values["work"] = lines.values["work"][:available]  # the demo's draft has too few entries
            lines.press("submit").form(with_field="is_authenticated").choose(*DECLARED).press()
        if state in ("draft", "submitted"):
            return  # a worker draws the sample
        moderator = self.moderators[centre]
        claim = moderator.open(f"/moderation/claims/{key}/")
        if state == "sample_proposed":
            claim.form(to="/sample/").press()
        elif line := moderator.undecided(claim):
            moderator.decide(line, "Agree with the centre")
        else:
            _conclude(moderator.open(f"{claim.url}conclude/"))

    def need_whole(self) -> int:
        """The number of certificates. Raises WentWrong if one is missing, or the ledger does not balance."""
        with suppress(WentWrong):  # work in progress will be done soon
            self.world.until(lambda: not self._wrong(), "The work on the claims")
        need(not (wrong := self._wrong()), f"There are {wrong}.")
        return self._number(CERTIFICATES)

    def _wrong(self) -> dict[str, int]:
        return {what: count for what, query in WRONG.items() if (count := self._number(query))}

    def concluded(self) -> int:
        return self._number(CONCLUDED)

    def _number(self, query: str) -> int:
        row = self.world.sql(query)
        return int(row[0]) if row else 0


def _conclude(page: Page) -> None:
    """Agree with every group outside the sample, and report."""
    form = page.form(with_field="report")
    for name in form.values:
        if name.endswith("-outcome"):
            form.values[name] = ["agreed"]
        elif name.endswith("-comment"):
            form.values[name] = ["As in the sample."]
    form.fill(report="Good work.").press()


def claims(world: World, pace_seconds: float) -> Claims:
    """Joanne, who has a draft, and the moderators of the demo, signed in."""
    at = world.portal.url, world.portal.var / "mail"
    joanne = Person("Joanne", *at, email="joanne.whitaker@harbour.example")
    ruth = Moderator("Ruth", *at, email="ruth.abernethy@moderators.example")
    sanjay = Moderator("Sanjay", *at, email="sanjay.mistry@moderators.example")
    for person in (joanne, ruth, sanjay):
        person.sign_in(person.open("/sign-in/"), PASSWORD)
    return Claims(world, joanne, {"10101": ruth, "68123": sanjay}, pace_seconds)
