"""The entries that a draft claim needs follow its ticks; without script they are right after saving."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from tests.factories import moderation

from .person import Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("has_script", [True, False])
def test_left_after_submitting_follows_the_ticks(browser, live_server, has_script):
    claim = moderation.draft_claim(2, entries=1)
    client = Client()
    client.force_login(claim.created_by)
    me = Person(
        browser, live_server.url, java_script_enabled=has_script, viewport={"width": 360, "height": 700}
    )
    (cookie,) = client.cookies.values()
    me.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    me.page.goto(live_server.url + claim.get_absolute_url())
    left, submit = (
        me.page.locator("#stock-left"),
        me.page.get_by_role("button", name="Save, then check and submit"),
    )
    warning = me.page.get_by_text("You need 1 more unnamed entry.")
    expect(left).to_have_text("1 short")
    expect(warning).to_be_visible()
    expect(submit).to_be_hidden()
    me.page.locator("main [name=work]").first.focus()
    me.page.keyboard.press("Space")
    if has_script:
        me.look()
    else:
        me.page.get_by_role("button", name="Save draft").click()
        me.page.wait_for_load_state()
    expect(left).to_have_text("0")
    expect(warning).to_be_hidden()
    expect(submit).to_be_visible()
    assert me.faults == []
