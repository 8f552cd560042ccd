"""The centre is told once, and only when every certificate of a claim is printed."""

import pytest
from django.core import mail

from moderation.awards import actions, tasks
from portal.accounts import mailing
from portal.accounts.mailing import collect_digests
from portal.accounts.models import EMail, MailSetting, Timing, Topic
from portal.accounts.roles import Role
from portal.kit import outbox
from tests.awards.confirming import revoke
from tests.factories import accounts, centres
from tests.factories import moderation as make

pytestmark = pytest.mark.django_db


def told():
    return EMail.objects.filter(kind="certificates_ready")


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
    assert sent.subject == f"Claim {claim}: the certificates are ready"
    assert f"2 certificates of claim {claim}" in sent.body
    assert f"/centres/{claim.centre.number}/certificates/?claim={claim.pk}" in sent.body


def outbox_ready() -> None:
    """Work off what is due, but for the prints, which the test does one by one."""
    from portal.kit.models import OutboxEntry

    for entry in OutboxEntry.objects.filter(kind="certificates-ready", state="due"):
        outbox.work(entry.pk)


def test_they_are_told_once_and_not_of_what_is_printed_later():
    claim = make.certificated_claim(1)
    outbox.work_all()
    before = set(told())
    assert before
    actions.reissue(claim.certificates.get(), by=accounts.staff(), why="Lost")
    outbox.work_all()
    assert set(told()) == before


def test_a_revoked_one_holds_nothing_up():
    claim = make.certificated_claim(2)
    first, last = claim.certificates.order_by("pk")
    revoke(last)
    tasks.print_certificate(first.pk)
    outbox_ready()
    assert {email.event.after for email in told()} == {"1"}


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
    assert f"1 certificate of claim {claim}" in mail.outbox[0].body
