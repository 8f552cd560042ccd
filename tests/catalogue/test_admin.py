"""Staff keep the catalogue in Django admin; a published e-checklist is shown there and cannot be changed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.catalogue.models import Checklist, Criterion
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db
LIST = "admin:catalogue_checklist_changelist"
PAGE = "admin:catalogue_checklist_change"


@pytest.fixture
def staff(client):
    person = User.objects.create_superuser("staff@body.example", "a long password", name="Sam Staff")
    client.force_login(person)
    return person


def act(client, action, *checklists):
    chosen = {"action": action, "_selected_action": [checklist.pk for checklist in checklists]}
    return client.post(reverse(LIST), chosen, follow=True).content.decode()


def test_publish_publishes_what_it_can_and_says_what_it_cannot(client, staff):
    good = make.checklist(published=False)
    empty = make.checklist(published=False, criteria=0)

    page = act(client, "publish", good, empty)

    assert f"Published {good}." in page
    assert "Add a criterion to objective 1 before publishing." in page
    assert list(Checklist.objects.published()) == [good]
    assert Checklist.objects.get(pk=good.pk).published_by == staff


def test_new_version_starts_from_the_chosen_one(client, staff):
    first = make.checklist(criteria=3)
    assert "Draft started from" in act(client, "start_new_version", first)
    draft = Checklist.objects.drafts().get()
    assert (draft.unit, draft.version) == (first.unit, 2)
    assert Criterion.objects.filter(objective__checklist=draft).count() == 3
    assert "already has a draft" in act(client, "start_new_version", first)


def test_published_checklist_is_shown_read_only(client, staff):
    checklist = make.checklist()
    page = client.get(reverse(PAGE, args=[checklist.pk])).content.decode()
    assert "Describe part 4 of the plan." in page
    assert 'name="_save"' not in page
    assert 'name="objectives-0-title"' not in page
    assert client.post(reverse(PAGE, args=[checklist.pk]), {"version": 5}).status_code == 403
    objective = reverse("admin:catalogue_objective_change", args=[checklist.objectives.get().pk])
    page = client.get(objective).content.decode()
    assert 'name="criteria-0-text"' not in page
    assert client.post(objective, {"title": "Easier"}).status_code == 403


def test_draft_can_be_edited(client, staff):
    checklist = make.checklist(published=False)
    page = client.get(reverse(PAGE, args=[checklist.pk])).content.decode()
    assert 'name="_save"' in page and 'name="objectives-0-title"' in page
    objective = reverse("admin:catalogue_objective_change", args=[checklist.objectives.get().pk])
    assert 'name="criteria-0-text"' in client.get(objective).content.decode()


def test_published_checklist_is_not_deleted_with_drafts(client, staff):
    published, draft = make.checklist(), make.checklist(published=False)
    chosen = {"action": "delete_selected", "_selected_action": [published.pk, draft.pk], "post": "yes"}
    client.post(reverse(LIST), chosen, follow=True)
    assert Checklist.objects.count() == 2
    client.post(reverse(LIST), {**chosen, "_selected_action": [draft.pk]}, follow=True)
    assert list(Checklist.objects.all()) == [published]


def test_objective_is_only_added_to_a_draft(client, staff):
    published = make.checklist()
    fields = {"checklist": published.pk, "number": 2, "title": "More"}
    fields |= {f"criteria-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")}
    page = client.post(reverse("admin:catalogue_objective_add"), fields).content.decode()
    assert "Select a valid choice" in page


@pytest.mark.parametrize("model", ["qualification", "unit", "award", "checklist", "objective"])
def test_lists_search_and_take_the_same_queries_for_many_rows(client, staff, model):
    url = reverse(f"admin:catalogue_{model}_changelist")

    def one_more():
        make.award(qualification=make.checklist(by=staff).unit.qualification)

    def count():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, {"q": "U"}).status_code == 200
        return len(captured)

    one_more()
    before = count()
    for _ in range(4):
        one_more()
    assert count() == before
