"""Two tabs of one form in Chromium, with and without JavaScript: nothing is undone unseen."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import candidates, centres

pytestmark = pytest.mark.django_db(transaction=True)


def save_as(page, name: str) -> None:
    page.locator("main [name=last_name]").fill(name)
    page.get_by_role("button", name="Save").first.click()
    page.wait_for_load_state()


@pytest.mark.parametrize("has_script", [True, False])
def test_second_save_is_stopped_and_back_shows_what_stands_now(browser, live_server, has_script):
    """After Back, browsers fill in again what was typed: over a newer value, this would undo it unseen."""
    centre = centres.centre()
    candidate = candidates.candidate(centre)
    client = Client()
    client.force_login(centres.person(centre))
    window = browser.new_context(java_script_enabled=has_script)
    (cookie,) = client.cookies.values()
    window.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    mine, theirs = window.new_page(), window.new_page()
    for tab in (mine, theirs):
        tab.goto(live_server.url + reverse("candidate-edit", args=[centre.number, candidate.number]))
    save_as(mine, "Alpha")
    save_as(theirs, "Beta")
    expect(theirs.locator("main")).to_contain_text("It is now “Alpha”")
    save_as(theirs, "Beta")
    mine.go_back()
    expect(mine.locator("main [name=last_name]")).to_have_value("Beta")
