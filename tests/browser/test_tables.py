"""Tables in Chromium: cells stand under their headings, on a desktop and on paper."""

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from tests.factories import centres

pytestmark = pytest.mark.django_db(transaction=True)
# For each row of each table: whether its cells stand beside each other, equally high, and below their headings.
ROWS = """() => [...document.querySelectorAll("main table")].flatMap((table) => {
  const boxes = (row) => [...row.cells].map((cell) => cell.getBoundingClientRect());
  const heads = boxes(table.tHead.rows[0]);
  const stands = (box, at, all) => box.top === all[0].top && box.height === all[0].height
    && box.left === heads[at].left && box.width === heads[at].width;
  return [...table.tBodies[0].rows].map((row) => boxes(row).every(stands));
})"""


def test_a_name_with_a_second_line_stands_under_its_heading(arrive):
    centre = centres.centre()
    officer = centres.person(centre)
    centres.person(centre, Role.TUTOR)
    centres.offer(centre, by=officer)
    me = arrive(officer)
    me.open(reverse("people", args=[centre.number]))
    assert me.page.locator("tbody th .under").count() == 3
    assert me.page.evaluate(ROWS) == [True] * 3
