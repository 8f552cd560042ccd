"""The admin's index: what waits, for how long, and the way to it; records grouped by the work they belong to."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from centres import actions
from centres.models import Adjustment, Application, EntryOrder, RoleOffer
from portal.administration import GROUPS
from portal.files.models import StoredFile
from portal.home import staff as waiting
from portal.kit import audit
from portal.kit.models import OutboxEntry
from tests.factories import accounts, catalogue, centres, moderation, noticeboard, portfolios

pytestmark = pytest.mark.django_db
INDEX = "admin:index"


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff())
    return client


def everything_waits() -> None:
    """One of each, of which those of the past have waited for longer."""
    centre, qualification = centres.centre(), catalogue.qualification()
    centres.application()
    centres.entries(centre, qualification)
    centres.adjustment(centre.entry_accounts.get(qualification=qualification))
    order = centres.order(centre, qualification)
    actions.submit_order(order, by=order.created_by)
    moderation.submitted_claim()
    moderator = moderation.moderator(centre, qualification)
    centres.offer(centre)
    RoleOffer.objects.update(is_barred=True)
    centre.memberships.create(user=moderator.user, role="tutor")
    noticeboard.enquiry()
    noticeboard.interest()
    noticeboard.training_request()
    held = portfolios.received_upload(portfolios.assignment())
    StoredFile.objects.filter(pk=held.stored_id).update(state="held")
    OutboxEntry.objects.create(
        kind="print-certificate", subject_id=OutboxEntry.objects.count() + 1, state="failed"
    )


def test_everything_that_waits_is_listed_with_its_count_and_leads_to_a_list_as_long(staff):
    everything_waits()
    listed = staff.get(reverse(INDEX)).context["waiting"]
    assert {kind["label"]: kind["count"] for kind in listed} == {
        kind["label"]: staff.get(kind["url"]).context["cl"].result_count for kind in listed
    }
    not_made = {"Revocations that need a second person", "Candidates who may be the same person"}
    assert {kind["label"] for kind in listed} == {kind.label for kind in waiting.WAITING} - not_made


def test_age_is_that_of_the_oldest(staff):
    for days in (1, 4, 2):
        made = centres.application()
        Application.objects.filter(pk=made.pk).update(
            submitted_at=timezone.now() - timedelta(days=days, hours=1)
        )
    page = staff.get(reverse(INDEX))
    assert [(kind["count"], kind["age"]) for kind in page.context["waiting"]] == [(3, "4\xa0days")]
    assert "Applications to decide" in page.content.decode()


def test_nothing_that_waits_is_said(staff):
    assert "Nothing is waiting for you." in staff.get(reverse(INDEX)).content.decode()


def test_who_may_not_see_a_list_is_not_told_how_long_it_is(client):
    everything_waits()
    person = accounts.adult(is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_enquiry"))
    client.force_login(person)
    page = client.get(reverse(INDEX))
    assert [kind["label"] for kind in page.context["waiting"]] == ["Enquiries to answer"]
    assert [model["name"] for app in page.context["app_list"] for model in app["models"]] == ["Enquiries"]


def test_each_record_kind_is_in_one_group_and_each_group_is_shown(staff):
    placed = [label for labels in GROUPS.values() for label in labels]
    assert sorted(placed) == sorted(model._meta.label_lower for model in admin.site._registry)
    shown = staff.get(reverse(INDEX)).context["app_list"]
    assert [app["name"] for app in shown] == list(GROUPS)


def test_ones_own_last_actions_are_told_in_words(staff):
    person = accounts.staff()
    audit.record("publish", centres.centre(), by=person)
    audit.record("withdraw", centres.centre(), by=accounts.staff())
    staff.force_login(person)
    page = staff.get(reverse(INDEX))
    assert [event.verb for event in page.context["own"]] == ["publish"]
    assert "Published" in page.content.decode()


def test_index_costs_the_same_for_one_and_for_three_of_everything(staff, queries_of):
    everything_waits()
    staff.get(reverse(INDEX))
    one = queries_of(lambda: staff.get(reverse(INDEX)))
    assert queries_of(waiting.look) == 1
    everything_waits()
    everything_waits()
    assert queries_of(lambda: staff.get(reverse(INDEX))) == one
    assert (EntryOrder.objects.filter(state="submitted").count(), Adjustment.objects.count()) == (3, 3)
