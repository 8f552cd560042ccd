"""Which files are taken, judged by name and by content, and how each kind is shown.

The list follows the published ones for this coursework (domain reference 6); nothing executable is taken.
"""

from dataclasses import dataclass
from pathlib import PurePath

import magic
from django.conf import settings
from django.core.exceptions import ValidationError

from portal.kit.templatetags.kit import filesize_uk

from .models import EvidenceVersion

Kind = EvidenceVersion.Kind
HEAD_BYTES = 64 * 1024
MAX_NAME = 150


@dataclass(frozen=True)
class FileType:
    """What files with one ending may contain. `contents`: by libmagic; `serve_as`: the type they are sent as."""

    kind: Kind
    contents: tuple[str, ...]
    serve_as: str = "application/octet-stream"


def _other(*contents: str) -> FileType:
    return FileType(Kind.OTHER, contents)


ZIPPED = ("application/zip", "application/octet-stream")
OLE = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/x-ole-storage",
       "application/CDFV2")  # fmt: skip
WORDS = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", *ZIPPED)
SLIDES = ("application/vnd.openxmlformats-officedocument.presentationml.presentation", *ZIPPED)
CELLS = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", *ZIPPED)

TYPES: dict[str, FileType] = {
    "png": FileType(Kind.PICTURE, ("image/png",), "image/png"),
    "jpg": FileType(Kind.PICTURE, ("image/jpeg",), "image/jpeg"),
    "jpeg": FileType(Kind.PICTURE, ("image/jpeg",), "image/jpeg"),
    "gif": FileType(Kind.PICTURE, ("image/gif",), "image/gif"),
    "webp": FileType(Kind.PICTURE, ("image/webp",), "image/webp"),
    "bmp": FileType(Kind.PICTURE, ("image/bmp", "image/x-ms-bmp")),
    "tif": FileType(Kind.PICTURE, ("image/tiff",)),
    "tiff": FileType(Kind.PICTURE, ("image/tiff",)),
    "pdf": FileType(Kind.PDF, ("application/pdf",), "application/pdf"),
    "mp3": FileType(Kind.AUDIO, ("audio/mpeg", "application/octet-stream"), "audio/mpeg"),
    "wav": FileType(Kind.AUDIO, ("audio/x-wav", "audio/wav"), "audio/wav"),
    "ogg": FileType(Kind.AUDIO, ("audio/ogg", "application/ogg"), "audio/ogg"),
    "m4a": FileType(Kind.AUDIO, ("audio/x-m4a", "audio/mp4", "video/mp4"), "audio/mp4"),
    "mp4": FileType(Kind.VIDEO, ("video/mp4", "video/x-m4v"), "video/mp4"),
    "webm": FileType(Kind.VIDEO, ("video/webm",), "video/webm"),
    "txt": FileType(Kind.TEXT, ("text/",), "text/plain"),
    "csv": FileType(Kind.TEXT, ("text/", "application/csv"), "text/plain"),
    "rtf": _other("text/rtf", "application/rtf"),
    "doc": _other(*OLE),
    "docx": _other(*WORDS),
    "odt": _other("application/vnd.oasis.opendocument.text"),
    "xls": _other(*OLE),
    "xlsx": _other(*CELLS),
    "ods": _other("application/vnd.oasis.opendocument.spreadsheet"),
    "ppt": _other(*OLE),
    "pptx": _other(*SLIDES),
    "ppsx": _other(*SLIDES),
    "odp": _other("application/vnd.oasis.opendocument.presentation"),
    "avi": _other("video/x-msvideo"),
    "mov": _other("video/quicktime"),
    "mpg": _other("video/mpeg"),
    "mpeg": _other("video/mpeg"),
    "wmv": _other("video/x-ms-asf", "video/x-ms-wmv"),
    "wma": _other("video/x-ms-asf", "audio/x-ms-wma"),
    "mid": _other("audio/midi"),
    "midi": _other("audio/midi"),
    "swf": _other("application/x-shockwave-flash", "application/vnd.adobe.flash.movie"),
    "flv": _other("video/x-flv"),
    "psd": _other("image/vnd.adobe.photoshop"),
    "fla": _other(*ZIPPED, *OLE),
    "svg": _other("image/svg+xml", "text/"),
    "zip": _other("application/zip"),
}


def check(upload) -> FileType:
    """The type of an uploaded file. Raises ValidationError, with words for people, if it cannot be taken."""
    name = upload.name or ""
    if len(name) > MAX_NAME:
        raise _refused(upload, f"its name is longer than {MAX_NAME} letters. Give it a shorter name.")
    if any(not letter.isprintable() for letter in name):
        raise _refused(upload, "its name holds letters that cannot be printed. Rename it.")
    if not upload.size:
        raise _refused(upload, "it is empty. Check that it was saved before uploading.")
    if upload.size > settings.EVIDENCE_FILE_LIMIT_BYTES:
        limit = filesize_uk(settings.EVIDENCE_FILE_LIMIT_BYTES)
        raise _refused(upload, f"it is {filesize_uk(upload.size)} and a file may have {limit}.")
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending not in TYPES:
        shown = f"files ending in .{ending} are" if ending else "files without an ending are"
        raise _refused(upload, f"{shown} not taken. Save it as one of the types listed.")
    found = TYPES[ending]
    contains = sniff(upload)
    if not contains.startswith(found.contents):
        raise _refused(upload, f"its name ends in .{ending} but its content is {contains}.")
    return found


def sniff(upload) -> str:
    """The media type of the content, by libmagic."""
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    upload.seek(0)
    return magic.from_buffer(head, mime=True)


def endings() -> list[str]:
    """The endings taken, for the file picker and the words beside it."""
    return [f".{ending}" for ending in TYPES]


def _refused(upload, why: str) -> ValidationError:
    return ValidationError(f"“{upload.name}” was not taken: {why}", code="refused")
