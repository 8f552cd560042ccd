"""A page that waits for a worker asks again and again: less often as time passes, never while nobody looks."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.kit import outbox
from tests.factories import portfolios

pytestmark = pytest.mark.django_db(transaction=True)
HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


class Watched:
    """Somebody at a file whose preview is being made, on a page whose clock goes only by `pass_by`."""

    def __init__(self, me, evidence):
        self.me, self.page = me, me.page
        self.asked: list[str] = []
        self.answered: list[str] = []
        me.open(reverse("evidence-view", args=[evidence.pk]))
        self.page.clock.install(time=0)
        self.page.clock.pause_at(1)
        self.page.reload()
        self.page.on("request", lambda request: self._note(request, self.asked))
        self.page.on("requestfinished", lambda request: self._note(request, self.answered))

    @staticmethod
    def _note(request, where: list[str]) -> None:
        if "x-poll" in request.headers:
            where.append(request.url)

    def pass_by(self, seconds: int) -> None:
        """So many seconds pass on the page; what it asks in each of them is answered."""
        for _ in range(seconds):
            self.page.clock.run_for(1000)
            self.settle()

    def settle(self) -> None:
        self.page.evaluate("() => null")
        while len(self.answered) < len(self.asked):
            self.page.wait_for_timeout(20)
        self.page.wait_for_timeout(20)  # what it does with the answer

    def hide(self, hidden: bool) -> None:
        self.page.evaluate(HIDE, hidden)
        self.settle()


@pytest.fixture
def watched(arrive):
    evidence = portfolios.evidence(portfolios.assignment())
    found = Watched(arrive(evidence.assignment.candidate.user), evidence)
    found.hide(True)
    return found


def test_it_asks_less_often_the_longer_nothing_happens(watched):
    watched.hide(False)
    watched.pass_by(60)
    assert len(watched.asked) == 8  # at once, then after 1.5, 2.3, 3.4, 5.1, 7.6, 11.4 and 17.1 seconds


def test_it_asks_nothing_while_the_tab_is_hidden_and_at_once_when_it_is_seen_again(watched):
    watched.pass_by(60)
    assert watched.asked == []
    watched.hide(False)
    assert len(watched.asked) == 1


def test_it_asks_on_while_the_portal_is_away(watched):
    watched.page.route("**/*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    watched.hide(False)
    watched.pass_by(10)
    assert len(watched.asked) == 4
    assert watched.page.locator("[data-poll]").is_visible()
    watched.me.faults.clear()  # Chromium reports every 502


def test_it_stops_when_all_is_done_and_somebody_is_typing(watched):
    watched.page.evaluate("document.body.append(Object.assign(document.createElement('p'), {id: 'busy'}))")
    watched.page.evaluate("document.getElementById('busy').dataset.busy = ''")
    outbox.work_all()
    watched.hide(False)
    assert (
        watched.page.locator("[data-poll]").inner_text()
        == "Finished. Load this page again to see the result."
    )
    watched.pass_by(60)
    watched.hide(True)
    watched.hide(False)
    assert len(watched.asked) == 1


def test_it_shows_the_result_when_all_is_done(watched):
    outbox.work_all()
    watched.hide(False)
    expect(watched.page.locator("[data-poll]")).to_have_count(0)
