"""A mail server that refuses breaks no page: e-mails wait, and are sent once it is back."""

import socket

import pytest
from django.core import mail
from django.urls import reverse

from portal.accounts import mailing
from portal.accounts.models import EMail
from portal.kit import audit, outbox
from portal.kit.models import OutboxEntry
from tests.factories import accounts, centres, noticeboard

pytestmark = pytest.mark.django_db
ADDRESS = "ann@example.org"


@pytest.fixture
def refused(settings):
    """A mail server at a port where nothing listens."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9


def known_address():
    accounts.adult(email=ADDRESS)
    return reverse("forgotten-password"), {"email": ADDRESS}


def unknown_address():
    return reverse("forgotten-password"), {"email": ADDRESS}


def application():
    return reverse("apply"), {"email": ADDRESS}


def enquiry():
    typed = {"topic": "other", "message": "When?", "name": "Ann", "email": ADDRESS}
    return reverse("contact"), typed


def place():
    event = noticeboard.training_event()
    return reverse("training-interest", args=[event.pk]), {"name": "Ann", "email": ADDRESS, "centre": "None"}


def person(client):
    centre = centres.centre()
    client.force_login(centres.person(centre))
    typed = {"name": "Ann", "email": ADDRESS, "roles": ["tutor"]}
    return reverse("person-add", args=[centre.number]), typed


@pytest.mark.parametrize("door", [known_address, unknown_address, application, enquiry, place, person])
def test_page_answers_and_the_letter_waits(door, client, refused, settings):
    url, typed = door(client) if door is person else door()
    answer = client.post(url, typed)
    assert answer.status_code == 302, answer.content.decode()
    outbox.work_all()
    (waiting,) = EMail.objects.all()
    entry = OutboxEntry.objects.get(kind="send-email")
    assert (waiting.recipient, waiting.state, entry.state) == (ADDRESS, "waiting", "due")
    assert "ConnectionRefusedError" in entry.last_error

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    OutboxEntry.objects.update(not_before=entry.created_at)
    outbox.work_all()
    assert [message.to for message in mail.outbox] == [[ADDRESS]]


def test_mail_server_that_hangs_is_left_in_time(settings):
    """It accepts the connection and says nothing."""
    assert settings.EMAIL_TIMEOUT == 20
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        mailing.tell(
            "unknown_account", audit.record("ask for new password", accounts.adult(), by=None), [ADDRESS]
        )
        outbox.work_all()
    assert EMail.objects.get().state == "waiting"
    entry = OutboxEntry.objects.get(kind="send-email")
    assert (entry.state, "timed out" in entry.last_error) == ("due", True)
