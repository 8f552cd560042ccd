"""ClamAV over its socket: a real clamd with one signature of our own, and a connection that misbehaves."""

import os
import socket
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
from django.core.exceptions import ValidationError

from portal.files import taking
from portal.files.checks import scanner
from portal.files.uses import USES
from tests.conftest import found_scanner

from .sample import Sample, Upload

SIGNATURE = "Portal.Test"
MARK = b"this is the mark of a virus that does not exist"
CONF = """
LocalSocket {folder}/clamd.socket
DatabaseDirectory {folder}/signatures
LogFile {folder}/clamd.log
Foreground yes
StreamMaxLength 1M
{user}
"""


def upload(content: bytes) -> Upload:
    return Upload(Sample("scanned", "plan.txt", content.__bytes__))


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    """The address of a scanner of our own, which knows one signature."""
    program = found_scanner()
    if not program:
        pytest.skip("ClamAV is not installed (apt-get install clamav-daemon)")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"{SIGNATURE}:0:*:{MARK.hex()}\n")
    conf = folder / "clamd.conf"
    conf.write_text(CONF.format(folder=folder, user="User root" if os.getuid() == 0 else ""))
    process = subprocess.Popen(
        [program, "--config-file", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        address = folder / "clamd.socket"
        deadline = time.monotonic() + 30
        while not address.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert address.exists(), (folder / "clamd.log").read_text()
        yield str(address)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def answering(answer: bytes | None):
    """A scanner that reads everything and says `answer`, or hangs up at once (None). Yields its address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            line, _ = server.accept()
            with line:
                if answer is None:
                    return
                heard = b""
                while not heard.endswith(b"\0\0\0\0"):
                    heard += line.recv(4096)
                line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


def test_nothing_is_asked_without_a_scanner(settings):
    settings.CLAMD_SOCKET = ""
    scanner.scan(upload(MARK))


def test_clean_file_passes_and_is_left_at_its_start(settings, clamd):
    settings.CLAMD_SOCKET = clamd
    file = upload(b"words" * 100_000)
    scanner.scan(file)
    assert file.tell() == 0


def test_known_signature_is_named(settings, clamd):
    settings.CLAMD_SOCKET = clamd
    with pytest.raises(scanner.Infected) as found:
        scanner.scan(upload(b"words " * 60_000 + MARK))
    assert found.value.signature.removesuffix(".UNOFFICIAL") == SIGNATURE


@pytest.mark.parametrize("name", sorted(USES))
def test_every_use_of_files_asks_the_scanner(settings, clamd, name):
    settings.CLAMD_SOCKET = clamd
    with pytest.raises(ValidationError, match=f"virus scanner found “{SIGNATURE}"):
        taking.inspect(upload(b"words " + MARK), USES[name])
    assert taking.inspect(upload(b"words"), USES[name])


def test_file_larger_than_the_scanner_takes_is_not_passed(settings, clamd):
    settings.CLAMD_SOCKET = clamd
    with pytest.raises(scanner.ScannerDown, match=r"size limit exceeded|did not answer"):
        scanner.scan(upload(bytes(5_000_000)))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", "an empty answer"),
        (None, "an empty answer|did not answer"),
        (b"INSTREAM size limit exceeded. ERROR\0", "size limit exceeded"),
        (b"stream: OK but not quite\0", "OK but not quite"),
    ],
)
def test_anything_but_a_verdict_is_no_pass(settings, answer, words):
    with answering(answer) as settings.CLAMD_SOCKET, pytest.raises(scanner.ScannerDown, match=words):
        scanner.scan(upload(b"words"))


def test_verdict_over_a_host_and_port(settings):
    with answering(b"stream: OK\0") as settings.CLAMD_SOCKET:
        scanner.scan(upload(b"words"))
    with (
        answering(b"stream: Bad.Thing FOUND\0") as settings.CLAMD_SOCKET,
        pytest.raises(scanner.Infected, match=r"Bad\.Thing"),
    ):
        scanner.scan(upload(b"words"))


@pytest.mark.parametrize("address", ["/nowhere/clamd.socket", "127.0.0.1:1"])
def test_absent_scanner_is_down(settings, address):
    settings.CLAMD_SOCKET = address
    with pytest.raises(scanner.ScannerDown, match="did not answer"):
        scanner.scan(upload(b"words"))
