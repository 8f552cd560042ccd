"""The people in the story: each knows only the portal's address, and what they can do with a browser."""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from .browser import Browser, Page, need
from .papers import letters, link_in
from .telling import wait_for

NUMBER = re.compile(r"(?<![A-Z0-9-])(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}(?![A-Z0-9-])")  # of a certificate
PASSWORD = "three words together"  # noqa: S105 - of a portal that lives for a minute


@dataclass
class Person:
    """Somebody with a browser and perhaps an e-mail address. `mail`: the folder where e-mails arrive."""

    name: str
    url: str
    mail: Path
    email: str = ""
    browser: Browser = field(init=False)

    def __post_init__(self):
        self.browser = Browser(self.url)

    def open(self, path: str, *, expect: int = 200) -> Page:
        return self.browser.open(path, expect=expect)

    def letter(self, about: str):
        """The newest e-mail with these words in its subject, once it is there."""

        def newest():
            found = [letter for letter in letters(self.mail, self.email) if about in letter["Subject"]]
            return found[-1] if found else None

        return wait_for(newest, f"The e-mail “{about}” to {self.email}")

    def accept_invitation(self) -> Page:
        """Follow the link in the e-mail and choose a password."""
        page = self.open(link_in(self.letter("nvit"), "/invitation/"))
        return page.form(with_field="password1").fill(password1=PASSWORD, password2=PASSWORD).press()

    def sign_in(self, page: Page, password: str) -> Page:
        return page.form(with_field="login").fill(login=self.email, password=password).press()


class Staff(Person):
    """Awarding-body staff, who work in the admin."""

    def rows(self, model: str) -> Page:
        return self.open(f"/admin/{model}/")

    def key_of(self, model: str, words: str) -> str:
        """The admin's id of a record, found in its list by `words`."""
        found = re.search(r"/(\d+)/change/", " ".join(self.rows(model).row(words).xpath(".//a/@href")))
        need(found, f"The admin's list {model} has no record of {words}")
        return found.group(1) if found else ""

    def act(self, model: str, words: str, action: str, *, says: str, reason: str = "") -> Page:
        """Select the record that `words` finds and run an admin action on it, giving a reason if asked."""
        form = self.rows(model).form(with_field="_selected_action").fill(action=action)
        form.values["_selected_action"] = [self.key_of(model, words)]
        page = form.press()
        if reason:
            page = page.form(with_field="reason").fill(reason=reason).press()
        elif page.shows("No, go back"):
            page = page.form(with_field="confirmed").press()
        return page.needs(says)

    def add(self, model: str, **values: object) -> Page:
        return self.open(f"/admin/{model}/add/").form(to="/add/").fill(**values).press()

    def set_fee(self, level: str, price: str) -> None:
        form = self.open("/admin/centres/fee/add/").form(with_field="price")
        (option,) = form.element.xpath(f".//option[contains(., '{level}')]")
        today = f"{date.today():%d/%m/%Y}"
        form.fill(qualification=option.get("value"), price=price, valid_from=today).press().needs("was added")


class ExamsOfficer(Person):
    """Runs the centre's side. `centre` is its number, known once the invitation is accepted."""

    centre: str = ""

    def at(self, path: str = "") -> str:
        return f"/centres/{self.centre}/{path}"

    def order(self, order_number: str, level: str, quantity: int) -> Page:
        """Make an order and submit it."""
        form = self.open(self.at("orders/new/")).form(with_field="order_number")
        quantity_field = form.named(level)
        page = form.fill(order_number=order_number, **{quantity_field: quantity}).press()
        page = page.follow("Check and submit").form(with_field="total").press()
        return page.needs("Waiting to be processed")

    def statement(self, order_number: str) -> bytes:
        """The statement of entries of a processed order, once a worker has printed it."""

        def printed():
            page = self.open(self.at("orders/")).follow(order_number)
            return page if page.shows("Statement SE-") else None

        return wait_for(printed, "The statement of entries").follow("Statement SE-").content

    def balances(self) -> list[int]:
        """[available, reserved, used] of the one account."""
        return [int(cell) for cell in self.open(self.at("entries/")).cells("unit entry")[1:4]]

    def upload_candidates(self, file_name: str, text: str) -> Page:
        form = self.open(self.at("candidates/import/")).form(with_field="file")
        columns = form.attach("file", (file_name, text.encode())).press()
        return columns.form(with_field="column_0").press()

    def imported(self, page: Page) -> Page:
        """The page of a file once a worker has added its candidates."""

        def added():
            now = self.open(page.url)
            return now if now.shows("Imported") else None

        return wait_for(added, "The import of candidates")

    def sums_of_the_ledger(self) -> list[int]:
        """What the lines of the ledger add up to: [available, reserved, used]."""
        text = self.open(self.at("entries.csv")).content.decode("utf-8-sig")
        lines = list(csv.DictReader(io.StringIO(text)))
        return [sum(int(line[part]) for line in lines) for part in ("Available", "Reserved", "Used")]

    def certificates(self) -> dict[str, tuple[str, str]]:
        """{number: (candidate, what for)} as the centre's list shows them, including replaced ones."""
        page, found = self.open(self.at("certificates/")), {}
        for row in page.tree.xpath("//tr[td]"):
            (number, *_) = NUMBER.findall(row[3].text_content())
            what = re.split("Unit certificate|Award certificate", row[1].text_content())[0]
            found[number] = (row[0].text_content(), " ".join(what.split()))
        return found
