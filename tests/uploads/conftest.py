"""One candidate working on a unit, and a client that speaks tus."""

import base64
import os
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from portal.files import storage
from portfolios.models import Assignment, Upload
from tests.factories import portfolios as make

PART = "application/offset+octet-stream"


def text(size_bytes: int) -> bytes:
    """This many bytes of plain text that never repeats, so that a part in the wrong place is noticed."""
    return base64.b64encode(os.urandom(size_bytes))[:size_bytes]


def metadata(**told: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


@dataclass
class Tus:
    """Acts for one person in a browser; headers as in the protocol, dashes as underscores."""

    client: Client

    def begin(self, work: Assignment, size_bytes, *, body: bytes = b"", name: str = "plan.txt", **headers):
        told = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size_bytes)}
        told["Upload-Metadata"] = metadata(filename=name)
        return self._send("POST", reverse("uploads", args=[work.pk]), told, headers, body)

    def patch(self, upload: Upload, offset, body: bytes, **headers):
        told = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
        return self._send("PATCH", upload.get_absolute_url(), told, headers, body, PART)

    def ask(self, method: str, upload: Upload, **headers):
        return self._send(method, upload.get_absolute_url(), {"Tus-Resumable": "1.0.0"}, headers)

    def _send(self, method, url, told, headers, body=b"", content_type=PART):
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        content_type = changed.pop("Content-Type", content_type)
        told = {name: value for name, value in {**told, **changed}.items() if value is not None}
        return self.client.generic(method, url, body, content_type=content_type, headers=told)


@pytest.fixture
def work(db) -> Assignment:
    return make.assignment()


@pytest.fixture
def signed_in():
    def made(user, **options) -> Tus:
        client = Client(**options)
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return Tus(client)

    return made


@pytest.fixture
def tus(work, signed_in) -> Tus:
    return signed_in(work.candidate.user)


@pytest.fixture
def begun(work) -> Upload:
    return make.begun_upload(work, name="plan.txt", size_bytes=1000)


def stored_files() -> list[str]:
    """Every stored object, by its name."""
    return sorted(found.name for found in storage.every(default_storage))
