"""What we add to Django's admin can be named: filters that are chosen by typing, and links among text."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db(transaction=True)
OURS = {"runOnly": {"type": "rule", "values": ["aria-input-field-name", "link-in-text-block", "label"]}}


def test_filter_by_centre_has_a_name_and_says_what_is_chosen(arrive):
    order = centres.order(centres.centre(name="Abbey School"), catalogue.qualification())
    staff = arrive(accounts.staff())
    for chosen in ("", f"?centre__id__exact={order.centre_id}"):
        staff.page.goto(staff.base + reverse("admin:centres_entryorder_changelist") + chosen)
        filter_by_centre = staff.page.get_by_role("combobox", name="Centre", exact=True)
        expect(filter_by_centre).to_contain_text(str(order.centre) if chosen else "")
        found = Axe().run(staff.page, options=OURS).response["violations"]
        assert [violation["id"] for violation in found] == []
