"""Printed documents: frozen rows that a worker renders once as tagged PDFs.

WeasyPrint needs system libraries, so it is imported only when something is rendered: the portal starts
without it. Fonts, images and style sheets come from `static/pdf`, pictures of the user guide from
`static/guide`, and nothing from elsewhere.
"""

import hashlib
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from threading import Lock

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone

from portal.kit import leases

from . import inventory, storage

ASSETS = Path(settings.BASE_DIR) / "static" / "pdf"
# A web server's threads render as well, one at a time: together they would damage each other's files.
_ONE_AT_A_TIME = Lock()
PICTURES = ASSETS.parent / "guide"  # of the user guide
FAMILY = "EBGaramond"  # the font of all printed documents; the guides have another


class CannotPrint(Exception):
    """The document cannot be rendered faithfully; the reason is for staff."""


class PrintedDocument(models.Model):
    """A row that freezes every printed value; `pdf` is empty until a worker has rendered it."""

    pdf = models.FileField(blank=True, max_length=200, editable=False)
    pdf_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    printed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    template_name: str  # rendered with the row as `document`
    folder: str  # in the storage; the file's own name is its SHA-256

    @property
    def is_printed(self) -> bool:
        return bool(self.pdf)

    def print_context(self) -> dict:
        """What the template needs besides the row itself."""
        return {}

    def stem(self) -> str:
        """The document's number, as a file name without an ending."""
        raise NotImplementedError

    @property
    def file_name(self) -> str:
        """What the file is called when it is downloaded."""
        return f"{self.stem()}.pdf"


def print_once(document: PrintedDocument) -> None:
    """Render `document` and store it, unless that was done. Safe to run twice, even at the same time.

    The file's name comes from its content: a second run finds the file that the first one left, unless that one was
    killed while writing. The sweep removes files that no row names in the end.
    """
    if document.is_printed:
        return
    context = {"document": document, "awarding_body": settings.AWARDING_BODY, **document.print_context()}
    pdf = draw(render_to_string(document.template_name, context))
    digest = hashlib.sha256(pdf).hexdigest()
    name = f"{document.folder}/{document.stem()}/{digest}.pdf"
    rows = type(document)._default_manager.filter(pk=document.pk)
    with inventory.taking_up():
        leases.require()
        if not default_storage.exists(name) or default_storage.size(name) != len(pdf):
            name = storage.save(name, ContentFile(pdf))
        rows.filter(pdf="").update(pdf=name, pdf_sha256=digest, printed_at=timezone.now())


def draw(html: str, *, family: str = FAMILY) -> bytes:
    """A tagged PDF (PDF/UA-1) of `html`, set in `family`. Raises CannotPrint if a character has no glyph."""
    html = unicodedata.normalize("NFC", html)  # a letter and its accent as the single glyph in the fonts
    refuse_unwritable(html, family)
    weasyprint, fetcher, fonts = _warm()
    document = weasyprint.HTML(string=html, base_url=ASSETS.as_uri() + "/", url_fetcher=fetcher)
    with _ONE_AT_A_TIME:
        return document.write_pdf(
            font_config=fonts, stylesheets=[], pdf_variant="pdf/ua-1", optimize_images=False
        )


def draw_now(html: str) -> bytes:
    """As `draw`, while a page waits. Web servers have threads, and `_warm` must not be shared between them, so one
    thread of the process renders and the others wait."""
    return _drawing_thread().submit(draw, html).result()


@cache
def _drawing_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


def refuse_unwritable(text: str, family: str = FAMILY) -> None:
    """Raise CannotPrint if the bundled fonts lack a character of `text`: a wrong name is worse than none."""
    if missing := unwritable(text, family):
        letters = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in missing[:10])
        raise CannotPrint(f"The bundled fonts have no glyph for: {letters}")


def unwritable(text: str, family: str = FAMILY) -> list[str]:
    """The characters of `text` that the bundled fonts lack, sorted."""
    return sorted({letter for letter in text if letter.isprintable()} - _writable(family))


@cache
def _writable(family: str) -> frozenset[str]:
    """Characters that every face of the printed family has."""
    from fontTools.ttLib import TTFont

    faces = (ASSETS / "fonts").glob(f"{family}_*.ttf")
    covered = [set(map(chr, TTFont(path, lazy=True).getBestCmap())) for path in faces]
    return frozenset(set.intersection(*covered) | set("\u00ad\u200b"))


@cache
def _warm():
    """WeasyPrint, a fetcher that reaches only the bundled assets, and fonts read once in each process.

    Never used by two threads at once (docs/decisions/certificates.md).
    """
    try:
        import weasyprint
    except OSError as fault:
        raise CannotPrint(
            "The system libraries for PDFs are missing: install libpango-1.0-0 and libpangoft2-1.0-0."
        ) from fault
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class BundledOnly(URLFetcher):
        def fetch(self, url, headers=None):
            if not url.startswith((f"{ASSETS.as_uri()}/", f"{PICTURES.as_uri()}/")) or ".." in url:
                raise ValueError(f"not a bundled asset: {url}")
            return super().fetch(url, headers)

    return weasyprint, BundledOnly(allowed_protocols=["file"], fail_on_errors=True), FontConfiguration()
