"""What a file is, by the marks that its format puts in it, whatever its name says.

No library is used: libmagic mistakes some text for pictures because of its first characters, and its answers about
zips differ between versions. A kind without a mark is text if it reads as text; otherwise it is unknown.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from . import inside

HEAD_BYTES = 64 * 1024
MAX_DIRECTORY_BYTES = 2_000_000
UNKNOWN = "unknown"

# Control characters that text never contains. 1A ends texts in DOS; 0B separates the lines of a slide's title.
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f](?!\Z)")
CONTROL_LETTERS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f](?!\\Z)")
WIDE = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}

# For Windows, Linux, Macs (three), Java and Android.
PROGRAM_HEADS = rb"MZ.[\0\1]|\x7fELF|\xfe\xed\xfa[\xce\xcf]|[\xce\xcf]\xfa\xed\xfe|\xca\xfe\xba\xbe|dex\n"
BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (rb"\x89PNG\r\n\x1a\n", "png"), (rb"\xff\xd8\xff", "jpg"), (rb"GIF8[79]a", "gif"),
    (rb"RIFF....WEBP", "webp"), (rb"(RIFF|RF64|RIFX)....WAVE", "wav"), (rb"RIFF....AVI ", "avi"),
    (rb"RIFF....RMID|MThd", "mid"), (rb"FORM....AIF[FC]", "aiff"), (rb"BM.{12}[\x0c(4@lx|8]\0\0\0", "bmp"),
    (rb"II[*+]\0|MM\0[*+]", "tiff"), (rb"OggS", "ogg"), (rb"fLaC", "flac"), (rb"\x1a\x45\xdf\xa3", "webm"),
    (rb"[FCZ]WS[\x01-\x40]", "swf"), (rb"FLV\x01", "flv"), (rb"8BPS\0[\x01\x02]", "psd"),
    (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "wmv"), (rb"\0\0\x01[\xba\xb3]", "mpg"),
    (rb"\x47.{187}\x47.{187}\x47|.{4}\x47.{191}\x47.{191}\x47", "mpg"),
    (rb"PK(\x03\x04|\x05\x06|\x07\x08)", "zip"), (rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (rb"\s*\{\\rtf", "rtf"), (rb".{4}jP  \r\n", "jp2"),
    (PROGRAM_HEADS, "program"),
    (rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|\x1f\x8b|BZh[1-9]|\xfd7zXZ\0|MSCF|\x28\xb5\x2f\xfd|.{257}ustar", "archive"),
    (rb"L\0\0\0\x01\x14\x02\0", "shortcut"), (rb"\0\x05\x16[\0\x07]", "mac leftover"), (rb"bplist00", "web archive"),
    (rb"SQLite format 3\0|\0\x01\0\0Standard (Jet|ACE) DB", "database"), (rb"gimp xcf", "gimp"),
    (rb"\0\0[\x01\x02]\0[^\0]\0", "icon"), (rb"%!PS|\xc5\xd0\xd3\xc6", "postscript"),
)  # fmt: skip
PDF_PARTS = re.compile(rb"%%EOF|\d obj\b")  # of a PDF that is all text; a note about PDFs has none
MARKS = [(re.compile(pattern, re.DOTALL), form) for pattern, form in BEGINNINGS]
BOX_KINDS = re.compile(rb".{4}(ftyp|moov|mdat|wide|free|skip|pnot|moof|styp|sidx|uuid|udta|junk)", re.DOTALL)
STILL_BRANDS = {
    b"heic": "heic", b"heix": "heic", b"heim": "heic", b"heis": "heic", b"hevc": "heic", b"hevx": "heic",
    b"mif1": "heic", b"msf1": "heic", b"mif2": "heic", b"avif": "avif", b"avis": "avif",
}  # fmt: skip
# The parts that make an archive a document: names in it, and what it is then.
DOCUMENTS = (
    (re.compile(r"word/document\d*\.xml"), "docx"), (re.compile(r"xl/workbook\d*\.(xml|bin)"), "xlsx"),
    (re.compile(r"ppt/presentation\d*\.xml"), "pptx"),
)  # fmt: skip
OPEN_KINDS = {"text": "odt", "spreadsheet": "ods", "presentation": "odp", "graphics": "odg"}

WHAT_IT_IS = {
    "png": "a PNG picture", "jpg": "a JPEG picture", "gif": "a GIF picture", "webp": "a WebP picture",
    "bmp": "a BMP picture", "tiff": "a TIFF picture", "heic": "an HEIC photograph", "avif": "an AVIF picture",
    "pdf": "a PDF document", "mp3": "MP3 audio", "wav": "WAV audio", "ogg": "Ogg audio or video",
    "flac": "FLAC audio", "aac": "AAC audio", "aiff": "AIFF audio", "mp4": "an MP4 or QuickTime video or audio file",
    "webm": "a WebM or Matroska video", "avi": "an AVI video", "mpg": "an MPEG video",
    "wmv": "Windows Media video or audio", "flv": "a Flash video", "mid": "a MIDI melody", "swf": "a Flash film",
    "psd": "a Photoshop picture", "zip": "a zip archive", "docx": "a Word document", "xlsx": "an Excel workbook",
    "pptx": "a PowerPoint presentation", "odt": "an OpenDocument text", "ods": "an OpenDocument spreadsheet",
    "odp": "an OpenDocument presentation", "odg": "an OpenDocument drawing", "ole": "an older Office document",
    "rtf": "an RTF document", "svg": "an SVG drawing", "txt": "plain text", "html": "a web page", "xml": "XML",
    "mail": "a saved e-mail or web archive", "script": "a script", "program": "a program",
    "archive": "an archive other than a zip", "jp2": "a JPEG 2000 picture", "shortcut": "a Windows shortcut",
    "mac leftover": "notes that a Mac keeps beside a file", "web archive": "an Apple web archive or property list",
    "database": "a database", "gimp": "a GIMP picture", "icon": "an icon", "postscript": "a PostScript file",
    UNKNOWN: "of an unknown kind",
}  # fmt: skip
WAYS_OUT = {
    "html": "Open it in a browser and print it to a PDF, or zip the whole website.",
    "mail": "Open it and print it to a PDF.", "web archive": "Open it and print it to a PDF.",
    "program": "Programs are not accepted.", "script": "Save it as plain text.", "xml": "Save it as a PDF.",
    "archive": "Unpack it and make an ordinary zip of its files.", "jp2": "Save it as JPEG or PNG.",
    "shortcut": "Upload the file that it points to.", "mac leftover": "Upload the file itself: its name does not "
    "begin with “._”.", "database": "Print its tables to a PDF, or save them as CSV.", "odg": "Save it as a PDF.",
    "gimp": "Export it as PNG or JPEG.", "icon": "Save it as PNG.", "postscript": "Save it as a PDF.",
    "heic": "Save it as JPEG.", "avif": "Save it as JPEG.",
}  # fmt: skip


def form_of(file: BinaryIO) -> str:
    """What the content is, as a key of WHAT_IT_IS. The file is left at its start."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    form = _by_mark(head) or _as_text(head) or UNKNOWN
    if form == "zip":
        form = _in_zip(file, head)
    file.seek(0)
    return form


def is_letters(file: BinaryIO) -> bool:
    """Whether it reads as text from its start, whatever the text starts with: “GIF89a is …” is not a picture."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return is_text(head) and not (head.startswith(b"%PDF-") and PDF_PARTS.search(head))


def what(form: str) -> str:
    return WHAT_IT_IS[form]


def _by_mark(head: bytes) -> str:
    for mark, form in MARKS:
        if mark.match(head):
            return form
    if BOX_KINDS.match(head):
        return _box_family(head)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return _sound(head)


def _box_family(head: bytes) -> str:
    """MP4, QuickTime and 3GP are one family, whatever brand they state; for pictures the brand says which."""
    if head[4:8] != b"ftyp":
        return "mp4"
    length = struct.unpack(">I", head[:4])[0]
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, min(length, 256), 4))]
    if brands[0] not in STILL_BRANDS:
        return "mp4"
    return "avif" if {b"avif", b"avis"} & set(brands) else "heic"


def _sound(head: bytes) -> str:
    """MP3 and AAC are frames in a row, with tags or padding before them."""
    if head.startswith(b"ID3"):
        return "mp3"
    for found in re.finditer(rb"\xff[\xe2-\xff]", head[:16_384].lstrip(b"\0")):
        stream = head.lstrip(b"\0")
        first = _frame(stream, found.start())
        if first and (second := _frame(stream, found.start() + first[1])) and first[0] == second[0]:
            return first[0]
    return ""


RATES = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
BIT_RATES = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}  # for layer III, by whether it is MPEG 1, in thousands


def _frame(stream: bytes, at: int) -> tuple[str, int] | None:
    """(form, bytes) of the audio frame that starts there; None if none does."""
    head = stream[at : at + 6]
    if len(head) < 6 or head[0] != 0xFF:
        return None
    if head[1] & 0xF6 == 0xF0:  # ADTS
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        return ("aac", length) if length > 7 else None
    version, layer, bits, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    if head[1] & 0xE0 != 0xE0 or version == 1 or layer not in (1, 2) or not 0 < bits < 15 or rate == 3:
        return None
    if layer == 2:  # hardly ever used: a frame of layer II is not measured
        return None
    per_frame = 144 if version == 3 else 72
    length = per_frame * BIT_RATES[version == 3][bits] * 1000 // RATES[version][rate] + (head[2] >> 1 & 1)
    return "mp3", length


# --- text ------------------------------------------------------------------------------------------


def is_text(block: bytes) -> bool:
    """Whether the start of a file is text: UTF-8, UTF-16, UTF-32 or one byte a character, no control characters."""
    for mark, code in WIDE.items():
        if block.startswith(mark):
            return not CONTROL_LETTERS.search(_whole_letters(block, code))
    return not CONTROL.search(block) or is_unmarked_utf16(block)


def _whole_letters(block: bytes, code: str) -> str:
    cut = len(block) % (4 if code == "utf-32" else 2)
    text = block[: len(block) - cut].decode(code, errors="replace")
    return "\0\0" if "\N{REPLACEMENT CHARACTER}" in text[:-2] else text


def is_unmarked_utf16(block: bytes) -> bool:
    """Whether it is the “Unicode” of Windows without its mark: every second byte of plain English is zero."""
    code = "utf-16-le" if block[1:2] == b"\0" else "utf-16-be"
    text = _whole_letters(block, code)
    return (
        bool(text)
        and not CONTROL_LETTERS.search(text)
        and sum(letter < "\u0250" for letter in text) * 2 > len(text)
    )


BEFORE = r"(?:<\?xml[^>]*>|<!--.*?-->|<!doctype svg.*?>|<!ENTITY.*?>|[\]>\s])*"
LANGUAGES = [
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), form)
    for pattern, form in (
        (r"#!\s*/", "script"),
        (BEFORE + r"<(?:\w+:)?svg\b", "svg"),
        (BEFORE + r"<(?:!doctype html|html|head|body|script|title|table|meta)\b", "html"),
        (r"<\?xml\b|<\?mso-application", "xml"),
        (r"(?:MIME-Version:|Return-Path:|Received: )", "mail"),
    )
]


def _as_text(head: bytes) -> str:
    if not is_text(head):
        return ""
    code = next((code for mark, code in WIDE.items() if head.startswith(mark)), "latin-1")
    beginning = head[:8192].decode(code, errors="replace").lstrip("\ufeffï»¿ \t\r\n")
    return next((form for pattern, form in LANGUAGES if pattern.match(beginning)), "txt")


# --- archives --------------------------------------------------------------------------------------


def _in_zip(file: BinaryIO, head: bytes) -> str:
    """Which document an archive is; “zip” if it is none. Decided by the names in it, in any order."""
    names = list(_names(file))
    if "[Content_Types].xml" in names or "word/document.xml" in names:
        for part, form in DOCUMENTS:
            if any(part.fullmatch(name) for name in names):
                return form
    if "mimetype" in names and "content.xml" in names:
        return _open_kind(file, head)
    return "zip"


def _open_kind(file: BinaryIO, head: bytes) -> str:
    """By the type that comes first and uncompressed, or else by the manifest or any other place that names it."""
    found = re.match(rb"PK.{28}mimetypeapplication/vnd\.oasis\.opendocument\.([a-z]+)", head, re.DOTALL)
    word = found.group(1).decode() if found else ""
    if not found:
        try:
            with zipfile.ZipFile(file) as archive, archive.open("mimetype") as part:
                word = part.read(200).decode("latin-1").rpartition(".")[2].strip()
        except inside.BROKEN:  # reported when its content is checked
            return "zip"
    return OPEN_KINDS.get(word.partition("-")[0], "zip")


def _names(file: BinaryIO) -> Iterator[str]:
    """The names in the list at the end of an archive, as far as it can be read in one go."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - HEAD_BYTES - 22))
    tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) - end < 22:
        return
    length, start = struct.unpack_from("<II", tail, end + 12)
    file.seek(min(start, size))
    listed = file.read(min(length, MAX_DIRECTORY_BYTES))
    at = 0
    while listed[at : at + 4] == b"PK\x01\x02" and at + 46 <= len(listed):
        name, extra, remark = struct.unpack_from("<HHH", listed, at + 28)
        yield listed[at + 46 : at + 46 + name].decode("latin-1")
        at += 46 + name + extra + remark
