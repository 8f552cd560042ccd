"""Clients that we did not write, and connections that break, against a real server."""

import hashlib
import io
import random
import socket
from urllib.parse import urlsplit

import pytest
import requests
from django.conf import settings
from django.test import Client
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError, TusUploadFailed

from portal.files.models import Part
from portal.kit import outbox
from portfolios.models import Assignment, EvidenceVersion, Upload
from tests.factories import candidates
from tests.factories import portfolios as make

from .conftest import stored_files, text

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("store")]
MILLION = 1_000_000


def address_of(server) -> str:
    """By number, for clients that look names up."""
    return f"http://127.0.0.1:{server.thread.port}"


def headers_of(user, server) -> dict[str, str]:
    """What the browser of somebody signed in sends along."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    page = requests.get(address_of(server) + "/account/", headers={"Cookie": cookie}, timeout=20)
    token = page.cookies["csrftoken"]
    return {"Cookie": f"{cookie}; csrftoken={token}", "X-CSRFToken": token, "Referer": address_of(server)}


@pytest.fixture
def headers(work, live_server) -> dict[str, str]:
    return headers_of(work.candidate.user, live_server)


@pytest.fixture
def client(work, headers, live_server) -> TusClient:
    return TusClient(f"{address_of(live_server)}/work/{work.pk}/uploads/", headers=headers)


def sent_by(client: TusClient, content: bytes, **options):
    return client.uploader(
        file_stream=io.BytesIO(content), metadata={"filename": "plan.txt"}, chunk_size=MILLION, **options
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def taken() -> EvidenceVersion:
    outbox.work_all()
    return EvidenceVersion.objects.get()


def test_a_file_with_a_checksum_for_every_part(client):
    content = text(3_500_000)
    sent_by(client, content, upload_checksum=True).upload()
    assert Upload.objects.get().stored.parts.count() == 4
    assert taken().sha256 == sha256(content)
    assert (Part.objects.count(), stored_files()) == (0, [EvidenceVersion.objects.get().file.name])


def test_pause_and_go_on_with_another_client(client, headers):
    content = text(3_500_000)
    first = sent_by(client, content)
    first.upload(stop_at=2_000_000)
    again = TusClient(client.url, headers=headers).uploader(
        file_stream=io.BytesIO(content), url=first.url, chunk_size=MILLION
    )
    assert again.offset == 2_000_000
    again.upload()
    assert taken().sha256 == sha256(content)


def test_wrong_offset(client):
    uploader = sent_by(client, text(3_000_000))
    uploader.upload(stop_at=MILLION)
    uploader.offset = 0
    with pytest.raises(TusUploadFailed) as refusal:
        uploader.upload_chunk()
    assert refusal.value.status_code == 409


def test_wrong_checksum(client, headers):
    uploader = sent_by(client, text(2_000_000))
    uploader.upload(stop_at=MILLION)
    answer = requests.patch(
        uploader.url,
        data=b"words",
        timeout=20,
        headers={
            **headers,
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(MILLION),
            "Content-Type": "application/offset+octet-stream",
            "Upload-Checksum": "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
        },
    )
    assert (answer.status_code, Upload.objects.get().received_bytes) == (460, MILLION)


def test_too_long(client, settings):
    settings.EVIDENCE_FILE_LIMIT_BYTES = 1000
    with pytest.raises(TusCommunicationError) as refusal:
        sent_by(client, text(1001)).upload()
    assert refusal.value.status_code == 413


def test_an_upload_of_somebody_else(client, work, live_server):
    uploader = sent_by(client, text(2_000_000))
    uploader.upload(stop_at=MILLION)
    neighbour = candidates.candidate(work.candidate.centre).user
    with pytest.raises(TusCommunicationError) as refusal:
        TusClient(client.url, headers=headers_of(neighbour, live_server)).uploader(
            file_stream=io.BytesIO(b"words"), url=uploader.url
        )
    assert refusal.value.status_code == 404


class CutLine:
    """Speaks HTTP over a socket, and closes it in the middle of a part."""

    def __init__(self, url: str, headers: dict[str, str]):
        self.url, self.headers = url, headers
        self.where = urlsplit(url)

    def send(self, offset: int, part: bytes, *, cut_after: int) -> None:
        told = {
            **self.headers,
            "Host": self.where.netloc,
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(len(part)),
            "Connection": "close",
        }
        head = f"PATCH {self.where.path} HTTP/1.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in told.items()) + "\r\n"
        with socket.create_connection((self.where.hostname, self.where.port), timeout=20) as line:
            line.sendall(head.encode() + part[:cut_after])
            line.shutdown(socket.SHUT_WR)
            while line.recv(4096):  # until the server has closed it as well
                pass

    def reached(self) -> int:
        answer = requests.head(self.url, headers={**self.headers, "Tus-Resumable": "1.0.0"}, timeout=20)
        return int(answer.headers["Upload-Offset"])


def upload_through_cuts(work: Assignment, headers, server, *, cuts: int, chance: random.Random) -> None:
    """Send a file of random length with `cuts` cuts at random points; what is stored at the end is what was sent."""
    content = text(chance.randint(50_000, 800_000))
    begun = make.begun_upload(work, name="plan.txt", size_bytes=len(content))
    line = CutLine(address_of(server) + begun.get_absolute_url(), headers)
    for _ in range(cuts):
        at = line.reached()
        cut = chance.randint(0, max(0, len(content) - at - 1))
        line.send(at, content[at:], cut_after=cut)
        assert line.reached() == at + cut  # not a byte of what arrived is lost
    at = line.reached()
    line.send(at, content[at:], cut_after=len(content))
    outbox.work_all()
    begun.refresh_from_db()
    assert (begun.state, begun.sha256) == ("ready", sha256(content))
    with begun.version.file.open("rb") as stored:
        assert sha256(stored.read()) == begun.sha256


def nothing_is_left_over() -> bool:
    """Every stored object has its row, and every row its object."""
    rows = {version.file.name for version in EvidenceVersion.objects.all()}
    return (
        Part.objects.count() == 0
        and {name for name in stored_files() if not name.startswith("previews/")} == rows
    )


def test_a_line_cut_in_mid_part_costs_nothing_that_arrived(work, headers, live_server):
    chance = random.Random(20_061)
    for _ in range(3):
        upload_through_cuts(work, headers, live_server, cuts=4, chance=chance)
    assert nothing_is_left_over()


@pytest.mark.cuts
def test_two_hundred_cuts(work, headers, live_server):
    chance = random.Random()
    for _ in range(40):
        upload_through_cuts(work, headers, live_server, cuts=5, chance=chance)
    assert nothing_is_left_over()
