"""Files that are far too large once they are opened."""

import struct
import zlib
from functools import partial

from .. import making as make
from .kinds import Variants, kind, patched


def _png_of(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(min(width * height // 8, 20_000_000)), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _jpeg_of(width: int, height: int) -> bytes:
    content = make.picture("JPEG")
    return patched(content, content.index(b"\xff\xc0") + 5, ">HH", height, width)


@kind("picture that unpacks without end", "million pixels")
def _picture_bombs() -> Variants:
    for side in (9_000, 20_000, 30_000):
        yield f"poster{side}.png", partial(_png_of, side, side)
        yield f"photo{side}.jpg", partial(_jpeg_of, side, side)
        yield f"banner{side}.gif", partial(lambda s: patched(make.picture("GIF"), 6, "<HH", s, s), side)
        yield f"scan{side}.bmp", partial(lambda s: patched(make.picture("BMP"), 18, "<ii", s, s), side)
    for side in (9_000, 16_000):
        yield f"flat{side}.webp", partial(lambda s: patched(make.picture("WEBP"), 26, "<HH", s, s), side)


@kind("zip that unpacks without end", "it unpacks to far more")
def _zip_bombs() -> Variants:
    for n in range(7):
        yield f"site{n}.zip", partial(lambda n: make.packed({"big.txt": bytes(12_000_000 * (n + 1))}), n)
    yield "many.zip", lambda: make.packed({f"{n}.html": bytes(1_000_000) for n in range(30)})
    yield "report.docx", lambda: make.office("docx", more={"word/media/image1.bmp": bytes(60_000_000)})
    yield "report.ods", lambda: make.open_document("ods", more={"Pictures/1.bmp": bytes(60_000_000)})
    yield "source.fla", lambda: make.packed({"library.bin": bytes(40_000_000)})


@kind("zip in a zip that unpacks without end", "it unpacks to far more")
def _nested_bombs() -> Variants:
    for n in range(10):

        def made(n=n) -> bytes:
            inner = make.packed({f"{m}.txt": bytes(4_000_000) for m in range(4)})
            return make.packed({f"part{m}.zip": inner for m in range(n + 1)})

        yield f"parts{n}.zip", made


@kind("zip of zips of zips", "archives within archives within archives")
def _deep() -> Variants:
    for n in range(10):

        def made(n=n) -> bytes:
            content = make.packed({"plan.txt": b"words"})
            for level in range(2 + n):
                content = make.packed({f"level{level}.zip": content, "note.txt": b"more"})
            return content

        yield f"deep{n}.zip", made


@kind("zip of too many files", "it contains more than 5,000 files")
def _many() -> Variants:
    for n in range(10):
        yield (
            f"pages{n}.zip",
            partial(lambda n: make.packed({f"{m}.txt": b"" for m in range(5_001 + n * 500)}), n),
        )


def _overlapping(copies: int, size: int) -> bytes:
    """Many lines in the list of contents that point to the same packed bytes."""
    content = make.packed({"a.txt": bytes(size)})
    start = content.index(b"PK\x01\x02")
    line = content[start : content.index(b"PK\x05\x06")]
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, copies, copies, len(line) * copies, start, 0)
    return content[:start] + line * copies + end


@kind("zip whose files share bytes", "share the same bytes")
def _overlap() -> Variants:
    for copies in (2, 3, 5, 10, 50, 100, 300, 1000, 2000, 4000):
        yield f"site{copies}.zip", partial(_overlapping, copies, 100_000)


@kind("over the limit", "The largest allowed is")
def _over() -> Variants:
    for ending in ("txt", "pdf", "jpg", "png", "zip", "mp4", "mp3", "docx", "psd", "wav"):
        yield f"large.{ending}", partial(bytes, 20_000_001)
