"""Previews that workers make from evidence: re-encoded pictures, page images of PDFs, plain text.

What is made carries nothing of the original but what is seen: metadata, GPS and scripts stay behind.
"""

import io
import struct
import warnings
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from .models import EvidenceVersion, Rendition

MAX_PAGES = 40
MAX_SIDE_PIXELS = 1600
MAX_PICTURE_PIXELS = 80_000_000
MAX_TEXT_LETTERS = 200_000
PDF_SCALE = 1.6  # 72 dpi × 1.6, readable at the page's own size
JPEG_QUALITY = 82


class CannotPreview(Exception):
    """The file cannot be shown; the reason is shown beside it. It stays downloadable."""


def make_preview(version: EvidenceVersion) -> None:
    """Make the renditions of `version`, replacing earlier ones. Safe to run twice."""
    makers: dict[str, Callable[[EvidenceVersion], list[Rendition]]] = {
        EvidenceVersion.Kind.PICTURE: _picture,
        EvidenceVersion.Kind.PDF: _pages,
        EvidenceVersion.Kind.TEXT: _text,
    }
    try:
        renditions = makers[version.kind](version)
    except CannotPreview as fault:
        _save(version, [], EvidenceVersion.Preview.FAILED, str(fault))
    else:
        _save(version, renditions, EvidenceVersion.Preview.READY, "")


@transaction.atomic
def _save(version: EvidenceVersion, renditions: list[Rendition], preview: str, fault: str) -> None:
    locked = EvidenceVersion.objects.select_for_update().get(pk=version.pk)
    for old in locked.renditions.exclude(image=""):
        transaction.on_commit(partial(default_storage.delete, str(old.image.name)))
    locked.renditions.all().delete()
    Rendition.objects.bulk_create(renditions)
    EvidenceVersion.objects.filter(pk=version.pk).update(preview=preview, preview_fault=fault[:200])


def _picture(version: EvidenceVersion) -> list[Rendition]:
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MAX_PICTURE_PIXELS
    try:
        with _whole_pictures_only(), warnings.catch_warnings(), version.file.open("rb") as stored:
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(stored) as opened:
                upright = ImageOps.exif_transpose(opened)
                return [_rendition(version, 1, _flat(upright))]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise CannotPreview("The picture is too large to be shown here. Save it at screen size.") from None
    except (OSError, ValueError, SyntaxError, TypeError, struct.error):
        raise CannotPreview("The picture is damaged or of a variety that cannot be shown here.") from None


@contextmanager
def _whole_pictures_only():
    """Half a picture is a damaged one. WeasyPrint, in the same worker, tells Pillow to be content with it."""
    from PIL import ImageFile

    kept, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = kept


def _flat(picture):
    """On white, without transparency, as JPEG wants it."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "P", "PA"):
        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    return picture.convert("RGB")


def _pages(version: EvidenceVersion) -> list[Rendition]:
    import pypdfium2

    try:
        with version.file.open("rb") as stored:
            document = pypdfium2.PdfDocument(stored.read())
    except pypdfium2.PdfiumError:
        raise CannotPreview("The PDF is damaged or protected with a password.") from None
    try:
        with document:
            count = min(len(document), MAX_PAGES)
            return [_page(version, index, document[index - 1]) for index in range(1, count + 1)]
    except pypdfium2.PdfiumError:
        raise CannotPreview("A page of the PDF is damaged.") from None


def _page(version: EvidenceVersion, index: int, page) -> Rendition:
    picture = page.render(scale=_scale(page)).to_pil().convert("RGB")
    return _rendition(version, index, picture, page.get_textpage().get_text_bounded())


def _scale(page) -> float:
    return min(PDF_SCALE, MAX_SIDE_PIXELS / max(*page.get_size(), 1))


def _text(version: EvidenceVersion) -> list[Rendition]:
    with version.file.open("rb") as stored:
        raw = stored.read(MAX_TEXT_LETTERS * 4)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    return [Rendition(version=version, index=1, text=text.replace("\x00", "")[:MAX_TEXT_LETTERS])]


def _rendition(version: EvidenceVersion, index: int, picture, text: str = "") -> Rendition:
    picture.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=JPEG_QUALITY, optimize=True)
    name = default_storage.save(f"previews/{version.pk}/{index}.jpg", ContentFile(buffer.getvalue()))
    return Rendition(
        version=version, index=index, image=name, width=picture.width, height=picture.height,
        text=text.replace("\x00", ""),
    )  # fmt: skip
