"""Is a file what its name says, whole, open, and harmless? Asked of every upload, whichever way it came.

Everything is read by blocks and within limits, whatever the file claims of itself. `scanner` asks ClamAV.
"""

import logging
import struct
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from django.core.exceptions import ValidationError

from .. import filetypes, judging
from . import documents, media, names, pdfs, pictures, texts
from .faults import Damaged, Fault

log = logging.getLogger(__name__)
Types = Mapping[str, filetypes.FileType]

# By what the content is, which the name need not say.
INSIDE: dict[str, Callable[[BinaryIO, str], None]] = {
    **dict.fromkeys(("png", "jpg", "gif", "webp", "bmp", "tiff", "heic", "avif"), pictures.look),
    **dict.fromkeys(("docx", "xlsx", "pptx"), documents.office),
    **dict.fromkeys(("odt", "ods", "odp"), documents.open_document),
    **dict.fromkeys(("wav", "avi", "aiff"), media.chunks),
    **dict.fromkeys(("flac", "aac"), media.stream),
    "ole": documents.old_office,
    "mp4": media.boxes,
    "wmv": media.asf,
    "mid": media.midi,
    "mpg": media.mpeg,
    "pdf": pdfs.look,
    "zip": documents.packed,
    "rtf": texts.rtf,
    "svg": texts.svg,
    "txt": texts.plain,
    "mp3": media.mp3,
    "ogg": media.ogg,
    "webm": media.matroska,
    "swf": media.flash,
    "flv": media.flash_video,
    "psd": media.photoshop,
}


def inspect(file, types: Types = filetypes.TYPES, *, max_bytes: int | None = None) -> filetypes.FileType:
    """The type of a file, which has `name`, `size` and can be read and sought; it is left at its start.

    `types`: those that are taken, by their endings. `max_bytes`: the most that a file may have.

    Raises ValidationError with words for people, code “refused”, if it cannot be taken.
    """
    with in_words_for_people(file):
        names.look(file.name or "")
        documents.refuse_sealed(file)
        found = judging.check(file, types, max_bytes=max_bytes)
        _look_inside(file, found.forms[0])
    file.seek(0)
    return found


def promised(
    announced, types: Types = filetypes.TYPES, *, max_bytes: int | None = None
) -> filetypes.FileType:
    """As `inspect`, of a file that is about to come: by its `name` and `size` alone."""
    with in_words_for_people(announced):
        names.look(announced.name or "")
        return judging.promised(announced, types, max_bytes=max_bytes)


def refused(file, why: str) -> ValidationError:
    """In the words that every other refusal of a file uses."""
    return ValidationError(f"“{names.shown(file.name or '')}” was not taken: {why}", code="refused")


@contextmanager
def in_words_for_people(file):
    """Every Fault is raised as a ValidationError that names the file."""
    try:
        yield
    except Fault as fault:
        raise refused(file, str(fault)) from None


def _look_inside(file, form: str) -> None:
    try:
        INSIDE[form](file, form)
    except (struct.error, ValueError, IndexError, EOFError, OverflowError):
        log.warning("A file that is %s could not be read", form, exc_info=True)
        raise Damaged from None
