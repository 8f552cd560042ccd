"""A real nginx with the configuration of `deploy/`: what it keeps away from workers, and what it passes on at once."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, resolve, reverse

from portal.demo import evidence as demo
from portal.local import processes, web
from portfolios.models import EvidenceVersion
from tests.factories import portfolios as make

PROGRAM = web.nginx()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="there is no nginx (apt-get install nginx)")
CONF = settings.BASE_DIR / "deploy" / "nginx"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Behind(threading.Thread):
    """A server behind nginx: records what each connection has sent so far, and answers once that contains `enough`."""

    def __init__(self, path: Path, enough: bytes):
        super().__init__(daemon=True)
        self.heard, self.enough, self.answer = list[bytes](), enough, ANSWER
        self.door = socket.socket(socket.AF_UNIX)
        self.door.bind(str(path))
        self.door.listen()

    def run(self):
        while True:
            line, _ = self.door.accept()
            self.heard.append(b"")
            threading.Thread(target=self.listen, args=(line, len(self.heard) - 1), daemon=True).start()

    def listen(self, line, place):
        while block := line.recv(65536):
            self.heard[place] += block
            if self.enough in self.heard[place]:
                line.sendall(self.answer)
                line.close()
                return


@pytest.fixture
def front(monkeypatch, tmp_path):
    """nginx on its own port, with servers behind it for pages and for uploads: (port, pages, uploads)."""
    monkeypatch.setattr(processes, "STARTED", [])
    folder = Path(tempfile.mkdtemp(prefix="portal-nginx-"))
    (folder / "log").mkdir()
    pages, uploads = (Behind(folder / name, b"END") for name in ("pages", "uploads"))
    pages.start()
    uploads.start()
    media = tmp_path / "media"
    with web.listening(0) as line, web.in_front(PROGRAM, line, folder, folder, media):
        yield line.getsockname()[1], pages, uploads
    shutil.rmtree(folder)


def ask(port: int, path: str, body: bytes, *, of: int, method="POST", **headers) -> socket.socket:
    """A connection that has sent `body` of the `of` bytes that it announced."""
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    told = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    head = f"{method} {path} HTTP/1.1\r\nHost: portal.example\r\nContent-Length: {of}\r\n{told}\r\n"
    line.sendall(head.encode() + body)
    return line


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_page_is_asked_for_only_when_all_of_the_body_is_there(front):
    port, pages, uploads = front
    line = ask(port, "/sign-in/", b"name=", of=8)
    time.sleep(0.5)
    assert (pages.heard, uploads.heard) == ([], [])
    line.sendall(b"END")
    assert line.recv(100).startswith(b"HTTP/1.1 200")
    assert pages.heard[0].endswith(b"name=END")


@pytest.mark.parametrize(
    "path",
    ["/uploads/7c9e6679-7425-40de-944b-e07fc1f90ae7/", "/work/12/uploads/", "/bulk-uploads/3/uploads/"],
)
def test_file_by_tus_is_passed_on_as_it_comes(front, path):
    port, pages, uploads = front
    line = ask(port, path, b"first", of=100, method="PATCH")
    until(lambda: uploads.heard and uploads.heard[0].endswith(b"first"))
    line.sendall(b"second")
    until(lambda: uploads.heard[0].endswith(b"firstsecond"))
    line.sendall(b"END")
    assert line.recv(100).startswith(b"HTTP/1.1 200")  # an answer before the end of the body
    assert pages.heard == []


def test_where_a_request_comes_from_is_what_nginx_saw(front):
    port, pages, _ = front
    line = ask(port, "/", b"END", of=3, X_Forwarded_For="1.2.3.4", X_Forwarded_Proto="https")
    line.recv(100)
    heard = pages.heard[0].decode().lower()
    assert "x-forwarded-for: 127.0.0.1\r\n" in heard and "1.2.3.4" not in heard
    assert "x-forwarded-proto: http\r\n" in heard
    assert "host: portal.example\r\n" in heard


def test_500_lines_that_say_nothing_are_no_hindrance(front):
    from portal.local.faults import strangers

    port, pages, uploads = front
    with strangers.lines(f"http://127.0.0.1:{port}", strangers.idle(500)):
        line = ask(port, "/", b"END", of=3)
        assert line.recv(100).startswith(b"HTTP/1.1 200")  # without nginx, no answer at all
    assert (len(pages.heard), uploads.heard) == (1, [])


# --- Files that the portal lets nginx send --------------------------------------------------------

CONTENT = demo.video()
# Headers that belong to one connection, or that nginx leaves out of a part.
NOT_COMPARED = {"accept-ranges", "connection", "date", "expires", "server", "set-cookie"}


@pytest.fixture
def film(db) -> EvidenceVersion:
    return make.evidence(make.assignment(), file=SimpleUploadedFile("Siân’s titles.mp4", CONTENT)).current


def told(response) -> dict[str, str]:
    """Headers by their names in lower case, without those that are not compared."""
    found = {name.lower(): value for name, value in response.headers.items()}
    return {name: value for name, value in found.items() if name not in NOT_COMPARED}


def as_sent(response) -> bytes:
    """What gunicorn would pass to nginx."""
    lines = [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join(["HTTP/1.1 200 OK", *lines, "Connection: close", "", ""]).encode()


@pytest.mark.parametrize("inline", [False, True])
@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("GET", {}),
        ("HEAD", {}),
        ("GET", {"range": "bytes=100-299"}),
        ("GET", {"range": "bytes=-5"}),
        ("GET", {"range": "bytes=0-9,20-29"}),
        ("GET", {"range": "bytes=5-", "if-range": "its tag"}),
        ("GET", {"range": "bytes=5-", "if-range": '"another"'}),
        ("GET", {"if-match": "its tag"}),
    ],
)
def test_file_sent_by_nginx_is_as_the_portal_sends_it(front, film, settings, method, asked, inline):
    port, pages, _ = front
    client = Client()
    client.force_login(film.evidence.assignment.candidate.user, backend="portal.accounts.backends.ByName")
    path = reverse("evidence-file", args=[film.pk], query={"inline": ""} if inline else None)
    tag = client.get(path)["ETag"]
    headers = {name: tag if value == "its tag" else value for name, value in asked.items()}
    by_portal = client.generic(method, path, headers=headers)
    settings.NGINX_SENDS_FILES = True
    pages.enough, pages.answer = b"\r\n\r\n", as_sent(client.generic(method, path, headers=headers))
    by_nginx = httpx.request(method, f"http://127.0.0.1:{port}{path}", headers=headers)
    assert by_nginx.status_code == by_portal.status_code
    assert by_nginx.content == by_portal.getvalue()
    assert told(by_nginx) == told(by_portal)


def test_nobody_can_ask_nginx_for_a_file(front, film):
    port, pages, uploads = front
    assert (Path(settings.MEDIA_ROOT) / film.file.name).exists()
    answer = httpx.get(f"http://127.0.0.1:{port}/stored-files/{film.file.name}")
    assert (answer.status_code, pages.heard, uploads.heard) == (404, [], [])


def certified(folder: Path) -> tuple[Path, Path]:
    """A key and its self-signed certificate, valid for a day."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name.from_rfc4514_string("CN=portal.example")
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(
        name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1)
    ).sign(key, hashes.SHA256())
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    written = folder / "key.pem", folder / "certificate.pem"
    written[0].write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    written[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return written


def test_configuration_for_production_is_sound(tmp_path):
    key, certificate = certified(tmp_path)
    site = (CONF / "portal.conf").read_text()
    for written, here in {
        "/etc/ssl/portal/fullchain.pem": certificate,
        "/etc/ssl/portal/privkey.pem": key,
        "/etc/nginx/portal-locations.conf": CONF / "locations.conf",
        "listen 80;": "listen 127.0.0.1:8080;",
        "listen 443": "listen 127.0.0.1:8443",
    }.items():
        assert written in site
        site = site.replace(written, f'"{here}"' if isinstance(here, Path) else here)
    (tmp_path / "portal.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    temporary = "".join(
        f"{name}_temp_path t;" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f'{user} pid nginx.pid; events {{}} http {{ {temporary} access_log off; include "{tmp_path}/portal.conf"; }}'
    )
    command = [PROGRAM, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", "stderr"]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "test is successful" in tried.stderr, tried.stderr


def test_files_by_tus_are_told_apart_by_address():
    """Exactly the views that read their bodies themselves get bodies as they arrive."""
    pattern = re.search(r"location ~ (\S+) \{", (CONF / "locations.conf").read_text())[1]
    key = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    for path in (f"/uploads/{key}/", "/work/12/uploads/", "/bulk-uploads/3/uploads/"):
        assert resolve(path).func.takes_body_as_it_comes
        assert re.search(pattern, path)
    marked = {
        route.name
        for route, _ in routes(get_resolver().url_patterns)
        if getattr(route.callback, "takes_body_as_it_comes", False)
    }
    assert marked == {"upload", "uploads", "bulk-upload-parts"}
    others = [path for route, path in routes(get_resolver().url_patterns) if route.name not in marked]
    assert [path for path in others if re.search(pattern, path)] == []


def routes(patterns, before="/"):
    """Every address of the portal, with a number for each parameter."""
    for pattern in patterns:
        path = before + re.sub(r"<[^>]*>", "7", str(pattern.pattern))
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern.url_patterns, path)
        else:
            yield pattern, path
