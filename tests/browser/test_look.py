"""Where things stand on the pages, measured in Chromium."""

import pytest
from django.urls import reverse

from tests.factories import centres, noticeboard, portfolios

pytestmark = pytest.mark.django_db(transaction=True)
SIGN = "label => getComputedStyle(label, '::before').width"


def test_the_header_stands_in_the_same_place_on_wide_pages(arrive):
    work = portfolios.handed_in()
    me = arrive(portfolios.tutor_of(work))
    places = set()
    for name in ("to-mark", "progress"):
        me.open(reverse(name, args=[work.candidate.centre.number]))
        parts = [
            me.page.locator(part).first.bounding_box()["x"]
            for part in (".brand", ".nav__link", ".who", ".foot__name")
        ]
        places.add(tuple(parts))
    assert len(places) == 1


def test_news_stands_apart_from_what_is_above_it(arrive):
    noticeboard.news_item()
    work = portfolios.assignment()
    for user in (None, work.candidate.user, centres.person(work.candidate.centre)):
        me = arrive(user)
        me.open("/")
        above = me.page.locator("section:has(> #news)").evaluate(
            "news => news.previousElementSibling.getBoundingClientRect().bottom"
        )
        heading = me.page.locator("#news").bounding_box()
        assert heading["y"] - above >= 30


def test_radios_and_checkboxes_are_as_large_as_the_words_beside_them(arrive):
    work = portfolios.assignment()
    portfolios.evidence(work)
    me = arrive(work.candidate.user)
    me.open(reverse("hand-in", args=[work.pk]))
    labels = me.page.locator(".govuk-radios__label, .govuk-checkboxes__label").all()
    assert {label.evaluate(SIGN) for label in labels} == {"24px"}
