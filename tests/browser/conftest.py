"""What tests in Chromium share."""

import pytest

from .person import Person
from .typist import Typist


class Unscripted(Person):
    """A browser without script; axe is one, so the same pages are looked at by whoever uses the keyboard."""

    def catch_up(self) -> None:
        self.page.reload()
        super().catch_up()

    def look(self) -> None:
        self.page.wait_for_load_state()


@pytest.fixture(params=["by keyboard", "without script"])
def meet(request, browser, live_server, settings):
    """`meet()`: somebody with a browser of their own who uses it in this way. All they see is gathered.

    `meet(width=360)`: at a telephone.
    """
    settings.SITE_URL = live_server.url
    people: list[Person] = []

    def newcomer(width: int = 1280) -> Person:
        window = {"viewport": {"width": width, "height": 800}}
        if request.param == "by keyboard":
            people.append(Typist(browser, live_server.url, **window))
        else:
            people.append(Unscripted(browser, live_server.url, java_script_enabled=False, **window))
        return people[-1]

    yield newcomer
    assert [fault for person in people for fault in person.faults] == []


@pytest.fixture(autouse=True)
def windows_are_closed(browser):
    """An open window keeps its line to the server, and with it a session at the database."""
    yield
    for context in browser.contexts:
        context.close()
