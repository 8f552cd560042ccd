"""A page that shows nothing of its own costs three queries: the session, who it is, and where they work."""

import pytest
from django.urls import reverse

from tests.factories import accounts

from .test_matrix import EVERYBODY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["questions", "account-home"])
@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "anonymous"])
def test_signed_in_page_makes_three_queries(
    person, page, world, untouched, client, django_assert_num_queries
):
    client.force_login(world.people[person])
    page = reverse(page)
    client.get(page)  # notes when the session was used
    with django_assert_num_queries(3):
        assert client.get(page).status_code == 200


def test_account_that_was_deactivated_is_signed_out(client):
    person = accounts.adult()
    client.force_login(person)
    assert client.get(reverse("account-home")).status_code == 200
    person.is_active = False
    person.save()
    assert client.get(reverse("account-home")).status_code == 302
