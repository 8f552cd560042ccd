"""Audio, video and other layered files: their parts must be as long as they say.

Only lengths are read here, in the web server; FFmpeg, which reads everything, runs in the workers.
"""

import re
import struct
from typing import BinaryIO

from .faults import Cut, Damaged, size_of, take

BOXES = frozenset(
    (
        b"ftyp",
        b"moov",
        b"mdat",
        b"moof",
        b"meta",
        b"free",
        b"skip",
        b"wide",
        b"uuid",
        b"udta",
        b"styp",
        b"sidx",
        b"mfra",
    )
)
MAX_PARTS = 100_000  # in a file with an endless number of them


def chunks(file: BinaryIO, ending: str) -> None:
    """WAV, AVI and AIFF. A recorder that was still running leaves the length at 0 or at the maximum."""
    file.seek(0)
    mark, length = struct.unpack("4s4s", take(file, 8))
    declared = int.from_bytes(length, "big" if mark in (b"FORM", b"RIFX") else "little")
    if declared not in (0, 0xFFFFFFFF) and declared + 8 > size_of(file) + 1:
        raise Cut


def boxes(file: BinaryIO, ending: str) -> None:
    """MP4, M4A, QuickTime and 3GP: boxes in a row, one of which is the index of all the others."""
    if b"moov" not in box_kinds(file):
        raise Cut


def box_kinds(file: BinaryIO) -> set[bytes]:
    """The kinds of the boxes in a row. Raises Cut where the last is incomplete."""
    end, at = size_of(file), 0
    kinds: set[bytes] = set()
    for _ in range(MAX_PARTS):
        if at + 8 > end:
            break
        file.seek(at)
        size, kind = struct.unpack(">I4s", take(file, 8))
        if size == 1:
            size = struct.unpack(">Q", take(file, 8))[0]
        if size == 0:
            size = end - at
        is_other = size < 8 or (at + size > end and kind not in BOXES)
        if is_other and {b"moov", b"meta"} & kinds:  # what some phones add after the video or photograph
            break
        if size < 8:
            raise Damaged
        kinds.add(kind)
        at += size
    if at > end:
        raise Cut
    return kinds


def stream(file: BinaryIO, ending: str) -> None:
    """AAC and FLAC: frames without a required end. Whatever is there plays."""


def matroska(file: BinaryIO, ending: str) -> None:
    """WebM: a header and a segment, whose length a recorder may leave open."""
    file.seek(0)
    take(file, 4)
    file.seek(_vint(file)[0], 1)
    if take(file, 4) != b"\x18\x53\x80\x67":
        raise Damaged
    length, is_open = _vint(file)
    if not is_open and file.tell() + length > size_of(file):
        raise Cut


def _vint(file: BinaryIO) -> tuple[int, bool]:
    """(number, whether it means “unknown”): EBML, RFC 8794 4."""
    first = take(file, 1)[0]
    width = 9 - first.bit_length()
    if width > 8:
        raise Damaged
    raw = bytes([first & ((1 << (8 - width)) - 1)]) + take(file, width - 1)
    number = int.from_bytes(raw, "big")
    return number, number == (1 << (7 * width)) - 1


def ogg(file: BinaryIO, ending: str) -> None:
    """Pages, each of which lists the lengths of its parts: RFC 3533 6."""
    file.seek(0)
    end = size_of(file)
    for _ in range(MAX_PARTS):
        head = take(file, 27)
        if not head.startswith(b"OggS"):
            raise Damaged
        file.seek(sum(take(file, head[26])), 1)
        if file.tell() > end:
            raise Cut
        if file.tell() == end:
            return


def mp3(file: BinaryIO, ending: str) -> None:
    """Tags at the front, then frames; the first often states the total length."""
    end = size_of(file)
    file.seek(0)
    start = _tag_bytes(file.read(10))
    if start >= end:
        raise Cut
    file.seek(start)
    head = file.read(64 * 1024)
    found = re.search(rb"\xff[\xe2-\xff][\x10-\xef]", head)
    if not found:
        raise Damaged
    first = head[found.start() : found.start() + 64]
    info = re.search(rb"(?:Xing|Info)\x00\x00\x00([\x00-\x0f])", first)
    if info and info.group(1)[0] & 2:
        at = info.end() + (4 if info.group(1)[0] & 1 else 0)
        stated = int.from_bytes(first[at : at + 4], "big")
        if start + found.start() + stated > end + 512:
            raise Cut


def _tag_bytes(head: bytes) -> int:
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    high, second, third, low = head[6:10]
    return 10 + (high << 21 | second << 14 | third << 7 | low)


def asf(file: BinaryIO, ending: str) -> None:
    """WMV and WMA: the header, then the data, whose length a broadcast may leave at 0."""
    file.seek(16)
    head_bytes = struct.unpack("<Q", take(file, 8))[0]
    file.seek(head_bytes + 16)
    if head_bytes + struct.unpack("<Q", take(file, 8))[0] > size_of(file):
        raise Cut


def midi(file: BinaryIO, ending: str) -> None:
    """A header that counts the tracks, then the tracks."""
    file.seek(0)
    end = size_of(file)
    _, length, tracks = struct.unpack(">4sI2xH", take(file, 12))
    file.seek(8 + length)
    found = 0
    while found < tracks:
        kind, length = struct.unpack(">4sI", take(file, 8))
        found += kind == b"MTrk"
        file.seek(length, 1)
        if file.tell() > end:
            raise Cut


def flash(file: BinaryIO, ending: str) -> None:
    """An uncompressed film states its length; a compressed one its unpacked length, which is not checked here."""
    file.seek(0)
    signature, length = struct.unpack("<3sxI", take(file, 8))
    if signature == b"FWS" and length > size_of(file):
        raise Cut


def flash_video(file: BinaryIO, ending: str) -> None:
    """Tags, each followed by its length."""
    file.seek(5)
    end = size_of(file)
    at = struct.unpack(">I", take(file, 4))[0] + 4
    while at + 11 <= end:
        file.seek(at + 1)
        at += 15 + int.from_bytes(take(file, 3), "big")
        if at > end:
            raise Cut


def mpeg(file: BinaryIO, ending: str) -> None:
    """A stream has no required end: whatever is there plays."""
    file.seek(0)
    take(file, 12)


def photoshop(file: BinaryIO, ending: str) -> None:
    """A header, three sections that state their lengths, and the pixels."""
    end = size_of(file)
    file.seek(4)
    wide = struct.unpack(">H", take(file, 2))[0] == 2  # the large variant
    file.seek(26)
    for width in (4, 4, 8 if wide else 4):
        file.seek(int.from_bytes(take(file, width), "big"), 1)
        if file.tell() >= end:
            raise Cut
