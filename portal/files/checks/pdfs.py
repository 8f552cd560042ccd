"""PDFs: whole, open without a password, and starting nothing by themselves."""

import re
from threading import Lock
from typing import BinaryIO

from .faults import Cut, Damaged, Fault, Locked, blocks, size_of, tail

END_BYTES = 64 * 1024  # some programs leave their own marks behind the end
ONE_AT_A_TIME = Lock()  # PDFium is not made for threads, and the web server has several


def look(file: BinaryIO, ending: str) -> None:
    if b"%%EOF" not in tail(file, END_BYTES) or _promised_bytes(file) > size_of(file):
        raise Cut
    _refuse_programs(file)
    with ONE_AT_A_TIME:
        _open(file)


def _promised_bytes(file: BinaryIO) -> int:
    """The length that a PDF made for the web states at its start; 0 where it states none."""
    file.seek(0)
    found = re.search(rb"/Linearized\b[^>]{0,200}?/L\s+(\d{1,12})", file.read(1024))
    return int(found.group(1)) if found else 0


def _spelt(name: bytes) -> bytes:
    """A pattern for a PDF name: each letter may be written as #xx."""
    return b"/" + b"".join(rb"(?:%c|#(?i:%02x))" % (letter, letter) for letter in name) + rb"(?![A-Za-z0-9])"


STARTS_PROGRAMS = re.compile(_spelt(b"Launch"))
OPENS_WITH_SCRIPT = re.compile(_spelt(b"OpenAction") + rb"\s*<<[^>]{0,100}?" + _spelt(b"JavaScript"))


def _refuse_programs(file: BinaryIO) -> None:
    """What starts by itself. Scripts of single fields, as in forms that check a date, may stay."""
    file.seek(0)
    for block in blocks(file, overlap=256):
        if STARTS_PROGRAMS.search(block):
            raise Fault("it starts other programs when it is opened or clicked. Print it to a new PDF.")
        if OPENS_WITH_SCRIPT.search(block):
            raise Scripts


class Scripts(Fault):
    """JavaScript that runs without being asked."""

    def __init__(self):
        super().__init__("it holds scripts that run when it is opened. Print it to a new PDF.")


def _open(file: BinaryIO) -> None:
    import pypdfium2
    import pypdfium2.raw as pdfium

    file.seek(0)
    try:
        document = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as refusal:
        if "password" in str(refusal).lower():
            raise Locked from None
        raise Damaged from None
    with document:
        if not len(document):
            raise Damaged
        if pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0:
            raise Scripts
        if pdfium.FPDFDoc_GetAttachmentCount(document) > 0:
            raise Fault("it has other files attached inside. Save it without them and upload them beside it.")
