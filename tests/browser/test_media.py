"""Pages in other media: on paper, and in the forced colours of a system with high contrast."""

from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from portal.accounts.roles import Role
from tests.factories import centres, portfolios

pytestmark = pytest.mark.django_db(transaction=True)
AFTER = "link => getComputedStyle(link, '::after').content"
UNDERLINE = "tab => getComputedStyle(tab).borderBottomWidth"


@pytest.fixture
def work():
    return portfolios.handed_in()


def test_links_are_printed_without_their_addresses(arrive, work):
    me = arrive(portfolios.tutor_of(work))
    me.open(reverse("to-mark", args=[work.candidate.centre.number]))
    link = me.page.get_by_role("link", name=work.candidate.display_name, exact=True)
    assert "govuk-link" in link.get_attribute("class")
    me.page.emulate_media(media="print")
    assert link.evaluate(AFTER) == "none"


def test_in_forced_colours_the_chosen_tab_and_page_are_marked(arrive, work):
    me = arrive(portfolios.tutor_of(work))
    me.open(reverse("to-mark", args=[work.candidate.centre.number]))
    me.page.emulate_media(forced_colors="active")
    tabs = me.page.locator(".tabs a")
    lines = [tab.evaluate(UNDERLINE) for tab in tabs.all()]
    assert lines == ["4px", "0px", "0px", "0px", "0px"]
    navigation = me.page.locator(".nav__link")
    outlined = [link.evaluate("link => getComputedStyle(link).outlineStyle") for link in navigation.all()]
    current = [link.get_attribute("aria-current") == "page" for link in navigation.all()]
    assert [style == "solid" for style in outlined] == current and any(current)


def test_in_forced_colours_a_progress_bar_is_filled_as_far_as_the_work_is_done(arrive, work):
    tutor = portfolios.tutor_of(work)
    portfolios.judge_all(work, by=tutor)
    me = arrive(centres.person(work.candidate.centre, Role.TUTOR))
    me.open(work.get_absolute_url())
    me.page.emulate_media(forced_colors="active")
    empty, full = me.page.locator("progress").all()
    colours = []
    for bar in (empty, full):
        picture = Image.open(BytesIO(bar.screenshot())).convert("RGB")
        colours.append(picture.getpixel((picture.width // 2, picture.height // 2)))
    assert (empty.get_attribute("value"), full.get_attribute("value")) == ("0", "4")
    assert colours[0] != colours[1]
