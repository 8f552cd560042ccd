"""The outbox in the admin: what failed comes first, says what it is about, and is tried again by a button."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from portal.kit import outbox
from portal.kit.admin.work import standing
from portal.kit.models import OutboxEntry
from tests.factories import accounts, centres

pytestmark = pytest.mark.django_db
LIST = "admin:kit_outboxentry_changelist"
NOW = timezone.now()


@pytest.fixture
def staff(client):
    client.force_login(accounts.staff())
    return client


def entry(state: str = "due", kind: str = "match-learners", **values) -> OutboxEntry:
    done_at = NOW if state == "done" else None
    subject = values.pop("subject_id", None) or centres.centre().pk
    return OutboxEntry.objects.create(kind=kind, subject_id=subject, state=state, done_at=done_at, **values)


def test_failed_work_comes_first_then_what_is_due_each_newest_first(staff):
    made = [entry(state) for state in ("failed", "done", "due", "failed")]
    listed = list(staff.get(reverse(LIST)).context["cl"].result_list)
    assert listed == [made[3], made[0], made[2], made[1]]


def test_row_says_what_it_is_about_its_lane_and_its_age(staff):
    late = entry(
        "failed", not_before=NOW - timedelta(hours=3), last_error="OSError: the disk is full", tries=5
    )
    page = staff.get(reverse(LIST)).content.decode()
    centre = reverse("admin:centres_centre_change", args=[late.subject_id])
    for said in (
        f'<a href="{centre}">Centre {late.subject_id}</a>',
        "Match learners",
        "Previews",
        "3\xa0hours",
    ):
        assert said in page
    assert "OSError: the disk is full" in page


def test_all_that_is_not_done_is_summed_up_above_the_list(staff):
    entry("failed", "print-certificate", subject_id=1, not_before=NOW - timedelta(days=2))
    entry("due", not_before=NOW + timedelta(hours=1))
    entry("done")
    assert [(row["work"], row["state"], row["lane"], row["count"], row["age"]) for row in standing()] == [
        ("Print certificate", "Failed", "Print", 1, "2\xa0days"), ("Match learners", "Due", "Previews", 1, "not yet"),
    ]  # fmt: skip
    page = staff.get(reverse(LIST))
    narrowed = staff.get(reverse(LIST) + standing()[0]["query"])
    assert "What is not done" in page.content.decode() and narrowed.context["cl"].result_count == 1
    OutboxEntry.objects.update(state="done", done_at=NOW)
    assert "All background work is done." in staff.get(reverse(LIST)).content.decode()


def test_failed_work_is_tried_again_by_its_button_and_other_work_has_none(staff):
    failed, due = entry("failed", tries=5), entry("due")
    button = reverse("admin:kit_outboxentry_act", args=[failed.pk, "try_again"])
    pages = {row: staff.get(reverse("admin:kit_outboxentry_change", args=[row.pk])) for row in (failed, due)}
    assert [button in pages[row].content.decode() for row in (failed, due)] == [True, False]
    assert "1 will be tried again." in staff.post(button, follow=True).content.decode()
    failed.refresh_from_db()
    assert (failed.state, failed.tries) == ("due", 0)


@pytest.mark.parametrize(
    ("query", "count"), [({"lane": "print"}, 1), ({"kind": "match-learners"}, 2), ({"lane": "x"}, 3)]
)
def test_lane_and_work_narrow_the_list(staff, query, count):
    for kind, subject in (("print-certificate", 1), ("match-learners", 2), ("match-learners", 3)):
        entry(kind=kind, subject_id=subject)
    assert staff.get(reverse(LIST), query).context["cl"].result_count == count


def test_every_kind_of_work_names_the_records_it_works_on():
    assert set(outbox.HANDLERS) - set(outbox.SUBJECTS) <= {"draw-guide"}
    assert all(apps.get_model(label) for label in outbox.SUBJECTS.values())


def test_list_costs_the_same_for_1_row_and_for_3(staff, queries_of):
    entry("failed")
    url = reverse(LIST)
    staff.get(url)
    one = queries_of(lambda: staff.get(url))
    entry("failed")
    entry("due")
    assert queries_of(lambda: staff.get(url)) == one
