"""What every test has: its own files, and Chromium for browser tests."""

import logging
import os
import re
import shutil

import pytest
from django.test import Client
from django.urls import resolve
from pytest_django.live_server_helper import LiveServer

from tests.files.stores import s3, s3_server, store  # noqa: F401  (fixtures)


def found_scanner() -> str | None:
    """Where ClamAV's program is; its folder is not on the PATH of ordinary users."""
    return shutil.which("clamd", path=f"{os.environ.get('PATH', os.defpath)}{os.pathsep}/usr/sbin")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tables come from the models, which takes seconds where the migrations take a minute (test_migrations.py
    checks that both give the same); triggers are added here."""
    import pgtrigger

    logging.getLogger("pgtrigger").setLevel(logging.WARNING)
    with django_db_blocker.unblock():
        pgtrigger.install()


@pytest.fixture(scope="session")
def live_server():
    """pytest-django's, bound to the number: a bare machine may not know the name “localhost”, which passkeys need and
    Chromium always knows."""
    server = LiveServer("127.0.0.1")
    server.thread.host = "localhost"
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    """Uploads go to a folder for this test; static files are served as they are, without collecting."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.STORAGES = {
        "default": {
            "BACKEND": "portal.files.storage.Folder",
            "OPTIONS": {"location": settings.MEDIA_ROOT, "base_url": None, "is_durable": False},
        },
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    """Argon2 is slow on purpose; tests make hundreds of people."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


SECRET = re.compile(r'<input[^>]*(?:type="password"|autocomplete="one-time-code")[^>]*>')


@pytest.fixture(autouse=True)
def pages_that_take_secrets_say_so(monkeypatch):
    """Checks every page that any test opens, now or later: if it asks for a password or a code, its view is marked."""
    send = Client.request

    def request(client, **environ):
        response = send(client, **environ)
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            asked = SECRET.findall(response.content.decode(errors="replace"))
            names = {re.search(r'name="([^"]*)"', field)[1] for field in asked}
            view = resolve(environ["PATH_INFO"]).func if names else None
            unmarked = names - getattr(view, "takes_secrets", frozenset())
            assert not unmarked, f"{environ['PATH_INFO']}: mark its view with takes_secrets{tuple(unmarked)}"
        return response

    monkeypatch.setattr(Client, "request", request)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium, which makes no requests of its own."""
    if shutil.which("chromium") is None:
        pytest.fail("This test needs Chromium: apt-get install chromium")
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium"),
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


@pytest.fixture
def queries_of():
    """How many queries a call makes: `queries_of(lambda: client.get(url))`."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(call) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    return count
