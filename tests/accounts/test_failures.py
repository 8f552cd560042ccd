"""Staff are told when background work has failed for good, at most once an hour, about everything together."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from portal.accounts.failures import HOUR_SECONDS
from portal.accounts.models import EMail
from portal.kit import outbox
from portal.kit.models import Heartbeat, OutboxEntry
from tests.factories import accounts, centres

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(monkeypatch):
    """A member of staff; and a kind of work, "note", that always fails."""

    def refuse(subject_id):
        raise OSError("disk full")

    monkeypatch.setitem(outbox.HANDLERS, "note", refuse)
    accounts.adult(is_staff=True)  # may not see the outbox
    return accounts.staff()


def give_up(kind: str = "note", subject=None) -> OutboxEntry:
    """Make one thing fail at its last try."""
    subject = subject or centres.centre()
    outbox.due(kind, subject)
    found = OutboxEntry.objects.filter(kind=kind, subject_id=subject.pk)
    found.update(tries=5)
    outbox.work(found.get().pk)
    assert found.get().state == "failed"
    return found.get()


def an_hour_passes():
    for model, field in ((Heartbeat, "at"), (OutboxEntry, "not_before")):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(
                **{field: getattr(row, field) - timedelta(seconds=HOUR_SECONDS)}
            )


def told() -> list:
    return list(EMail.objects.filter(kind="work_failed").values_list("user", flat=True))


def test_staff_who_see_the_outbox_are_told_what_failed_and_led_to_it(staff):
    give_up()
    outbox.work_all()
    (sent,) = mail.outbox
    assert (sent.subject, sent.to) == ("Background work has failed", [staff.email])
    assert "- Note: 1\n" in sent.body
    assert f"{reverse('admin:kit_outboxentry_changelist')}?state__exact=failed" in sent.body


def test_what_fails_within_the_hour_is_told_together_once_it_is_over(staff):
    give_up()
    outbox.work_all()
    give_up()
    give_up()
    outbox.work_all()
    assert told() == [staff.pk]
    an_hour_passes()
    outbox.work_all()
    assert told() == [staff.pk] * 2
    assert "- Note: 3\n" in mail.outbox[-1].body


def test_nothing_is_told_of_what_was_mended_meanwhile(staff, monkeypatch):
    give_up()
    outbox.work_all()
    again = give_up()
    monkeypatch.setitem(outbox.HANDLERS, "note", lambda subject_id: None)
    assert outbox.retry(OutboxEntry.objects.filter(state="failed")) == 2
    an_hour_passes()
    outbox.work_all()
    again.refresh_from_db()
    assert (again.state, told()) == ("done", [staff.pk])


def test_failing_to_tell_is_not_told(staff, settings):
    give_up()
    settings.EMAIL_BACKEND = "tests.accounts.test_failures.Nowhere"
    outbox.work_all()
    letter = EMail.objects.get(kind="work_failed")
    OutboxEntry.objects.filter(kind="send-email").update(tries=5, not_before=timezone.now())
    outbox.work_all()
    assert OutboxEntry.objects.get(kind="send-email").state == "failed"
    an_hour_passes()
    outbox.work_all()
    assert list(EMail.objects.all()) == [letter]


class Nowhere:
    def __init__(self, *args, **kwargs):
        raise OSError("No mail server")
