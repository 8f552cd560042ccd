"""The centre is told about each certificate once: the first ones together, then any that follow later."""

import pgtrigger
import pytest
from django.core import mail

from moderation.awards import actions, tasks
from moderation.awards.models import Certificate
from portal.accounts import mailing
from portal.accounts.mailing import collect_digests
from portal.accounts.models import EMail, MailSetting, Timing, Topic
from portal.accounts.roles import Role
from portal.kit import outbox
from portal.kit.models import Event, OutboxEntry
from tests.awards.confirming import revoke
from tests.factories import accounts, centres
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


def told():
    return EMail.objects.filter(kind="certificates_ready")


def counts() -> list[str]:
    """How many certificates each e-mail to the centre was about."""
    return [event.after for event in Event.objects.filter(verb="certificates ready").order_by("pk")]


def test_exams_officers_are_told_when_the_last_is_printed():
    claim = make.certificated_claim(2)
    centres.person(claim.centre, Role.TUTOR)
    first, last = claim.certificates.order_by("pk")
    tasks.print_certificate(first.pk)
    outbox_ready()
    assert not told().exists()
    tasks.print_certificate(last.pk)
    outbox_ready()
    officers = set(told().values_list("user", flat=True))
    assert officers == set(
        claim.centre.memberships.filter(role=Role.EXAMS_OFFICER).values_list("user", flat=True)
    )
    mail.outbox.clear()
    mailing.send(told().first())
    (sent,) = mail.outbox
    assert sent.subject == f"Claim {claim}: certificates are ready"
    assert f"2 certificates for claim {claim}" in sent.body
    assert f"/centres/{claim.centre.number}/certificates/?claim={claim.pk}" in sent.body


def outbox_ready() -> None:
    """Run everything that is due except printing, which the test does one certificate at a time."""
    for entry in OutboxEntry.objects.filter(kind="certificates-ready", state="due"):
        outbox.work(entry.pk)


def test_they_are_told_once_and_again_of_what_is_issued_later():
    claim = make.certificated_claim(2)
    outbox.work_all()
    actions.see_whether_ready(claim)
    outbox.work_all()
    assert counts() == ["2"]
    actions.reissue(claim.certificates.first(), by=accounts.staff(), why="Lost")
    outbox.work_all()
    assert counts() == ["2", "1"]


def test_one_that_cannot_be_printed_does_not_hold_the_others_up(settings):
    settings.OUTBOX_PAUSES_SECONDS = [0]
    claim = make.certificated_claim(2)
    last = claim.certificates.last()
    name = last.certificate_name
    with pgtrigger.ignore("awards.Certificate:frozen"):
        Certificate.objects.filter(pk=last.pk).update(certificate_name="Zoë 𓀀")
    outbox.work_all()
    assert counts() == ["1"]
    assert "1 more could not be printed" in next(
        sent.body for sent in mail.outbox if sent.subject.endswith("are ready")
    )
    with pgtrigger.ignore("awards.Certificate:frozen"):
        Certificate.objects.filter(pk=last.pk).update(certificate_name=name)
    outbox.retry(OutboxEntry.objects.filter(kind="print-certificate"))
    outbox.work_all()
    assert counts() == ["1", "1"]


def test_a_revoked_one_holds_nothing_up():
    claim = make.certificated_claim(2)
    first, last = claim.certificates.order_by("pk")
    revoke(last)
    tasks.print_certificate(first.pk)
    outbox_ready()
    assert counts() == ["1"]


def test_who_wants_a_digest_gets_it_there(settings):
    claim = make.certificated_claim(1)
    officer = claim.created_by
    MailSetting.objects.create(user=officer, topic=Topic.CLAIMS, timing=Timing.DAILY)
    outbox.work_all()
    email = told().get(user=officer)
    assert email.timing == Timing.DAILY
    (digest,) = [made for made in collect_digests(email.written_at.date()) if made.user == officer]
    mail.outbox.clear()
    mailing.send_digest(digest)
    assert f"1 certificate for claim {claim}" in mail.outbox[0].body
