"""ClamAV, asked over its socket (setting CLAMD_SOCKET: a path, or host:port). Without the setting there is no scanner.

The file is sent as it is read, a block at a time. If the scanner does not answer, the file has not passed.
"""

import socket
import struct
from typing import BinaryIO

from django.conf import settings

BLOCK_BYTES = 256 * 1024
CONNECT_SECONDS = 5
ANSWER_SECONDS = 120  # a hundred megabytes took 3.5
MAX_ANSWER_BYTES = 4096


class Infected(Exception):
    """The scanner found something harmful in the file. `signature`: its name for it."""

    def __init__(self, signature: str):
        super().__init__(f"The virus scanner found “{signature}” in it.")
        self.signature = signature


class ScannerDown(Exception):
    """No verdict: the file has to wait. The words are for staff."""


def is_configured() -> bool:
    return bool(settings.CLAMD_SOCKET)


def scan(file: BinaryIO) -> None:
    """Return if the scanner finds nothing, or if none is configured. Raises Infected or ScannerDown."""
    if not is_configured():
        return
    try:
        with _line() as line:
            _send(line, file)
            answer = _answer(line)
    except OSError as fault:
        raise ScannerDown(f"The virus scanner at {settings.CLAMD_SOCKET} did not answer: {fault}") from fault
    finally:
        file.seek(0)
    _judge(answer)


def _line() -> socket.socket:
    address = settings.CLAMD_SOCKET
    host, _, port = address.rpartition(":")
    if address.startswith("/") or not host:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        line.connect(address)
    else:
        line = socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS)
    line.settimeout(ANSWER_SECONDS)
    return line


def _send(line: socket.socket, file: BinaryIO) -> None:
    """clamd(8), INSTREAM. Where the scanner closes the connection early, its answer says why."""
    file.seek(0)
    line.sendall(b"zINSTREAM\0")
    try:
        while block := file.read(BLOCK_BYTES):
            line.sendall(struct.pack(">I", len(block)) + block)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(line: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < MAX_ANSWER_BYTES and (part := line.recv(MAX_ANSWER_BYTES)):
        answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _judge(answer: str) -> None:
    verdict = answer.removeprefix("stream: ")
    if verdict.endswith(" FOUND"):
        raise Infected(verdict.removesuffix(" FOUND"))
    if verdict != "OK":
        raise ScannerDown(f"The virus scanner gave no verdict: {answer or 'an empty answer'}")
