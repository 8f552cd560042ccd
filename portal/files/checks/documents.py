"""Office documents, new and old: really of their kind, not locked with a password, without macros.

A document whose *template* or embedded object comes from the web is refused, because opening it runs whatever was put
there later. Templates on a drive (`file:`) are allowed: Word records the school's own template in every letter.
Pictures and links from the web are allowed as well.
"""

import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO

from . import archives
from .faults import SCAN_BYTES, Cut, Damaged, Fault, Locked, Macros, size_of, take

MAX_OLD_BYTES = 100_000_000  # their streams are read into memory
OLE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN_PARTS = {
    "docx": (b"wordprocessingml.document.main+xml",),
    "xlsx": (b"spreadsheetml.sheet.main+xml",),
    "pptx": (b"presentationml.presentation.main+xml", b"presentationml.slideshow.main+xml"),
}
MAIN_STREAMS = ("WordDocument", "Workbook", "Book", "PowerPoint Document")
MACRO_PARTS = re.compile(
    r"(^|/)(vba(Project|Data)[^/]*\.(bin|xml)|macrosheets/|intlMacrosheets/)", re.IGNORECASE
)
# Only parts that exist: Word also lists types by ending (`Default`), for which there may be no parts.
MACRO_TYPES = re.compile(
    rb"<Override\b[^>]*ContentType\s*=\s*[\"'][^\"']*(macroEnabled|vbaProject|vbaData|macrosheet)",
    re.IGNORECASE,
)
MACRO_DEFAULTS = re.compile(
    rb"<Default\b(?=[^>]*Extension\s*=\s*[\"'](\w+)[\"'])"
    rb"(?=[^>]*ContentType\s*=\s*[\"'][^\"']*(?:macroEnabled|vbaProject|vbaData|macrosheet))",
    re.IGNORECASE,
)
OPEN_MACROS = re.compile(r"^(Basic/[^/]+/(?!script-l[bc]\.xml|dialog-l[bc]\.xml)[^/]+|Scripts/.*[^/])$")
RUNS_FROM_WEB = re.compile(
    rb"<Relationship\b(?=[^>]*/(?:attachedTemplate|oleObject|frame|subDocument)[\"'])"
    rb"(?=[^>]*Target\s*=\s*[\"']\s*(?:https?|ftp|mhtml|ms-[a-z]+):)",
    re.IGNORECASE,
)


def refuse_sealed(file: BinaryIO) -> None:
    """A new Office document with a password is no longer a zip, and would be refused for the wrong reason."""
    if not _is_ole(file):
        return
    with _old(file) as document:
        if document.exists("EncryptedPackage"):
            raise Locked


def office(file: BinaryIO, ending: str) -> None:
    """Office Open XML."""
    archives.look(file, ending)
    with archives.opened(file) as archive:
        try:
            types = _part(archive, "[Content_Types].xml")
        except KeyError:
            raise _another_kind(ending) from None
        if MACRO_TYPES.search(types) or _holds_any(archive, MACRO_DEFAULTS.findall(types)):
            raise Macros
        if not any(main in types for main in MAIN_PARTS[ending]):
            raise _another_kind(ending)
        for name in archive.namelist():
            if name.endswith(".rels") and RUNS_FROM_WEB.search(_part(archive, name)):
                raise Fault(
                    "it fetches its template or an object from the web. Save it as a PDF, or copy it to a new document."
                )
    refuse_macros(file)


def _holds_any(archive, endings: list[bytes]) -> bool:
    wanted = tuple(f".{ending.decode().lower()}" for ending in endings)
    return bool(wanted) and any(name.lower().endswith(wanted) for name in archive.namelist())


def open_document(file: BinaryIO, ending: str) -> None:
    """OpenDocument."""
    archives.look(file, ending)
    with archives.opened(file) as archive:
        held = archive.namelist()
        if "encrypted-package" in held:
            raise Locked
        try:
            if b"encryption-data" in _part(archive, "META-INF/manifest.xml"):
                raise Locked
        except KeyError:
            raise _another_kind(ending) from None
        if "content.xml" not in held:
            raise _another_kind(ending)
    refuse_macros(file)


def refuse_macros(file: BinaryIO) -> None:
    """Raise Macros for an archive that is a document with programs, whatever its name."""
    held = archives.parts(file)
    if "[Content_Types].xml" in held and any(MACRO_PARTS.search(name) for name in held):
        raise Macros
    if held & {"content.xml", "mimetype"} and any(OPEN_MACROS.match(name) for name in held):
        raise Macros  # a website may well have a folder called Scripts


def _another_kind(ending: str) -> Fault:
    return Fault(
        f"it is an archive but not a .{ending} document. Save it again from the program that made it."
    )


def _part(archive, name: str) -> bytes:
    """A small part, as characters of one byte: some programs write two."""
    text = b"".join(islice(archives.read(archive, archive.getinfo(name)), 2))
    return text.replace(b"\x00", b"") if text[:2] in (b"\xff\xfe", b"\xfe\xff") else text


def old_office(file: BinaryIO, ending: str) -> None:
    """Word, Excel and PowerPoint files of 1997 to 2003, whichever the name says, and Flash sources of that time."""
    with _old(file) as document:
        if _last_byte(document) >= size_of(file):
            raise Cut
        if ending == "ole" and not any(document.exists(name) for name in MAIN_STREAMS):
            raise NoOffice
        streams = ["/".join(path) for path in document.listdir()]
        if any(
            re.search(r"(^|/)(_VBA_PROJECT|VBA/dir|VBA/PROJECT)", path, re.IGNORECASE) for path in streams
        ):
            raise Macros
        for name, inspect in STREAMS.items():
            if document.exists(name):
                inspect(document.openstream(name))


class NoOffice(Fault):
    """Other programs of that time packed their files the same way."""

    def __init__(self):
        super().__init__(
            "it is damaged, or not a Word, Excel or PowerPoint file. Save it as a PDF and upload that."
        )


def packed(file: BinaryIO, ending: str) -> None:
    """An archive. A .fla is an archive in newer Flash versions, and an OLE file in older ones."""
    if _is_ole(file):
        old_office(file, ending)
        return
    archives.look(file, ending)
    refuse_macros(file)


def _is_ole(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(8) == OLE_HEAD


@contextmanager
def _old(file: BinaryIO) -> Iterator:
    import olefile

    _is_whole(file)
    file.seek(0)
    try:
        with olefile.OleFileIO(file) as document:
            yield document
    except (OSError, ValueError, IndexError, TypeError, AttributeError, struct.error, RecursionError):
        raise Damaged from None


def _is_whole(file: BinaryIO) -> None:
    """[MS-CFB] 2.2: the sectors with the list of all sectors are there; they are often at the end."""
    size = size_of(file)
    if size > MAX_OLD_BYTES:
        raise Fault(
            "it is too large for an old Office file. Save it in the newer format (.docx, .xlsx, .pptx)."
        )
    file.seek(0)
    head = take(file, 512)
    if head[:8] != OLE_HEAD:
        raise Damaged
    sector_bytes = 1 << min(struct.unpack_from("<H", head, 30)[0], 12)
    listed = struct.unpack_from("<I", head, 44)[0]
    places = struct.unpack_from("<109I", head, 76)[: min(listed, 109)]
    if any((place + 1) * sector_bytes >= size for place in places):
        raise Cut


def _last_byte(document) -> int:
    """Where the last sector in use starts: the header is as long as a sector."""
    used = max((index for index, after in enumerate(document.fat) if after != 0xFFFFFFFF), default=0)
    return (used + 1) * document.sector_size


def _word(stream: BinaryIO) -> None:
    """[MS-DOC] 2.5.2: the bit fEncrypted."""
    head = stream.read(12)
    if len(head) == 12 and head[11] & 0x01:
        raise Locked


def _excel(stream: BinaryIO) -> None:
    """[MS-XLS] 2.4: the records of the workbook up to the first end; FilePass, and sheets that are macros."""
    content = stream.read(SCAN_BYTES)
    at = 0
    while at + 4 <= len(content):
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == 0x002F:
            raise Locked
        if kind == 0x0085 and content[at + 9 : at + 10] == b"\x01":
            raise Macros
        if kind == 0x000A:
            return
        at += 4 + length


def _user(stream: BinaryIO) -> None:
    """[MS-PPT] 2.3.2: the token of an encrypted presentation."""
    if b"\xdf\xc4\xd1\xf3" in stream.read(64):
        raise Locked


def _slides(stream: BinaryIO) -> None:
    """[MS-PPT] 2.4.10: a presentation that says it has macros."""
    found = re.search(rb"\xff\x03.{4}\x02\x00\x00\x04\x0c\x00\x00\x00.{4}(.{4})", stream.read(), re.DOTALL)
    if found and any(found.group(1)):
        raise Macros


STREAMS = {
    "WordDocument": _word,
    "Workbook": _excel,
    "Book": _excel,
    "Current User": _user,
    "PowerPoint Document": _slides,
}
