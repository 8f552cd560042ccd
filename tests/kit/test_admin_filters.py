"""Filters that are typed or chosen: they narrow, keep the rest of the address, and say when something is odd."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from centres.models import EntryOrder
from tests.factories import accounts, catalogue, centres

pytestmark = pytest.mark.django_db
LIST = "admin:centres_entryorder_changelist"


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff())
    return client


@pytest.fixture
def orders():
    """An order of each of two centres, submitted on 1 and on 3 March in London."""
    made = []
    for day in (1, 3):
        order = centres.order(centres.centre(), catalogue.qualification())
        at = timezone.make_aware(datetime(2027, 3, day, 0, 30))
        EntryOrder.objects.filter(pk=order.pk).update(submitted_at=at, submitted_by=order.created_by)
        made.append(order)
    return made


def found(client, **query) -> list[EntryOrder]:
    return sorted(client.get(reverse(LIST), query).context["cl"].queryset, key=lambda order: order.pk)


def test_centre_is_chosen_by_typing(staff, orders):
    first, second = orders
    key = "centre__id__exact"
    assert found(staff, **{key: first.centre_id}) == [first]
    assert found(staff, **{key: ""}) == [first, second]
    page = staff.get(
        reverse(LIST), {key: first.centre_id, "state__exact": "draft", "p": "1"}
    ).content.decode()
    assert f'<option value="{first.centre_id}" selected>{first.centre}</option>' in page
    assert str(second.centre) not in page  # of all the centres it loads the one that is chosen
    assert '<input type="hidden" name="state__exact" value="draft">' in page
    assert 'name="p"' not in page and 'href="?state__exact=draft">Clear</a>' in page


def test_centres_are_offered_as_they_are_typed(staff, orders):
    centre = centres.centre(name="Ysgol Łucja")
    asked = {"term": "lucja", "app_label": "centres", "model_name": "entryorder", "field_name": "centre"}
    offered = staff.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert offered == [{"id": str(centre.pk), "text": str(centre)}]


@pytest.mark.parametrize(
    ("first", "last", "places"),
    [
        ("2027-03-01", "2027-03-01", [0]), ("2027-03-02", "", [1]), ("", "2027-03-02", [0]),
        ("2027-03-01", "2027-03-03", [0, 1]), ("2027-03-04", "", []), ("", "", [0, 1]), ("9999-12-31", "", []),
    ],
)  # fmt: skip
def test_days_are_those_of_london_and_both_ends_count(staff, orders, first, last, places):
    query = {"submitted_at_from": first, "submitted_at_to": last}
    assert found(staff, **query) == [orders[place] for place in places]


def test_day_that_is_none_is_said_to_be_and_narrows_nothing(staff, orders):
    page = staff.get(reverse(LIST), {"submitted_at_from": "yesterday"})
    assert "Enter a valid date." in page.content.decode()
    assert page.context["cl"].result_count == 2


@pytest.mark.parametrize("nonsense", [{"centre__id__exact": "x"}, {"submitted_at_to": "9999-12-31"}])
def test_nonsense_in_the_address_is_no_fault(staff, orders, nonsense):
    assert staff.get(reverse(LIST), nonsense, follow=True).status_code == 200


def test_filters_cost_the_same_for_many_centres(staff, orders, queries_of):
    url = reverse(LIST)
    before = queries_of(lambda: staff.get(url))
    for _ in range(5):
        centres.centre()
    assert queries_of(lambda: staff.get(url)) == before
