"""Which files are taken, judged by name and by content, and how each kind is shown.

The list follows the published ones for this coursework (domain reference 6); nothing executable is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from . import judging
from .judging import JPEG, OLE, OPEN_WORDS, PDF, PLAIN, PNG, WORDS, ZIPPED
from .kinds import Kind


@dataclass(frozen=True, kw_only=True)
class FileType(judging.FileType):
    """As judged, with how the kind is shown."""

    kind: Kind


def _shown(kind: Kind, contents: tuple[str, ...], serve_as: str = "application/octet-stream") -> FileType:
    return FileType(contents, serve_as, kind=kind)


def _other(*contents: str) -> FileType:
    return _shown(Kind.OTHER, contents)


def _office(*contents: str) -> FileType:
    return _shown(Kind.OFFICE, contents)


def _video(*contents: str) -> FileType:
    """A video that browsers do not play: workers make a copy that they do."""
    return _shown(Kind.VIDEO, contents)


SLIDES = ("application/vnd.openxmlformats-officedocument.presentationml.presentation", *ZIPPED)
CELLS = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", *ZIPPED)

TYPES: dict[str, FileType] = {
    "png": _shown(Kind.PICTURE, PNG, "image/png"),
    "jpg": _shown(Kind.PICTURE, JPEG, "image/jpeg"),
    "jpeg": _shown(Kind.PICTURE, JPEG, "image/jpeg"),
    "gif": _shown(Kind.PICTURE, ("image/gif",), "image/gif"),
    "webp": _shown(Kind.PICTURE, ("image/webp",), "image/webp"),
    "bmp": _shown(Kind.PICTURE, ("image/bmp", "image/x-ms-bmp")),
    "tif": _shown(Kind.PICTURE, ("image/tiff",)),
    "tiff": _shown(Kind.PICTURE, ("image/tiff",)),
    "pdf": _shown(Kind.PDF, PDF, "application/pdf"),
    "mp3": _shown(Kind.AUDIO, ("audio/mpeg", "application/octet-stream"), "audio/mpeg"),
    "wav": _shown(Kind.AUDIO, ("audio/x-wav", "audio/wav"), "audio/wav"),
    "ogg": _shown(Kind.AUDIO, ("audio/ogg", "application/ogg"), "audio/ogg"),
    "m4a": _shown(Kind.AUDIO, ("audio/x-m4a", "audio/mp4", "video/mp4"), "audio/mp4"),
    "mp4": _shown(Kind.VIDEO, ("video/mp4", "video/x-m4v"), "video/mp4"),
    "webm": _shown(Kind.VIDEO, ("video/webm",), "video/webm"),
    "txt": _shown(Kind.TEXT, PLAIN, "text/plain"),
    "csv": _shown(Kind.TABLE, ("text/", "application/csv"), "text/plain"),
    "rtf": _office("text/rtf", "application/rtf"),
    "doc": _office(*OLE),
    "docx": _office(*WORDS),
    "odt": _office(*OPEN_WORDS),
    "xls": _office(*OLE),
    "xlsx": _office(*CELLS),
    "ods": _office("application/vnd.oasis.opendocument.spreadsheet"),
    "ppt": _office(*OLE),
    "pptx": _office(*SLIDES),
    "ppsx": _office(*SLIDES),
    "odp": _office("application/vnd.oasis.opendocument.presentation"),
    "avi": _video("video/x-msvideo"),
    "mov": _video("video/quicktime"),
    "mpg": _video("video/mpeg"),
    "mpeg": _video("video/mpeg"),
    "wmv": _video("video/x-ms-asf", "video/x-ms-wmv"),
    "wma": _shown(Kind.AUDIO, ("video/x-ms-asf", "audio/x-ms-wma")),
    "mid": _other("audio/midi"),
    "midi": _other("audio/midi"),
    "swf": _other("application/x-shockwave-flash", "application/vnd.adobe.flash.movie"),
    "flv": _video("video/x-flv"),
    "psd": _other("image/vnd.adobe.photoshop"),
    "fla": _other(*ZIPPED, *OLE),
    "svg": _other("image/svg+xml", "text/"),
    "zip": _shown(Kind.ZIP, ("application/zip",)),
}

# What is attached to a letter: documents and pictures of them.
PAPERS = {ending: TYPES[ending] for ending in ("pdf", "doc", "docx", "odt", "jpg", "jpeg", "png", "txt")}


def endings(types: Mapping[str, FileType] = TYPES) -> list[str]:
    """The endings taken, for the file picker and the words beside it."""
    return judging.endings(types)
