"""Text: plain from first character to last, or in a language of its own (RTF, SVG)."""

import re
from typing import BinaryIO

from .. import marks
from .faults import SCAN_BYTES, Cut, Fault, blocks, tail

RTF_PROGRAMS = re.compile(
    rb"\\obj(?:update|ocx)\b|\\objclass\s+(?:Package|Equation\.\d|OLE2Link)", re.IGNORECASE
)
RTF_FETCHES = re.compile(rb"\\\*\s*\\template\s+[^{}]{0,9}?(?:https?|ftp):", re.IGNORECASE)
# Entities made of other entities, or of another file.
UNPACKS = re.compile(
    rb"<!ENTITY\s+(?:%|[^\s>]+\s+(?:SYSTEM|PUBLIC)\b|[^\s>]+\s+(?:\"[^\">]*[&%][^\">]*|'[^'>]*[&%][^'>]*))",
    re.IGNORECASE,
)
HEAD_BYTES = 64 * 1024
EMPTY = {b"\xef\xbb\xbf", *marks.WIDE}  # only the mark of the encoding


def plain(file: BinaryIO, ending: str) -> None:
    """Text and CSV, shown as characters: it has no byte that text never contains."""
    file.seek(0)
    first = file.read(SCAN_BYTES)
    if first in EMPTY:
        raise Fault("it is empty. Check that it was saved before uploading.")
    is_wide = b"\x00" in first or first.startswith(
        tuple(marks.WIDE)
    )  # two bytes for each character; the first block has shown whether it reads as such
    if not marks.is_text(first):
        raise NoText
    while block := file.read(SCAN_BYTES):
        if not is_wide and marks.CONTROL.search(block):
            raise NoText


class NoText(Fault):
    """A program or a picture that starts with words."""

    def __init__(self):
        super().__init__("it is not plain text all the way through. Save it as plain text, or as a PDF.")


def rtf(file: BinaryIO, ending: str) -> None:
    """RTF carries programs as embedded objects that open by themselves."""
    if not tail(file, 1024).rstrip(b"\x00 \r\n\t\x1a").endswith(b"}"):
        raise Cut
    file.seek(0)
    for block in blocks(file, overlap=64):
        if RTF_PROGRAMS.search(block):
            raise Fault(
                "it contains embedded objects that can start programs. Save it as a PDF or without them."
            )
        if RTF_FETCHES.search(block):
            raise Fault("it fetches its template from the web. Save it as a PDF.")


def svg(file: BinaryIO, ending: str) -> None:
    """Only ever sent as a download, so scripts are allowed, and short names for addresses (Illustrator's);
    entities that unpack without end, or fetch, are not."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if UNPACKS.search(head):
        raise Fault("it defines entities, which can unpack without end. Save it as plain SVG.")
    if not re.search(rb"<(?:\w+:)?svg\b", head):
        raise Fault("there is no drawing in it. Save it as SVG again.")
    if not re.search(rb"</(?:\w+:)?svg\s*>|<svg[^>]*/>", tail(file, HEAD_BYTES)):
        raise Cut
