"""Pages on a phone: a list starts on the first screen; filters and the menu are folded, without JavaScript too."""

import pytest
from django.urls import reverse

from portal.accounts.roles import Role
from tests.factories import candidates, catalogue, centres, moderation, portfolios

from .test_candidate import PASSWORD
from .test_candidate import sign_in as sign_in_candidate
from .test_office import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
FIRST_ROW = "main tbody tr, main .columns > li"
LISTS = ["candidates", "groups", "to-mark", "claims", "certificates", "entries", "orders", "people"]


@pytest.fixture
def office():
    """An exams officer at a centre with something in every list."""
    claim = moderation.certificated_claim()
    centre, officer = claim.centre, claim.submitted_by
    unit = catalogue.unit()
    work = portfolios.handed_in(candidates.candidate(centre, first_names="Ann", last_name="Rhys"), unit)
    candidates.group(centre, work.candidate)
    return officer, centre


def test_the_first_row_of_a_list_is_on_the_first_screen(arrive, office):
    officer, centre = office
    me = arrive(officer, width=360, height=740)
    below = {}
    for name in LISTS:
        me.open(reverse(name, args=[centre.number]))
        row = me.page.locator(FIRST_ROW).first.bounding_box()
        if row["y"] + 40 > 740:  # with its first line
            below[name] = row["y"]
    assert below == {}


@pytest.mark.parametrize("width", [1280, 360])
def test_filters_are_folded_on_a_phone_and_say_how_many_are_in_use(meet, office, width):
    officer, centre = office
    work = reverse("to-mark", args=[centre.number])
    me = meet(width=width)
    sign_in(me, officer)
    me.open(f"{work}?show=all")
    filters, fold = me.page.locator("form.filters"), me.page.locator(".fold > summary")
    assert (filters.is_visible(), fold.is_visible()) == (width == 1280, width == 360)
    if width == 360:
        assert fold.inner_text() == "Filter the work"
        me.unfold("Filter the work")
    me.fill(find="nobody")
    me.press("Show", exact=True)
    assert me.reads("No work matches")
    if width == 360:
        assert (filters.is_visible(), fold.inner_text()) == (False, "Filter the work 1 in use")
        me.unfold("Filter the work")
    me.follow("Clear filters")
    assert me.page.url == f"{me.base}{work}?show=all"
    assert me.reads("Ann Rhys")


def test_who_is_signed_in_and_the_navigation_are_below_menu_on_a_phone(meet):
    candidate = candidates.candidate(centres.centre(name="Ysgol y Bont"), password=PASSWORD)
    me = meet(width=360)
    sign_in_candidate(me, candidate)
    header = me.page.locator("header")
    assert "Workspace" not in header.inner_text()
    assert header.bounding_box()["height"] < 60
    me.unfold("Menu")
    assert "Ysgol y Bont" in header.inner_text()
    me.follow("Workspace")
    assert me.page.get_by_role("heading", name="Workspace").is_visible()


def test_a_filter_with_a_fault_is_open(arrive, office):
    officer, centre = office
    me = arrive(officer, width=360, height=740)
    me.open(reverse("entries", args=[centre.number]) + "?kind=nonsense")
    assert me.page.locator("form.filters .govuk-error-message").is_visible()


def test_a_state_with_a_second_line_stands_above_it(arrive, office):
    officer, centre = office
    centres.person(centre, Role.TUTOR)
    me = arrive(officer, width=360, height=740)
    me.open(reverse("people", args=[centre.number]))
    cell = me.page.locator("td[data-label='Signing in']").first
    state, second = (cell.locator(part).bounding_box() for part in (".state", ".under"))
    assert second["y"] >= state["y"] + state["height"]
