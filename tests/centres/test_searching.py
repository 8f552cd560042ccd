"""Awarding-body staff find what belongs to a centre however its name is typed, in the same way as people."""

import pytest
from django.contrib import admin
from django.urls import reverse

from candidates.models import Group
from centres.models import Approval, Centre, EntryOrder, Invoice, StatementOfEntries
from tests.factories import accounts, candidates, catalogue, centres, noticeboard

pytestmark = pytest.mark.django_db
TYPED = ["Gŵyr", "gwyr", "St Davids", "st david’s gwyr", "Davids, Gwyr"]
NAME = "St David's, Gŵyr"


def found_in(client, model, typed: str) -> int:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    return client.get(reverse(name), {"q": typed}).context["cl"].result_count


@pytest.mark.parametrize("typed", TYPED)
def test_centre_is_found_in_the_lists_of_staff_however_it_is_typed(client, typed):
    client.force_login(accounts.staff())
    for name in (NAME, "Harbour College"):
        centre, qualification = centres.centre(name=name), catalogue.qualification()
        centres.approval(centre, qualification)
        centres.entries(centre, qualification, 10)
        candidates.group(centre)
        centres.application(centre_name=name)
    lists = {Centre: 1, Approval: 1, EntryOrder: 1, Invoice: 1, StatementOfEntries: 1, Group: 1}
    found = {model: found_in(client, model, typed) for model in lists}
    assert found == lists
    assert found_in(client, centres.application().__class__, typed) == 1


@pytest.mark.parametrize("typed", TYPED)
def test_centre_that_somebody_typed_themselves_is_found_too(client, typed):
    client.force_login(accounts.staff())
    for name in (NAME, "Harbour College"):
        place, day = noticeboard.interest(centre_name=name), noticeboard.training_request(centre_name=name)
    assert [found_in(client, type(asked), typed) for asked in (place, day)] == [1, 1]


def test_no_list_of_staff_searches_names_of_centres_letter_by_letter():
    """A name frozen on a paper may appear beside its centre's name without accents."""
    letter_by_letter = {
        f"{kind.__name__}: {field}"
        for model, kind in admin.site._registry.items()
        for field in kind.search_fields
        if field.endswith("centre__name")
        or (model is Centre and field == "name")
        or (field == "centre_name" and not any("plain_names" in other for other in kind.search_fields))
    }
    assert letter_by_letter == set()
