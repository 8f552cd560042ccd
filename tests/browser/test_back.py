"""Back to a form that was answered with faults, in Chromium: it is shown with what was typed, until signing out."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Error, expect

from tests.factories import centres

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def office(request, browser, live_server):
    """(a page of an exams officer who sent a form with a fault, the centre)."""
    centre = centres.centre()
    client = Client()
    client.force_login(centres.person(centre))
    window = browser.new_context(java_script_enabled=request.param)
    (cookie,) = client.cookies.values()
    window.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = window.new_page()
    page.goto(live_server.url + reverse("candidate-add", args=[centre.number]))
    page.locator("main [name=last_name]").fill("Llŷr-Evans")
    page.get_by_role("button", name="Add candidate").click()
    expect(page.locator("main")).to_contain_text("There is a problem")
    return page, centre


def test_back_shows_the_faults_and_what_was_typed(office):
    page, _ = office
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Claims").click()
    page.wait_for_load_state()
    assert page.go_back().status == 200
    expect(page.locator("main")).to_contain_text("There is a problem")
    expect(page.locator("main [name=last_name]")).to_have_value("Llŷr-Evans")
    page.locator("main [name=last_name]").fill("Llŷr")
    page.get_by_role("button", name="Add candidate").click()  # the form still works
    expect(page.locator("main")).to_contain_text("There is a problem")
    expect(page.locator("main [name=last_name]")).to_have_value("Llŷr")


def test_after_signing_out_back_shows_nothing_of_it(office):
    page, _ = office
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.locator("main")).to_contain_text("You are signed out.")
    try:
        page.go_back()
    except Error as refused:  # there is nothing left to show
        assert "ERR_CACHE_MISS" in str(refused)
    expect(page.locator("[name=last_name]")).to_have_count(0)
    expect(page.locator("body")).not_to_contain_text("Llŷr-Evans")
