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
from . import archives, documents, media, names, pdfs, pictures, texts
from .faults import Damaged, Fault

log = logging.getLogger(__name__)
Types = Mapping[str, filetypes.FileType]

INSIDE: dict[str, Callable[[BinaryIO, str], None]] = {
    **dict.fromkeys(("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff"), pictures.look),
    **dict.fromkeys(("docx", "xlsx", "pptx", "ppsx"), documents.office),
    **dict.fromkeys(("odt", "ods", "odp"), documents.open_document),
    **dict.fromkeys(("doc", "xls", "ppt"), documents.old_office),
    **dict.fromkeys(("mp4", "m4a", "mov"), media.boxes),
    **dict.fromkeys(("wav", "avi"), media.riff),
    **dict.fromkeys(("wmv", "wma"), media.asf),
    **dict.fromkeys(("mid", "midi"), media.midi),
    **dict.fromkeys(("mpg", "mpeg"), media.mpeg),
    "pdf": pdfs.look,
    "zip": archives.look,
    "fla": documents.flash_source,
    "rtf": texts.rtf,
    "svg": texts.svg,
    "mp3": media.mp3,
    "ogg": media.ogg,
    "webm": media.matroska,
    "swf": media.flash,
    "flv": media.flash_video,
    "psd": media.photoshop,
}
SHOWN_AS_LETTERS = frozenset({"txt", "csv"})  # whatever they hold is shown as text


def inspect(file, types: Types = filetypes.TYPES, *, max_bytes: int | None = None) -> filetypes.FileType:
    """The type of a file, which has `name`, `size` and can be read and sought; it is left at its start.

    `types`: those that are taken, by their endings. `max_bytes`: the most that a file may have.

    Raises ValidationError with words for people, code “refused”, if it cannot be taken.
    """
    with in_words_for_people(file):
        names.look(file.name or "")
        documents.refuse_sealed(file)
        found = judging.check(file, types, max_bytes=max_bytes)
        _look_inside(file, names.ending(file.name))
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


def _look_inside(file, ending: str) -> None:
    if ending in SHOWN_AS_LETTERS:
        return
    try:
        INSIDE[ending](file, ending)
    except (struct.error, ValueError, IndexError, EOFError, OverflowError):
        log.warning("A file ending in .%s could not be read", ending, exc_info=True)
        raise Damaged from None
