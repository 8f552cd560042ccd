"""Which files are accepted, judged by name and by content, and how each kind is shown.

The list follows those published for this coursework (domain reference 6), each with the other endings of its
family; nothing executable is accepted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .kinds import Kind

NEUTRAL = "application/octet-stream"

# Families that people mix up and that are checked in the same way: the name may state the wrong member.
PICTURES = frozenset({"png", "jpg", "gif", "webp", "bmp", "tiff", "heic", "avif"})
PAPER = frozenset({"pdf", "rtf", "ole", "docx", "xlsx", "pptx", "odt", "ods", "odp"})
OLD_PAPER = PAPER | {"txt"}  # old programs save plain text with their own ending
MEDIA = frozenset({"mp3", "wav", "ogg", "flac", "aac", "aiff", "mp4", "webm", "avi", "mpg", "wmv", "flv"})
# Whether such an archive really is one of these is checked with its content, with its own messages.
WORDS, OPEN_WORDS = ("docx", "zip"), ("odt", "zip")


@dataclass(frozen=True)
class FileType:
    """A kind of file. `forms`: what its content may be (`marks`), usual one first; `serve_as`: the type it is sent as;
    `kind`: how it is shown.

    `may_be`: other forms that files with this ending often have; such a file is accepted as what it is, if that is
    accepted at all.
    """

    forms: tuple[str, ...]
    serve_as: str = NEUTRAL
    may_be: frozenset[str] = frozenset()
    kind: Kind = field(kw_only=True)


def _picture(form: str, serve_as: str = NEUTRAL) -> FileType:
    return FileType((form,), serve_as, PICTURES, kind=Kind.PICTURE)


def _office(*forms: str, may_be: frozenset[str] = PAPER) -> FileType:
    return FileType(forms, may_be=may_be, kind=Kind.OFFICE)


def _sound(form: str, serve_as: str = NEUTRAL) -> FileType:
    """Audio; if browsers cannot play it, workers make a copy that they can."""
    return FileType((form,), serve_as, MEDIA, kind=Kind.AUDIO)


def _video(form: str, serve_as: str = NEUTRAL) -> FileType:
    """Video, likewise."""
    return FileType((form,), serve_as, MEDIA, kind=Kind.VIDEO)


def _other(form: str) -> FileType:
    return FileType((form,), kind=Kind.OTHER)


# Where several endings have one form, the first is the usual one, used for a file with the wrong ending.
TYPES: dict[str, FileType] = {
    "png": _picture("png", "image/png"),
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif"), _picture("jpg", "image/jpeg")),
    "gif": _picture("gif", "image/gif"),
    "webp": _picture("webp", "image/webp"),
    **dict.fromkeys(("bmp", "dib"), _picture("bmp")),
    **dict.fromkeys(("tif", "tiff"), _picture("tiff")),
    **dict.fromkeys(("heic", "heif", "hif"), _picture("heic")),
    "avif": _picture("avif"),
    "pdf": FileType(("pdf",), "application/pdf", PAPER, kind=Kind.PDF),
    "mp3": _sound("mp3", "audio/mpeg"),
    "wav": _sound("wav", "audio/wav"),
    **dict.fromkeys(("ogg", "oga", "opus"), _sound("ogg", "audio/ogg")),
    "flac": _sound("flac"),
    "aac": _sound("aac"),
    **dict.fromkeys(("aif", "aiff"), _sound("aiff")),
    **dict.fromkeys(("mp4", "m4v"), _video("mp4", "video/mp4")),
    **dict.fromkeys(("m4a", "m4b", "m4r", "3ga"), _sound("mp4", "audio/mp4")),
    "webm": _video("webm", "video/webm"),
    "txt": FileType(("txt",), "text/plain", kind=Kind.TEXT),
    **dict.fromkeys(("srt", "vtt"), FileType(("txt",), "text/plain", kind=Kind.TEXT)),
    **dict.fromkeys(("csv", "tsv"), FileType(("txt",), "text/plain", kind=Kind.TABLE)),
    "rtf": _office("rtf", may_be=OLD_PAPER),
    "doc": _office("ole", may_be=OLD_PAPER),
    "docx": _office(*WORDS),
    "odt": _office(*OPEN_WORDS),
    "xls": _office("ole", may_be=OLD_PAPER),
    "xlsx": _office("xlsx", "zip"),
    "ods": _office("ods", "zip"),
    **dict.fromkeys(("ppt", "pps"), _office("ole", may_be=OLD_PAPER)),
    "pptx": _office("pptx", "zip"),
    "ppsx": _office("pptx", "zip"),
    "odp": _office("odp", "zip"),
    "avi": _video("avi"),
    **dict.fromkeys(("mov", "qt", "3gp", "3g2"), _video("mp4")),
    "mkv": _video("webm"),
    "ogv": _video("ogg"),
    **dict.fromkeys(("mpg", "mpeg", "mpe"), _video("mpg")),
    **dict.fromkeys(("wmv", "asf"), _video("wmv")),
    "wma": _sound("wmv"),
    "mid": _other("mid"),
    "midi": _other("mid"),
    "swf": _other("swf"),
    "flv": _video("flv"),
    "psd": _other("psd"),
    "svg": _other("svg"),
    # A document is also an archive, and is accepted with that ending.
    "zip": FileType(("zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "odg"), kind=Kind.ZIP),
    "fla": FileType(("zip", "ole"), kind=Kind.OTHER),  # older Flash, and newer
}

# What people attach to letters: documents and pictures of them.
PAPERS = {ending: TYPES[ending] for ending in ("pdf", "doc", "docx", "odt", "jpg", "jpeg", "png", "txt")}


def endings(types: Mapping[str, FileType] = TYPES) -> list[str]:
    """The endings accepted, for the file picker and the words beside it."""
    return [f".{ending}" for ending in types]
