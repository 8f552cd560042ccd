"""What tests in Chromium share."""

import pytest
from django.test import Client

from .person import Person
from .typist import Typist


class Unscripted(Person):
    """A browser without JavaScript. axe needs it, so the keyboard user checks the same pages."""

    def catch_up(self) -> None:
        self.page.reload()
        super().catch_up()

    def look(self) -> None:
        self.page.wait_for_load_state()


@pytest.fixture(params=["by keyboard", "without script"])
def meet(request, browser, live_server, settings):
    """`meet()`: somebody with their own browser who uses it in this way. Everything they see is collected.

    `meet(width=360)`: on a phone.
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


@pytest.fixture
def arrive(browser, live_server):
    """`arrive(user)`: a browser in which `user` is signed in already. Everything they see is checked.

    `arrive(None, width=360, height=740)`: a stranger’s phone.
    """
    people: list[Person] = []

    def newcomer(user=None, *, width: int = 1280, height: int = 800) -> Person:
        person = Person(browser, live_server.url, viewport={"width": width, "height": height})
        if user:
            session = Client()
            session.force_login(user)
            cookie = session.cookies["sessionid"]
            person.page.context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
            )
        people.append(person)
        return person

    yield newcomer
    assert [fault for person in people for fault in person.faults] == []


@pytest.fixture(autouse=True)
def windows_are_closed(browser):
    """An open window keeps its connection to the server, and with it a database session."""
    yield
    for context in browser.contexts:
        context.close()
