"""Text that is a language of its own: RTF and SVG. Plain text and CSV are shown as letters and need no more."""

import re
from typing import BinaryIO

from .faults import Cut, Fault, blocks, tail

RTF_PROGRAMS = re.compile(
    rb"\\obj(?:update|ocx)\b|\\objclass\s+(?:Package|Equation\.\d|OLE2Link)", re.IGNORECASE
)
RTF_FETCHES = re.compile(rb"\\\*\s*\\template\s+[^{}]{0,9}?(?:https?|ftp):", re.IGNORECASE)
HEAD_BYTES = 64 * 1024


def rtf(file: BinaryIO, ending: str) -> None:
    """Embedded objects that open by themselves are how RTF carries programs."""
    if not tail(file, 1024).rstrip(b"\x00 \r\n\t\x1a").endswith(b"}"):
        raise Cut
    file.seek(0)
    for block in blocks(file, overlap=64):
        if RTF_PROGRAMS.search(block):
            raise Fault(
                "it holds embedded objects that can start programs. Save it as a PDF or without them."
            )
        if RTF_FETCHES.search(block):
            raise Fault("it fetches its template from the web. Save it as a PDF.")


def svg(file: BinaryIO, ending: str) -> None:
    """Only ever handed out as a download, so scripts may stay; entities that unpack without end may not."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if re.search(rb"<!ENTITY", head, re.IGNORECASE):
        raise Fault("it defines entities, which can unpack without end. Save it as plain SVG.")
    if not re.search(rb"<(?:\w+:)?svg\b", head):
        raise Fault("there is no drawing in it. Save it as SVG again.")
    if not re.search(rb"</(?:\w+:)?svg\s*>|<svg[^>]*/>", tail(file, HEAD_BYTES)):
        raise Cut
