"""Buttons on the record: what can be done now, to whom it is offered, and where it leads."""

import re

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.urls import reverse

from centres.models import EntryOrder
from portal.accounts.staff_group import load_staff_group
from tests.factories import accounts, candidates, catalogue, centres
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db
BUTTON = re.compile(r'action="[^"]*/act/(\w+)/"')


@pytest.fixture
def order() -> EntryOrder:
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.approval(centre, qualification)
    order = centres.order(centre, qualification)
    order.move("submit", by=order.created_by)
    return order


@pytest.fixture
def staff(client):
    """Ordinary staff."""
    person = accounts.adult(is_staff=True)
    person.groups.add(load_staff_group())
    client.force_login(person)
    return client


def address(row, page: str, *args) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}", args=[row.pk, *args])


def record(client, row) -> str:
    return client.get(address(row, "change")).content.decode()


def test_record_offers_what_its_state_allows_and_says_what_follows(staff, order):
    page = record(staff, order)
    assert BUTTON.findall(page) == ["process", "refuse"]
    assert "Credits the entries, and issues the statement of entries and the invoice." in page
    order.move("refuse", by=accounts.staff())
    assert BUTTON.findall(record(staff, order)) == []


def test_button_asks_first_and_comes_back_to_the_record(staff, order):
    button, page = address(order, "act", "process"), address(order, "change")
    asked = staff.post(button).content.decode()
    assert "Total £120.00" in asked and f'href="{page}"' in asked and 'value="Process"' in asked
    assert EntryOrder.objects.get().state == "submitted"
    answer = staff.post(button, {"confirmed": "yes"})
    assert (answer.status_code, answer.url) == (302, page)
    assert [str(said) for said in get_messages(answer.wsgi_request)] == [
        f"{order} of {order.centre} processed."
    ]
    assert EntryOrder.objects.get().state == "processed"


def test_button_pressed_too_late_says_why_and_does_nothing(staff, order):
    order.move("withdraw", by=order.created_by)
    said = staff.post(address(order, "act", "process"), {"confirmed": "yes"}, follow=True).content.decode()
    assert "is now “Withdrawn by the centre”, so it was not possible to process it." in said


def test_link_to_a_button_leads_to_the_record_and_does_nothing(staff, order):
    assert staff.get(address(order, "act", "process")).url == address(order, "change")
    assert EntryOrder.objects.get().state == "submitted"


def test_record_that_is_gone_is_said_to_be(staff):
    url = reverse("admin:centres_entryorder_act", args=["77", "process"])
    assert "doesn’t exist" in staff.post(url, follow=True).content.decode()


@pytest.mark.parametrize("name", ["delete_selected", "no_such_thing", "get_urls"])
def test_only_verbs_of_the_record_can_be_asked_for(client, order, name):
    client.force_login(accounts.staff())
    assert client.post(address(order, "act", name), {"post": "yes"}).status_code == 403
    assert EntryOrder.objects.exists()


def test_who_may_only_look_has_no_button_and_is_turned_away(client, order):
    from django.contrib.auth.models import Permission

    person = accounts.adult(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_entryorder"))
    client.force_login(person)
    assert BUTTON.findall(record(client, order)) == []
    answer = client.post(address(order, "act", "process"), {"confirmed": "yes"})
    assert (answer.status_code, EntryOrder.objects.get().state) == (403, "submitted")
    client.force_login(accounts.adult())
    assert client.post(address(order, "act", "process")).status_code == 302


def test_each_kind_of_record_offers_its_own_verbs(client):
    client.force_login(accounts.staff())
    certificate = make.certificated_claim().lines.get().certificates.get()
    adult, candidate = accounts.adult(), candidates.candidate().user
    offered = {
        certificate: ["reissue", "correct", "revoke"],
        certificate.claim: [],
        centres.application(): [],  # two links, to pages that ask
        centres.approval(centres.centre()): ["withdraw"],
        make.moderator(certificate.claim.centre, catalogue.qualification()).allocations.get(): ["end"],
        catalogue.checklist(): ["start_new_version"],
        catalogue.checklist(published=False): ["publish"],
        adult: ["invite"],
        candidate: [],
    }
    assert {row: BUTTON.findall(record(client, row)) for row in offered} == offered


def test_every_action_of_the_admin_says_what_it_does():
    silent = [
        (type(page).__name__, name)
        for page in admin.site._registry.values()
        for name in page.actions or ()
        if not getattr(getattr(page, name), "says", "").endswith(".")
    ]
    assert silent == []
