"""Tables in Chromium: cells stand under their headings, on a desktop and on paper."""

from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from portal.accounts.roles import Role
from tests.factories import candidates, catalogue, centres, moderation, portfolios
from tests.states import put

pytestmark = pytest.mark.django_db(transaction=True)
# For each row of each table: whether its cells stand beside each other, equally high, and below their headings.
ROWS = """() => [...document.querySelectorAll("main table")].flatMap((table) => {
  const boxes = (row) => [...row.cells].map((cell) => cell.getBoundingClientRect());
  const heads = boxes(table.tHead.rows[0]);
  const stands = (box, at, all) => box.top === all[0].top && box.height === all[0].height
    && box.left === heads[at].left && box.width === heads[at].width;
  return [...table.tBodies[0].rows].map((row) => boxes(row).every(stands));
})"""
A4_ACROSS_MM = 297
# How many lines the first words in a cell take.
LINES = """cell => {
  const words = document.createRange();
  words.selectNode(document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode());
  return words.getClientRects().length;
}"""
# By how many pixels the first table is wider than what is shown of it.
CUT = "() => { const shown = document.querySelector('main .scroll'); return shown.scrollWidth - shown.clientWidth; }"


def test_a_name_with_a_second_line_stands_under_its_heading(arrive):
    centre = centres.centre()
    officer = centres.person(centre)
    centres.person(centre, Role.TUTOR)
    centres.offer(centre, by=officer)
    me = arrive(officer)
    me.open(reverse("people", args=[centre.number]))
    assert me.page.locator("tbody th .under").count() == 3
    assert me.page.evaluate(ROWS) == [True] * 3


@pytest.fixture
def grid():
    """A centre with twelve units, more than two levels have, in the states with the longest words."""
    centre = centres.centre()
    qualification = catalogue.qualification()
    one = candidates.candidate(centre, first_names="Grace Oluwaseun", last_name="Carrington-Moore")
    states = ["confirmed", "returned", "handed_in", "achieved"] * 3
    for number, state in enumerate(states, start=201):
        work = portfolios.assignment(one, catalogue.unit(qualification=qualification, code=f"IM{number}"))
        put(work, state)
    return centre


def test_twelve_units_fit_on_the_page_of_progress(arrive, grid):
    me = arrive(centres.person(grid, Role.TUTOR))
    me.open(reverse("progress", args=[grid.number]))
    assert me.page.evaluate(CUT) == 0


def test_twelve_units_fit_on_paper_across(arrive, grid):
    me = arrive(centres.person(grid, Role.TUTOR))
    me.open(reverse("progress", args=[grid.number]))
    sheet = PdfReader(BytesIO(me.page.pdf(prefer_css_page_size=True))).pages[0].mediabox
    assert (round(sheet.width / 72 * 25.4), round(sheet.height / 72 * 25.4)) == (A4_ACROSS_MM, 210)
    printed = round((A4_ACROSS_MM - 20) / 25.4 * 96)  # between the margins, in pixels
    me.page.set_viewport_size({"width": printed, "height": 700})
    me.page.emulate_media(media="print")
    right = me.page.locator("table").evaluate("table => table.getBoundingClientRect().right")
    assert right <= printed


def test_dates_and_numbers_of_certificates_stay_in_one_line(arrive):
    claim = moderation.certificated_claim()
    me = arrive(claim.submitted_by)
    me.open(reverse("certificates", args=[claim.centre.number]))
    me.page.set_viewport_size({"width": 700, "height": 800})
    for column in ("Date of award", "Number"):
        cell = me.page.locator(f"td[data-label='{column}']").first
        assert cell.evaluate(LINES) == 1, column
