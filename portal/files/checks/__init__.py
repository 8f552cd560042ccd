"""Is a file what its name says, whole, open, and harmless? Asked of every upload, whichever way it came.

Everything is read in blocks and within limits, whatever the file claims about itself. `scanner` asks ClamAV.
"""

import logging
import lzma
import struct
import zlib
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from django.core.exceptions import ValidationError

from .. import filetypes
from . import documents, judging, media, names, pdfs, pictures, texts
from .faults import Damaged, Fault

log = logging.getLogger(__name__)
Types = Mapping[str, filetypes.FileType]
# What a reader raises when bytes are damaged. Faults of the disk or of the portal itself are not among them.
UNREADABLE = (struct.error, ValueError, IndexError, EOFError, OverflowError, zlib.error, lzma.LZMAError)

# By what the content is, whatever the name says.
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
    """The type of a file that has `name` and `size` and can be read and sought; it is left at its start.

    `types`: those that are accepted, by ending. `max_bytes`: the largest size allowed.

    Raises ValidationError with words for people, code “refused”, if it is not accepted.
    """
    with in_words_for_people(file):
        names.look(file.name or "")
        found = _look_through(file, types, max_bytes)
    file.seek(0)
    return found


def promised(
    announced, types: Types = filetypes.TYPES, *, max_bytes: int | None = None
) -> filetypes.FileType:
    """As `inspect`, for a file that is not here yet: by its `name` and `size` alone."""
    with in_words_for_people(announced):
        names.look(announced.name or "")
        return judging.promised(announced, types, max_bytes=max_bytes)


def refused(file, why: str) -> ValidationError:
    """A refusal in the words that all refusals of files use."""
    return ValidationError(f"“{names.shown(file.name or '')}” was not accepted: {why}", code="refused")


@contextmanager
def in_words_for_people(file):
    """Raise every Fault as a ValidationError that names the file."""
    try:
        yield
    except Fault as fault:
        raise refused(file, str(fault)) from None


def _look_through(file, types: Types, max_bytes: int | None) -> filetypes.FileType:
    """Any reader of its bytes, including the one that tells its kind, may fail on them: the file is damaged then."""
    try:
        documents.refuse_sealed(file)
        found = judging.check(file, types, max_bytes=max_bytes)
        form = found.forms[0]
        INSIDE[form](file, form)
    except UNREADABLE:
        log.warning("A file could not be read as what it seemed to be", exc_info=True)
        raise Damaged from None
    return found
