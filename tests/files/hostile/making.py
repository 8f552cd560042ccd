"""Small real files of every accepted kind, made from nothing; `corpus` spoils them, `good` uses them whole."""

import io
import math
import random
import struct
import zipfile
from collections.abc import Mapping
from functools import cache

import av
import pillow_heif
from PIL import Image
from pypdf import PdfWriter

pillow_heif.register_heif_opener()

# --- pictures -------------------------------------------------------------------------------------


def picture(form: str = "PNG", *, seed: int = 0, mode: str = "RGB", size=(48, 36), **options) -> bytes:
    """Coloured noise, so that no two are alike and none compresses to nothing."""
    drawn, drawing = io.BytesIO(), noise(size, seed)
    if mode == "I;16":
        drawing = drawing.convert("L").convert("I").point(lambda level: level * 257)
    drawing.convert(mode).save(drawn, form, **options)
    return drawn.getvalue()


def noise(size: tuple[int, int], seed: int = 0) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


def frames(form: str, number: int) -> bytes:
    """An animation."""
    drawn = io.BytesIO()
    first, *others = [Image.new("RGB", (20, 20), (40 * n, 90, 20)) for n in range(number)]
    first.save(drawn, form, save_all=True, append_images=others, duration=80)
    return drawn.getvalue()


def photoshop(*, width: int = 8, height: int = 8, names: bytes = b"") -> bytes:
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, height, width, 8, 3)
    return head + struct.pack(">I", 0) + struct.pack(">I", len(names)) + names + struct.pack(">IH", 0, 0) \
        + bytes(width * height * 3)  # fmt: skip


def drawing(inside: str = '<circle cx="5" cy="5" r="4"/>', *, before: str = "") -> bytes:
    opening = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    return f'<?xml version="1.0"?>{before}{opening}{inside}</svg>\n'.encode()


# --- audio and video ------------------------------------------------------------------------------

SOUND = {
    "mp3": ("mp3", "libmp3lame"),
    "wav": ("wav", "pcm_s16le"),
    "ogg": ("ogg", "libopus"),
    "m4a": ("ipod", "aac"),
    "wma": ("asf", "wmav2"),
    "flac": ("flac", "flac"),
    "aac": ("adts", "aac"),
    "aiff": ("aiff", "pcm_s16be"),
    "opus": ("ogg", "libopus"),
}
VIDEO = {
    "mp4": ("mp4", "libx264"),
    "mov": ("mov", "libx264"),
    "webm": ("webm", "libvpx"),
    "avi": ("avi", "mpeg4"),
    "mpg": ("mpeg", "mpeg1video"),
    "mpeg": ("mpeg", "mpeg2video"),
    "wmv": ("asf", "wmv2"),
    "flv": ("flv", "flv"),
    "3gp": ("3gp", "mpeg4"),
    "m4v": ("ipod", "libx264"),
    "mkv": ("matroska", "libx264"),
}


@cache
def sound(ending: str, seconds: int = 1) -> bytes:
    form, codec = SOUND[ending]
    kept = io.BytesIO()
    with av.open(kept, "w", format=form) as file:
        stream = file.add_stream(codec, rate=48_000, layout="mono", bit_rate=64_000)
        wave = [int(9_000 * math.sin(n / 20)) for n in range(48_000 * seconds)]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(wave))
        frame.planes[0].update(struct.pack(f"<{len(wave)}h", *wave))
        frame.sample_rate = 48_000
        _encode(file, stream, _resampled(frame, stream))
    return kept.getvalue()


def _resampled(frame, stream):
    form = stream.codec_context.format.name if stream.codec_context.format else "s16"
    size = stream.codec_context.frame_size or 1024
    resampler = av.AudioResampler(format=form, layout="mono", rate=48_000, frame_size=size)
    yield from resampler.resample(frame)
    yield from resampler.resample(None)


@cache
def video(ending: str, pictures: int = 12) -> bytes:
    form, codec = VIDEO[ending]
    kept = io.BytesIO()
    with av.open(kept, "w", format=form) as file:
        stream = file.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        _encode(file, stream, (av.VideoFrame.from_image(noise((64, 48), seed)) for seed in range(pictures)))
    return kept.getvalue()


def _encode(file, stream, all_frames) -> None:
    for frame in all_frames:
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def midi(*, tracks: int = 1, notes: int = 20) -> bytes:
    track = b"".join(
        b"\x00\x90" + bytes([60 + n % 12, 80]) + b"\x60\x80" + bytes([60 + n % 12, 0]) for n in range(notes)
    )
    track += b"\x00\xff\x2f\x00"
    one = b"MTrk" + struct.pack(">I", len(track)) + track
    return struct.pack(">4sIHHH", b"MThd", 6, 1, tracks, 96) + one * tracks


def flash(*, version: int = 6, tail: bytes = b"") -> bytes:
    body = (
        b"\x78\x00\x05\x5f\x00\x00\x0f\xa0\x00\x00\x0c\x01\x00"
        + b"\x43\x02\xff\xff\xff"
        + tail
        + b"\x40\x00\x00\x00"
    )
    return b"FWS" + bytes([version]) + struct.pack("<I", len(body) + 8) + body


# --- documents ------------------------------------------------------------------------------------


def pdf(*, pages: int = 1, seed: int = 0, change=None) -> bytes:
    """Pictures of noise as pages. `change(writer)` adds something to it."""
    drawn = io.BytesIO()
    first, *others = [noise((48, 36), seed)] * pages
    first.save(drawn, "PDF", save_all=True, append_images=others)
    if change is None:
        return drawn.getvalue()
    writer = PdfWriter(clone_from=drawn)
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def linked(
    files: Mapping[str, bytes], links: Mapping[str, str], behind: Mapping[str, bytes] | None = None
) -> bytes:
    """As Info-ZIP packs with -y: file-system links stay links. `behind`: files that follow them."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in links.items():
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o120777 << 16
            archive.writestr(entry, target)
        for name, content in (behind or {}).items():
            archive.writestr(name, content)
    return kept.getvalue()


def shortcut(flags: int) -> bytes:
    """A Windows shortcut. Its flag 0x20 says that it passes arguments to what it starts."""
    return b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + bytes([flags, 0, 0, 0]) + bytes(52)


MAIN = {
    "docx": ("word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", "presentationml.presentation.main+xml"),
    "ppsx": ("ppt/presentation.xml", "presentationml.slideshow.main+xml"),
}
DIALECT = "application/vnd.openxmlformats-officedocument."


def office(ending: str, *, text: str = "My plan", more: Mapping[str, bytes] = {}, main: str = "") -> bytes:
    """An Office Open XML document: the list of types, the relation to its main part, and that part."""
    part, kind = MAIN[ending]
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/{part}" ContentType="{main or DIALECT + kind}"/></Types>'  # noqa: E501
    related = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="{part}"/></Relationships>'  # noqa: E501
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return packed({
        "[Content_Types].xml": f"{head}{types}".encode(),
        "_rels/.rels": f"{head}{related}".encode(),
        part: f"{head}<main><body><p>{text}</p></body></main>".encode(),
        **more,
    })  # fmt: skip


def relation(kind: str, target: str) -> bytes:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    ).encode()


OPEN_KINDS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}


def open_document(
    ending: str, *, text: str = "My plan", more: Mapping[str, bytes] = {}, locked: bool = False
) -> bytes:
    kind = f"application/vnd.oasis.opendocument.{OPEN_KINDS[ending]}"
    lock = "<manifest:encryption-data/>" if locked else ""
    manifest = f'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">{lock}</manifest:file-entry></manifest:manifest>'  # noqa: E501
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", f"<office><body><p>{text}</p></body></office>")
        archive.writestr("META-INF/manifest.xml", manifest)
        for name, content in more.items():
            archive.writestr(name, content)
    return kept.getvalue()


def rtf(inside: str = "My plan") -> bytes:
    return rb"{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0 " + inside.encode() + b"}\n"


# --- OLE: the files of Office before 2007, [MS-CFB] -----------------------------------------------

FREE, CHAIN_END, FAT_SECTOR, NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
SECTOR = 512


def ole(streams: Mapping[str, bytes]) -> bytes:
    """A compound file. Streams are padded to 4,096 bytes, the size from which they have sectors of their own."""
    entries, tree = _entries(streams)
    body, fat = b"", []
    starts = {}
    for path, content in streams.items():
        content = content.ljust(4096, b"\0")
        starts[path] = (len(fat), len(content))
        body += _in_sectors(content, fat)
    directory = len(fat)
    body += _in_sectors(b"".join(_entry(path, entries, tree, starts) for path in entries), fat)
    tables = -(-(len(fat) + 2) // 128)
    first = len(fat)
    fat += [FAT_SECTOR] * tables
    fat += [FREE] * (tables * 128 - len(fat))
    body += struct.pack(f"<{len(fat)}I", *fat)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIIII", 0, tables, directory, 0, 4096, CHAIN_END, 0, CHAIN_END, 0, 0)[:-4]
    places = [first + n for n in range(tables)]
    head += struct.pack("<109I", *(places + [FREE] * (109 - tables)))
    return head + body


def _in_sectors(content: bytes, fat: list[int]) -> bytes:
    count = -(-len(content) // SECTOR)
    first = len(fat)
    fat += [*range(first + 1, first + count), CHAIN_END]
    return content.ljust(count * SECTOR, b"\0")


def _entries(streams: Mapping[str, bytes]) -> tuple[list[str], dict[str, list[str]]]:
    """Paths of all entries, the root first; and what each contains."""
    entries, tree = [""], {"": []}
    for path in streams:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            here, above = "/".join(parts[:depth]), "/".join(parts[: depth - 1])
            if here not in tree:
                entries.append(here)
                tree[here] = []
                tree[above].append(here)
    return entries, tree


def _entry(
    path: str, entries: list[str], tree: dict[str, list[str]], starts: dict[str, tuple[int, int]]
) -> bytes:
    """128 bytes. Siblings are linked to one another to the right."""
    name = (path.rpartition("/")[2] or "Root Entry").encode("utf-16-le") + b"\0\0"
    kind = 5 if not path else 2 if path in starts else 1
    siblings = tree[path.rpartition("/")[0]] if path else []
    after = siblings[siblings.index(path) + 1 :] if path else []
    right = entries.index(after[0]) if after else NONE
    child = entries.index(tree[path][0]) if tree[path] else NONE
    start, size = starts.get(path, (CHAIN_END if not path else 0, 0))
    links = struct.pack("<HBBIII", len(name), kind, 1, NONE, right, child)
    return name.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)


def word(*, locked: bool = False, more: Mapping[str, bytes] = {}) -> bytes:
    flags = 0x0100 if locked else 0
    return ole({"WordDocument": struct.pack("<HH6xH", 0xA5EC, 0x00C1, flags), "1Table": b"", **more})


def excel(*records: tuple[int, bytes], more: Mapping[str, bytes] = {}) -> bytes:
    """A workbook of one sheet; `records`: more of its head."""
    sheet = struct.pack("<IBB", 2048, 0, 0) + b"\x05\x00Plans"
    all_records = [
        (0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 6)),
        *records,
        (0x0085, sheet),
        (0x000A, b""),
    ]
    book = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in all_records)
    return ole({"Workbook": book, **more})


def slides(*, locked: bool = False, macros: bool = False, more: Mapping[str, bytes] = {}) -> bytes:
    token = 0xF3D1C4DF if locked else 0xE391C05F
    user = struct.pack("<HHIII", 0, 0x0FF6, 20, 20, token)
    vba = struct.pack("<HHIHHIIII", 0x1F, 0x03FF, 20, 2, 0x0400, 12, 1, int(macros), 2)
    return ole(
        {"Current User": user, "PowerPoint Document": b"\x0f\x00\xe8\x03\x00\x00\x00\x00" + vba, **more}
    )


def damaged_type(method: int) -> bytes:
    """An OpenDocument text zipped again, in which the compressed type no longer unpacks."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", method) as archive:
        archive.writestr("content.xml", "<p/>")
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text" * 9)
        entry = archive.getinfo("mimetype")
    content = bytearray(kept.getvalue())
    first = entry.header_offset + 30 + len("mimetype")
    content[first : first + entry.compress_size] = b"\xff" * entry.compress_size
    return bytes(content)
