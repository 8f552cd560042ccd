"""Which files are taken, judged by name and by content. A room lists the endings it takes and what they may hold."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar
from unicodedata import category

from django.core.exceptions import ValidationError

from portal.kit.amounts import filesize_uk

from . import letters, marks

MAX_NAME = 150


@dataclass(frozen=True)
class FileType:
    """A kind of file. `forms`: what its content may be (`marks`), the usual first; `serve_as`: the type it is sent as.

    `may_be`: other forms that files with this ending often turn out to have; such a file is taken as what it is,
    where that is taken at all.
    """

    forms: tuple[str, ...]
    serve_as: str = "application/octet-stream"
    may_be: frozenset[str] = frozenset()


Known = TypeVar("Known", bound=FileType)

# What people mix up, and what is looked at in the same way: families, of which the name tells the wrong member.
PICTURES = frozenset({"png", "jpg", "gif", "webp", "bmp", "tiff", "heic", "avif"})
PAPER = frozenset({"pdf", "rtf", "ole", "docx", "xlsx", "pptx", "odt", "ods", "odp"})
OLD_PAPER = PAPER | {"txt"}  # old programs save plain text under their own ending
MEDIA = frozenset({"mp3", "wav", "ogg", "flac", "aac", "aiff", "mp4", "webm", "avi", "mpg", "wmv", "flv"})
# Whether such an archive really is one of these is asked when it is looked into, with words of its own.
WORDS, OPEN_WORDS = ("docx", "zip"), ("odt", "zip")


def check(upload, types: Mapping[str, Known], *, max_bytes: int | None = None) -> Known:
    """The type of an uploaded file. Raises ValidationError, with words for people, if it cannot be taken."""
    wanted = promised(upload, types, max_bytes=max_bytes)
    if "txt" in wanted.forms and marks.is_letters(upload):
        return wanted
    form = marks.form_of(upload)
    if form in wanted.forms:
        return wanted
    if form in wanted.may_be and (found := _usual(form, types)):
        return types[found]
    raise refused(upload, _another(upload.name, form, types))


def _another(name: str, form: str, types: Mapping[str, FileType]) -> str:
    """It is not what its name says: what it is, and what to do."""
    ending = PurePath(name).suffix.lower()
    if (right := _usual(form, types)) and form != "txt":
        way_out = f"Rename it so that it ends in .{right}."
    else:
        way_out = marks.WAYS_OUT.get(form, "Save it again from the program that made it.")
    return f"its name ends in {ending} but its content is {marks.what(form)}. {way_out}"


def _usual(form: str, types: Mapping[str, FileType]) -> str:
    """The ending that files of a form usually have; empty where none of `types` has it."""
    return next((ending for ending, known in types.items() if known.forms[0] == form), "")


def promised(upload, types: Mapping[str, Known], *, max_bytes: int | None = None) -> Known:
    """The type that name and size promise, before anything of the content is there. Raises as `check`."""
    name = upload.name or ""
    if len(name) > MAX_NAME:
        raise refused(upload, f"its name is longer than {MAX_NAME} letters. Give it a shorter name.")
    seen = letters.without_joiners(name)
    if any(not (letter.isprintable() or category(letter) == "Zs") for letter in seen):
        raise refused(upload, "its name holds letters that cannot be printed. Rename it.")
    if not upload.size:
        raise refused(upload, "it is empty. Check that it was saved before uploading.")
    if max_bytes is not None and upload.size > max_bytes:
        raise refused(
            upload, f"it is {filesize_uk(upload.size)} and a file may have {filesize_uk(max_bytes)}."
        )
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending not in types:
        raise refused(upload, _no_such_ending(ending))
    return types[ending]


# Endings that people often bring, by what is to be done about them.
INSTEAD = {
    "Export it as a PDF.": "pages numbers key pub vsd vsdx ai eps ps indd odg xps oxps epub one",
    "Save it as JPEG.": "cr2 cr3 nef arw dng raf orf rw2 jp2 jxl",
    "Export it as PNG or JPEG.": "xcf kra ico cdr tga pcx ppm pgm pbm exr hdr pdn afphoto afdesign blend skp",
    "Save it as plain text (.txt), or as a PDF.": "md log ini json xml yaml yml py java c cpp h cs sql tex nfo lrc ass",
    "Save it without macros, or as a PDF.": "docm dotm xlsm xltm pptm potm ppsm",
    "Save it as an ordinary document, or as a PDF.": "dot dotx xlt xltx pot potx wps wpd ott ots otp xlsb",
    "Put its files into an ordinary zip.": "rar 7z gz tar tgz bz2 xz cab",
    "Zip the whole web site and upload the zip.": "html htm css js php",
    "Print it to a PDF.": "eml msg mht mhtml webarchive",
    "It only leads to a file elsewhere: download that, and upload it.":
        "gdoc gsheet gslides url lnk webloc desktop torrent",
    "Print its tables to a PDF, or save them as CSV.": "accdb mdb sqlite db",
    "Save it as MP3.": "amr ra ape caf aup aup3 band ac3 au",
    "Save it as MP4.": "vob ts mts m2ts rm f4v divx dv m2v rmvb prproj aep wlmp mswmm fcpxml veg",
    "Wait until it has come whole, then upload it again.": "part crdownload download tmp",
}  # fmt: skip
WAY_OUT = {ending: way_out for way_out, endings in INSTEAD.items() for ending in endings.split()}


def _no_such_ending(ending: str) -> str:
    if not ending:
        return "files without an ending are not taken. Save it as one of the types listed."
    return f"files ending in .{ending} are not taken. {WAY_OUT.get(ending, 'Save it as one of the types listed.')}"


def sha256(upload) -> str:
    """The SHA-256 of an upload, in hexadecimal, read in blocks."""
    digest = hashlib.sha256()
    upload.seek(0)
    for block in upload.chunks():
        digest.update(block)
    upload.seek(0)
    return digest.hexdigest()


def endings(types: Mapping[str, FileType]) -> list[str]:
    """The endings taken, for the file picker and the words beside it."""
    return [f".{ending}" for ending in types]


def refused(upload, why: str) -> ValidationError:
    return ValidationError(f"“{upload.name}” was not taken: {why}", code="refused")
