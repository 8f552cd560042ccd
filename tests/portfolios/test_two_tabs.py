"""Two tabs of "Change evidence": the stale one removes nothing, and the audit trail says what changed."""

import pytest
from django.urls import reverse

from portal.catalogue.models import Criterion
from portal.kit.models import Event
from tests.factories import portfolios as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def opened(client):
    """(client, item, its address, criteria, what its page sends if nothing is changed)."""
    item = make.evidence(make.assignment(), title="Plan")
    criteria = list(Criterion.objects.filter(objective__checklist=item.assignment.checklist)[:3])
    item.criteria.set(criteria[:2])
    client.force_login(item.assignment.candidate.user)
    url = reverse("evidence-edit", args=[item.pk])
    form = client.get(url).context["form"]
    sent = {
        "title": "Plan",
        "note": "",
        "criteria": [criterion.pk for criterion in criteria[:2]],
        "seen": form["seen"].value(),
    }
    return client, item, url, criteria, sent


def tags_of(item) -> set[int]:
    return set(item.criteria.values_list("pk", flat=True))


def test_stale_tab_that_left_the_tags_alone_takes_none_away(opened):
    client, item, url, criteria, sent = opened
    client.post(url, {**sent, "criteria": [criterion.pk for criterion in criteria]})
    client.post(url, {**sent, "note": "Mine"})
    item.refresh_from_db()
    assert (tags_of(item), item.note) == ({criterion.pk for criterion in criteria}, "Mine")


def test_stale_tab_that_changed_the_tags_is_stopped_and_shows_both(opened):
    client, item, url, criteria, sent = opened
    client.post(url, {**sent, "criteria": [criterion.pk for criterion in criteria]})
    answer = client.post(url, {**sent, "criteria": [criteria[0].pk]})
    page = answer.content.decode()
    assert answer.status_code == 200 and tags_of(item) == {criterion.pk for criterion in criteria}
    assert "This is what is saved now" in page and criteria[2].text in page
    seen = answer.context["form"]["seen"].value()
    client.post(url, {**sent, "criteria": [criteria[0].pk], "seen": seen})
    assert tags_of(item) == {criteria[0].pk}


def test_audit_says_which_tags_were_changed(opened):
    client, _, url, criteria, sent = opened
    client.post(url, {**sent, "criteria": [criteria[0].pk]})
    refs = [criterion.ref for criterion in criteria]
    assert Event.objects.filter(verb="change evidence").latest("pk").details == {
        "changed": {"criteria": [", ".join(refs[:2]), refs[0]]}
    }


def test_tutors_stale_tags_are_stopped_while_the_work_is_handed_in(client):
    work = make.handed_in()
    item = work.evidence.get()
    criteria = list(Criterion.objects.filter(objective__checklist=work.checklist)[:3])
    client.force_login(make.tutor_of(work))
    url = reverse("evidence-edit", args=[item.pk])
    seen = client.get(url).context["form"]["seen"].value()
    wanted = {criterion.pk for criterion in criteria}
    client.post(url, {"criteria": list(wanted), "seen": seen})
    answer = client.post(url, {"criteria": [criteria[2].pk], "seen": seen})
    assert (answer.status_code, tags_of(item)) == (200, wanted)
