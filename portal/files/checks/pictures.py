"""Pictures: complete, and no larger than a worker can unpack.

Only the structure of a picture is read, never its pixels: a picture of a few kilobytes may unpack to gigabytes.
Anything after the picture's own end (phones put short films there) is allowed: the picture is sent as a picture
with `nosniff` in a sandbox, and what the portal shows is re-encoded and contains none of it.
"""

import re
import struct
import warnings
from collections.abc import Callable
from typing import BinaryIO

from . import media
from .faults import SCAN_BYTES, Cut, Damaged, Fault, blocks, size_of, take

MAX_PIXELS = 80_000_000
MAX_NOTES_BYTES = 32_000_000  # drawing programs keep the whole drawing as a note in its picture
READ_WHOLE = {"webp", "heic", "avif"}  # by Pillow, to find their size


def look(file: BinaryIO, ending: str) -> None:
    file.seek(0)
    WHOLE[ending](file)
    if ending not in READ_WHOLE:
        _look_at_frame(file)


def _look_at_frame(file: BinaryIO) -> None:
    from PIL import Image, PngImagePlugin, UnidentifiedImageError

    PngImagePlugin.MAX_TEXT_CHUNK = MAX_NOTES_BYTES
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(file)
    except Image.DecompressionBombError:
        raise TooLarge from None
    except UnidentifiedImageError:
        raise NotRead from None
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, struct.error):
        raise Damaged from None
    _refuse_too_large(opened.width, opened.height)
    if opened.format == "TIFF":
        _strips_are_there(opened, size_of(file))


class TooLarge(Fault):
    """Unpacked, it would fill a worker's memory."""

    def __init__(self):
        super().__init__(
            f"it has more than {MAX_PIXELS // 1_000_000} million pixels. Save it at screen size."
        )


class NotRead(Fault):
    """It is complete, but damaged or of a variant that is not supported: these cannot be told apart."""

    def __init__(self):
        super().__init__("it is damaged, or of a type that cannot be read here. Save it as PNG or JPEG.")


def _refuse_too_large(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise TooLarge


def _jpeg(file: BinaryIO) -> None:
    """Segments up to the first scan, then the end marker, which cannot occur inside compressed pixels."""
    take(file, 2)
    while True:
        first, mark = take(file, 2)
        if first != 0xFF:
            raise Damaged
        if mark == 0xFF:  # padding
            file.seek(-1, 1)
            continue
        file.seek(struct.unpack(">H", take(file, 2))[0] - 2, 1)
        if mark == 0xDA:
            break
    if not any(b"\xff\xd9" in block for block in blocks(file, overlap=1)):
        raise Cut


def _png(file: BinaryIO) -> None:
    end = size_of(file)
    file.seek(8)
    kind = b""
    while kind != b"IEND":
        length, kind = struct.unpack(">I4s", take(file, 8))
        file.seek(length + 4, 1)
        if file.tell() > end:
            raise Cut


def _gif(file: BinaryIO) -> None:
    take(file, 10)
    flags = take(file, 3)[0]
    file.seek(_palette_bytes(flags), 1)
    has_picture = False
    while (mark := file.read(1)) != b"\x3b":
        if not mark and has_picture:  # some programs leave out the last marker, and nothing is missing
            return
        if mark == b"\x21":
            take(file, 1)
        elif mark == b"\x2c":
            file.seek(_palette_bytes(take(file, 9)[8]), 1)
            take(file, 1)
            has_picture = True
        elif not mark:
            raise Cut
        elif mark == b"\x00":  # some programs leave one too many between frames
            continue
        else:
            raise Damaged
        while length := take(file, 1)[0]:
            take(file, length)


def _palette_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _webp(file: BinaryIO) -> None:
    """A RIFF file; its size in pixels is in the first chunk, of which there are three kinds."""
    head = take(file, 30)
    if struct.unpack_from("<I", head, 4)[0] + 8 > size_of(file) + 1:
        raise Cut
    kind = head[12:16]
    if kind == b"VP8X":
        _refuse_too_large(
            int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
        )
    elif kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        _refuse_too_large((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    elif kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", head, 26)
        _refuse_too_large(width & 0x3FFF, height & 0x3FFF)
    else:
        raise Damaged


def _bmp(file: BinaryIO) -> None:
    """Some programs leave out the length, so it is not checked; what is there must contain the pixels."""
    declared, start = struct.unpack("<2xI4xI", take(file, 14))
    if max(declared, start) > size_of(file):
        raise Cut


def _tiff(file: BinaryIO) -> None:
    """The list of a TIFF's parts may be at its end."""
    head = take(file, 8)
    order = "<" if head[:2] == b"II" else ">"
    version, directory = struct.unpack(f"{order}HI", head[2:])
    if version == 42 and directory + 6 > size_of(file):
        raise Cut


def _boxes(file: BinaryIO) -> None:
    """HEIC and AVIF: boxes in a row, the first of which lists the pictures and their tiles, with sizes."""
    held = media.box_kinds(file)
    if b"meta" not in held and b"moov" not in held:
        raise Cut
    file.seek(0)
    head = file.read(SCAN_BYTES)
    for found in re.finditer(rb"ispe\0\0\0\0(.{8})", head, re.DOTALL):
        _refuse_too_large(*struct.unpack(">II", found.group(1)))


def _strips_are_there(opened, end: int) -> None:
    for offsets, lengths in ((273, 279), (324, 325)):
        starts, sizes = opened.tag_v2.get(offsets, ()), opened.tag_v2.get(lengths, ())
        if any(start + size > end for start, size in zip(starts, sizes, strict=False)):
            raise Cut


WHOLE: dict[str, Callable[[BinaryIO], None]] = {
    "jpg": _jpeg, "png": _png, "gif": _gif, "webp": _webp, "bmp": _bmp, "tiff": _tiff, "heic": _boxes, "avif": _boxes,
}  # fmt: skip
