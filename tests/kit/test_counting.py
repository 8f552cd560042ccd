"""Counts of several lists in one query."""

import pytest
from django.contrib.auth import get_user_model
from django.db.models.functions import Length

from portal.kit.counting import count_each
from portal.kit.models import Event
from tests.factories import accounts

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_each_list_is_counted_in_one_query(django_assert_num_queries):
    staff, _ = accounts.staff(), accounts.adult(name="O'Neill 100%")
    lists = [
        User.objects.all(),
        User.objects.filter(name="O'Neill 100%").order_by("name"),
        User.objects.none(),
        Event.objects.filter(by=staff),
        User.objects.filter(pk__in=[]),
        User.objects.annotate(words=Length("name")).filter(words__gt=5).distinct(),
    ]
    expected = [rows.count() for rows in lists]
    with django_assert_num_queries(1):
        assert count_each(lists) == expected
    assert expected[:3] == [2, 1, 0]


def test_nothing_to_count_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert count_each([]) == []
        assert count_each([User.objects.none()]) == [0]
