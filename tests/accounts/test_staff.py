"""Who at the awarding body is told about work for staff."""

import pytest
from django.contrib.auth.models import Permission

from portal.accounts.staff import staff_who_may
from portal.accounts.staff_group import load_staff_group
from tests.factories import accounts

pytestmark = pytest.mark.django_db
PROCESS = "centres.change_entryorder"


def test_every_active_member_of_staff_with_the_permission_is_told():
    superuser, in_group = accounts.staff(), accounts.adult(is_staff=True)
    in_group.groups.add(load_staff_group())
    by_name = accounts.adult(is_staff=True)
    permission = Permission.objects.get(codename="change_entryorder")
    by_name.user_permissions.add(permission)
    accounts.adult(is_staff=True)  # without the permission
    accounts.adult(is_staff=True, is_active=False).user_permissions.add(permission)
    accounts.adult().user_permissions.add(permission)  # not staff
    told = staff_who_may(PROCESS)
    assert sorted(person.pk for person in told) == sorted([superuser.pk, in_group.pk, by_name.pk])


def test_addresses_of_the_setting_take_their_place(settings):
    accounts.staff()
    ann = accounts.adult(email="ann@example.org")
    settings.STAFF_EMAILS = ["entries@example.org", "Ann@example.org"]
    assert staff_who_may(PROCESS) == ["entries@example.org", ann]
