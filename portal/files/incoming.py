"""What one request sends, read as it arrives: counted, hashed, and never in memory as a whole."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from django.http import UnreadablePostError

BLOCK_BYTES = 1024 * 1024  # as much as the server reads ahead: with less it copies the rest each time
ALGORITHMS = ("sha1", "sha256", "md5")  # which a client may use for the checksum of a part


class Readable(Protocol):
    def read(self, size: int) -> bytes: ...


@dataclass(frozen=True)
class Checksum:
    """What a client says the digest of a part is (tus extension "checksum")."""

    algorithm: str
    digest: bytes

    @classmethod
    def read(cls, header: str) -> "Checksum":
        """Read `Upload-Checksum: sha1 <base64>`. Raises ValueError if it is anything else."""
        algorithm, _, encoded = header.strip().partition(" ")
        if algorithm not in ALGORITHMS:
            raise ValueError(f"Checksums are accepted as {', '.join(ALGORITHMS)}.")
        try:
            return cls(algorithm, base64.b64decode(encoded, validate=True))
        except binascii.Error:
            raise ValueError("The checksum is not written in Base64.") from None


class Incoming:
    """A part as it arrives, in the form that storages accept: at most `most` bytes of `source`.

    If the connection is lost, the part ends there: what arrived until then counts.
    """

    def __init__(self, source: Readable, *, most: int, checksum: Checksum | None = None):
        self.source, self.left = source, most
        self.size = 0
        self.checksum = checksum
        self.with_each_block: Callable[[], None] = lambda: None
        self._digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None

    @property
    def is_as_announced(self) -> bool:
        """Whether the bytes that arrived have the checksum that the client sent, if it sent one."""
        if self.checksum is None or self._digest is None:
            return True
        return self._digest.digest() == self.checksum.digest

    def read(self, size: int = -1) -> bytes:
        """`size` bytes, fewer only at the end: S3's client treats a short answer as the end."""
        blocks, wanted = [], self.left if size is None or size < 0 else size
        while wanted > 0 and (block := self._block(wanted)):
            blocks.append(block)
            wanted -= len(block)
        return b"".join(blocks)

    def chunks(self, chunk_size: int = BLOCK_BYTES) -> Iterator[bytes]:
        while block := self._block(chunk_size):
            yield block

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False

    @property
    def closed(self) -> bool:
        """Asked by S3's client; the request belongs to the server, which closes it once it is answered."""
        return False

    def close(self) -> None:
        """As `closed`."""

    def _block(self, most: int) -> bytes:
        try:
            block = self.source.read(min(most, BLOCK_BYTES, self.left))
        except UnreadablePostError:
            block = b""
        self.left = self.left - len(block) if block else 0
        self.size += len(block)
        if self._digest:
            self._digest.update(block)
        self.with_each_block()
        return block
