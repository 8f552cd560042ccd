"""The text of a PDF."""

import io

from pypdf import PdfReader


def words_of(pdf: bytes) -> str:
    """Its text, with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())
