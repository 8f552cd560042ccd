"""What people receive: e-mails, PDFs, and the QR code on a certificate."""

import email
import io
import re
import zipfile
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path

import pypdf
import pypdfium2
import zxingcpp

from .browser import need


def letters(folder: Path, to: str) -> list[EmailMessage]:
    """Every e-mail sent to an address, oldest first."""
    found = []
    for file in sorted(folder.glob("*.eml")):
        letter = email.message_from_bytes(file.read_bytes(), policy=default)
        if isinstance(letter, EmailMessage) and letter["To"] == to:
            found.append(letter)
    return found


def link_in(letter: EmailMessage, pattern: str) -> str:
    """The address in the e-mail's text that `pattern` finds."""
    body = letter.get_body(("plain",))
    found = re.search(rf"https?://\S*{pattern}\S*", body.get_content() if body else "")
    need(found, f"The e-mail “{letter['Subject']}” has no link {pattern}")
    return found.group() if found else ""


def words_of(pdf: bytes) -> str:
    """The text of a PDF, on one line."""
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


@cache
def code_on(pdf: bytes) -> str:
    """What the QR code on the first page says."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=2).to_pil()
    found = zxingcpp.read_barcodes(picture)
    need(len(found) == 1, f"There are {len(found)} codes on the page instead of one")
    return found[0].text


def unpacked(content: bytes) -> dict[str, bytes]:
    """{name: file} of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
