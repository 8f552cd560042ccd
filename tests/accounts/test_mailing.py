"""One e-mail for an event and a recipient, when the person wants it; digests; files that can be opened."""

import email
from datetime import date, timedelta
from email.policy import default
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.accounts import actions, mailing
from portal.accounts.models import Digest, EMail, MailSetting, Timing, Topic
from portal.kit import audit, leases, outbox
from portal.kit.models import Lease, OutboxEntry
from tests.factories import accounts

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


@pytest.fixture
def letters(monkeypatch):
    """A kind of e-mail for each topic, which only exists here; `letters` has their contexts."""
    contexts = {}
    monkeypatch.setattr(mailing, "LETTERS", dict(mailing.LETTERS))
    for topic in Topic:
        mailing.letter(f"test_{topic}", topic=topic)(lambda event: contexts.get(event.pk, {"found": event}))
    monkeypatch.setattr(
        "portal.kit.mail.render_to_string",
        lambda name, context: (
            f"{name.removeprefix('emails/')}: {context.get('parts') or context.get('found')}"
        ),
    )
    return contexts


def happened(what: str = "something"):
    return audit.record(what, accounts.adult(), by=None)


def sent_to() -> list[str]:
    return [message.to[0] for message in mail.outbox]


def test_each_recipient_is_told_of_an_event_once(letters):
    ann, event = accounts.adult(email="ann@example.org"), happened()
    mailing.tell("test_claims", event, to=[ann, ann, "ben@example.org", "", None])
    mailing.tell("test_claims", event, to=[ann, "BEN@example.org"])
    outbox.work_all()
    outbox.work_all()
    assert sorted(sent_to()) == ["ann@example.org", "ben@example.org"]
    assert set(EMail.objects.values_list("state", flat=True)) == {"sent"}


def test_nobody_is_flooded_by_whoever_types_their_address(letters):
    for _ in range(12):
        mailing.tell("test_claims", happened(), to=["ann@example.org"], unasked=True)
    mailing.tell("test_claims", happened(), to=["ben@example.org"], unasked=True)
    assert EMail.objects.filter(recipient="ann@example.org").count() == mailing.UNASKED_A_DAY
    mailing.tell("test_claims", happened(), to=["ann@example.org"])  # decisions are still sent
    EMail.objects.update(written_at=timezone.now() - timedelta(days=1))
    mailing.tell("test_claims", happened(), to=["ann@example.org"], unasked=True)
    assert EMail.objects.filter(recipient="ann@example.org").count() == mailing.UNASKED_A_DAY + 2
    assert EMail.objects.filter(recipient="ben@example.org").count() == 1


def test_the_database_holds_once_for_event_and_recipient(letters):
    event = happened()
    mailing.tell("test_claims", event, to=["ann@example.org"])
    with pytest.raises(IntegrityError), transaction.atomic():
        EMail.objects.create(
            event=event, recipient="ann@example.org", kind="x", topic="claims", timing="at_once"
        )


def test_who_left_or_has_no_address_gets_none(letters):
    gone = accounts.adult()
    gone.is_active = False
    mailing.tell("test_claims", happened(), to=[gone, accounts.adult(email=None)])
    assert not EMail.objects.exists()


def test_an_email_sent_twice_by_a_repeated_task_goes_once(letters):
    mailing.tell("test_claims", happened(), to=["ann@example.org"])
    (row,) = EMail.objects.all()
    mailing.send(row)
    mailing.send(row)
    assert sent_to() == ["ann@example.org"]


def test_worker_whose_lease_was_taken_over_sends_nothing(letters):
    mailing.tell("test_claims", happened(), to=["ann@example.org"])
    (row,) = EMail.objects.all()
    with leases.held("outbox-test"):
        Lease.objects.update(holder=uuid4())
        with pytest.raises(leases.Lost):
            mailing.send(row)
    assert sent_to() == []
    assert EMail.objects.get().state == EMail.State.WAITING


def test_a_letter_that_became_pointless_is_dropped():
    invited = accounts.adult(password=None)
    invitation = actions.invite(invited, by=None)
    actions.accept_invitation(invitation, "three words together")
    outbox.work_all()
    assert sent_to() == []
    assert EMail.objects.get().state == EMail.State.DROPPED


def test_a_failed_server_keeps_it_waiting(letters, monkeypatch):
    mailing.tell("test_claims", happened(), to=["ann@example.org"])
    monkeypatch.setattr("portal.kit.mail.EmailMultiAlternatives.send", lambda self: 1 / 0)
    outbox.work_all()
    assert EMail.objects.get().state == EMail.State.WAITING
    assert OutboxEntry.objects.get(kind="send-email").last_error.startswith("ZeroDivisionError")


def test_daily_ones_wait_for_one_digest(letters):
    ann = accounts.adult(email="ann@example.org")
    mailing.set_timings(ann, {Topic.CLAIMS: Timing.DAILY})
    for what in ("first", "second"):
        mailing.tell("test_claims", happened(what), to=[ann])
    mailing.tell("test_entries", happened("third"), to=[ann])
    outbox.work_all()
    assert len(mail.outbox) == 1  # the one of another topic
    (digest,) = mailing.collect_digests(TODAY)
    assert mailing.collect_digests(TODAY) == []
    outbox.work_all()
    mailing.send_digest(digest)
    assert len(mail.outbox) == 2
    assert mail.outbox[1].to == ["ann@example.org"]
    assert "test_claims.txt" in mail.outbox[1].body
    assert Digest.objects.get().sent_at
    assert not EMail.objects.exclude(state="sent").exists()


def test_what_comes_after_the_digest_waits_for_tomorrow(letters):
    ann = accounts.adult()
    mailing.set_timings(ann, {Topic.CLAIMS: Timing.DAILY})
    mailing.tell("test_claims", happened(), to=[ann])
    mailing.collect_digests(TODAY)
    mailing.tell("test_claims", happened(), to=[ann])
    assert mailing.collect_digests(TODAY) == []
    assert len(mailing.collect_digests(TODAY + timedelta(days=1))) == 1


def test_a_digest_of_pointless_letters_is_not_sent(letters):
    ann, event = accounts.adult(), happened()
    mailing.set_timings(ann, {Topic.CLAIMS: Timing.DAILY})
    mailing.tell("test_claims", event, to=[ann])
    letters[event.pk] = None
    mailing.collect_digests(TODAY)
    outbox.work_all()
    assert sent_to() == []
    assert EMail.objects.get().state == EMail.State.DROPPED


def test_work_handed_in_comes_once_a_day_unless_chosen_otherwise(letters):
    ann, ben = accounts.adult(), accounts.adult()
    mailing.set_timings(ben, {Topic.HANDED_IN: Timing.AT_ONCE})
    mailing.tell("test_handed_in", happened(), to=[ann, ben])
    assert dict(EMail.objects.values_list("user", "timing")) == {ann.pk: "daily", ben.pk: "at_once"}


def test_off_is_off(letters):
    ann = accounts.adult()
    mailing.set_timings(ann, {Topic.NEWS: Timing.OFF})
    mailing.tell("test_news", happened(), to=[ann])
    assert not EMail.objects.exists()


@pytest.mark.parametrize(("topic", "timing"), [("claims", "off"), ("account", "daily"), ("account", "off")])
def test_the_database_refuses_what_nobody_may_miss(topic, timing):
    with pytest.raises(IntegrityError), transaction.atomic():
        MailSetting.objects.create(user=accounts.adult(), topic=topic, timing=timing)


def test_the_page_keeps_what_is_chosen(client):
    ann = accounts.adult()
    client.force_login(ann)
    page = client.get(reverse("mail-settings")).content.decode()
    assert 'name="account"' not in page  # nobody may turn these off
    data = {
        "approval": "at_once",
        "entries": "daily",
        "claims": "at_once",
        "work": "daily",
        "handed_in": "at_once",
        "training": "at_once",
    }
    assert client.post(reverse("mail-settings"), {**data, "news": "never"}).status_code == 200
    assert not MailSetting.objects.exists()
    assert client.post(reverse("mail-settings"), {**data, "news": "off"}).status_code == 302
    assert dict(ann.mail_settings.values_list("topic", "timing")) == {**data, "news": "off"}


def test_a_real_digest_says_who_and_what_and_where_to_change_it(settings):
    """With the real templates."""
    ann = accounts.adult(name="Ann", email="ann@example.org")
    event = audit.record("invite", ann, by=None, invitation=actions.invite(ann, by=None).pk)
    EMail.objects.all().delete()
    digest = Digest.objects.create(user=ann, on=timezone.localdate())
    EMail.objects.create(
        event=event, recipient=ann.email, user=ann, kind="invitation", topic="account", timing="daily",
        digest=digest,
    )  # fmt: skip
    mailing.send_digest(digest)
    (message,) = mail.outbox
    html = message.alternatives[0].content
    assert message.subject == f"1 message from the {settings.PORTAL_NAME}"
    assert "==== Your invitation to the" in message.body
    assert message.body.count("sent automatically") == html.count("sent automatically") == 1
    assert html.count("<html") == 1
    assert settings.SITE_URL + reverse("mail-settings") in message.body


def test_in_development_each_email_is_a_file_of_its_own(settings, tmp_path):
    settings.EMAIL_BACKEND = "portal.kit.mail_files.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    for name in ("Siân", "Łucja"):
        actions.invite(
            accounts.adult(name=name, email=f"{name.lower()[-3:]}@example.org", password=None), by=None
        )
    outbox.work_all()
    files = sorted((tmp_path / "mail").glob("*.eml"))
    read = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
    assert [letter["To"] for letter in read] == ["iân@example.org", "cja@example.org"]
    assert "Hello Siân" in read[0].get_body(("plain",)).get_content()
