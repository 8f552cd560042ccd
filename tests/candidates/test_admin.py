"""Awarding-body staff look up candidates and groups in Django admin and can change nothing there."""

import pytest
from django.urls import reverse

from tests.factories import accounts, candidates

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff())
    return client


def test_candidates_are_found_by_number_name_and_centre(staff):
    megan = candidates.candidate(first_names="Megan", last_name="Evans")
    candidates.candidate(first_names="Bob", last_name="Ng")
    url = reverse("admin:candidates_candidate_changelist")
    for words in ("evans", megan.centre.number):
        page = staff.get(url, {"q": words}).content.decode()
        assert "Megan Evans" in page and "Bob Ng" not in page


@pytest.mark.parametrize("model", ["candidate", "group"])
def test_nothing_is_added_changed_or_deleted(staff, model):
    candidate = candidates.candidate()
    row = candidate if model == "candidate" else candidates.group(candidate.centre, candidate)
    names = f"admin:candidates_{model}_"
    page = staff.get(reverse(f"{names}change", args=[row.pk]))
    assert page.status_code == 200 and 'name="_save"' not in page.content.decode()
    assert staff.post(reverse(f"{names}change", args=[row.pk]), {"name": "X"}).status_code == 403
    assert staff.get(reverse(f"{names}add")).status_code == 403
    assert staff.get(reverse(f"{names}delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize("model", ["candidate", "group"])
def test_lists_take_the_same_queries_for_many_rows(staff, model, queries_of):
    url = reverse(f"admin:candidates_{model}_changelist")

    def one_more():
        made = candidates.candidate()
        candidates.group(made.centre, made)

    one_more()
    staff.get(url)
    before = queries_of(lambda: staff.get(url, {"q": "2"}))
    for _ in range(5):
        one_more()
    assert queries_of(lambda: staff.get(url, {"q": "2"})) == before
