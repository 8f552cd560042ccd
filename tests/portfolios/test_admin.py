"""Staff look at work in Django admin: the lists load, and nothing there can be changed."""

import pytest
from django.urls import reverse

from tests.factories import accounts
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["assignment", "evidence", "judgement"])
def test_lists_and_pages_are_read_only(sign_in, count_queries, model):
    work = make.achieved()
    rows = {"assignment": work, "evidence": work.evidence.get(), "judgement": work.judgements.first()}
    client = sign_in(accounts.staff())
    changelist = reverse(f"admin:portfolios_{model}_changelist")
    few = count_queries(client, changelist)
    page = reverse(f"admin:portfolios_{model}_change", args=[rows[model].pk])
    found = client.get(page)
    assert found.status_code == 200
    assert b'name="_save"' not in found.content
    assert client.post(page, {"title": "Other"}).status_code == 403
    assert client.get(reverse(f"admin:portfolios_{model}_add")).status_code == 403
    assert client.post(page.replace("change", "delete")).status_code == 403
    for _ in range(3):
        make.achieved(unit=work.unit)
    assert count_queries(client, changelist) == few
