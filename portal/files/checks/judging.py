"""Which accepted kind a file is, by its name, its size and the marks in its content."""

from collections.abc import Mapping
from pathlib import PurePath

from portal.kit.amounts import filesize_uk

from .. import marks
from ..filetypes import FileType
from .faults import Fault


def check(upload, types: Mapping[str, FileType], *, max_bytes: int | None = None) -> FileType:
    """The type of an uploaded file. Raises Fault if it is not accepted."""
    wanted = promised(upload, types, max_bytes=max_bytes)
    if "txt" in wanted.forms and marks.is_letters(upload):
        return wanted
    form = marks.form_of(upload)
    if form in wanted.forms:
        return wanted
    if form in wanted.may_be and (found := _usual(form, types)):
        return types[found]
    raise Fault(_another(upload.name, form, types))


def _another(name: str, form: str, types: Mapping[str, FileType]) -> str:
    """What the file is, where that is not what its name says, and what to do."""
    ending = PurePath(name).suffix.lower()
    if (right := _usual(form, types)) and form != "txt":
        way_out = f"Rename it so that it ends in .{right}."
    else:
        way_out = marks.WAYS_OUT.get(form, "Save it again from the program that made it.")
    return f"its name ends in {ending} but its content is {marks.what(form)}. {way_out}"


def _usual(form: str, types: Mapping[str, FileType]) -> str:
    """The ending that files of a form usually have; empty where none of `types` has it."""
    return next((ending for ending, known in types.items() if known.forms[0] == form), "")


def promised(upload, types: Mapping[str, FileType], *, max_bytes: int | None = None) -> FileType:
    """The type that name and size promise, before any of the content is there. Raises as `check`."""
    if not upload.size:
        raise Fault("it is empty. Check that it was saved before uploading.")
    if max_bytes is not None and upload.size > max_bytes:
        raise Fault(f"it is {filesize_uk(upload.size)}. The largest allowed is {filesize_uk(max_bytes)}.")
    ending = PurePath(upload.name or "").suffix.lower().lstrip(".")
    if ending not in types:
        raise Fault(_no_such_ending(ending))
    return types[ending]


# Endings that people often use, by what to do about them.
INSTEAD = {
    "Export it as a PDF.": "pages numbers key pub vsd vsdx ai eps ps indd odg xps oxps epub one",
    "Save it as JPEG.": "cr2 cr3 nef arw dng raf orf rw2 jp2 jxl",
    "Export it as PNG or JPEG.": "xcf kra ico cdr tga pcx ppm pgm pbm exr hdr pdn afphoto afdesign blend skp",
    "Save it as plain text (.txt), or as a PDF.": "md log ini json xml yaml yml py java c cpp h cs sql tex nfo lrc ass",
    "Save it without macros, or as a PDF.": "docm dotm xlsm xltm pptm potm ppsm",
    "Save it as an ordinary document, or as a PDF.": "dot dotx xlt xltx pot potx wps wpd ott ots otp xlsb",
    "Put its files into an ordinary zip.": "rar 7z gz tar tgz bz2 xz cab",
    "Zip the whole website and upload the zip.": "html htm css js php",
    "Print it to a PDF.": "eml msg mht mhtml webarchive",
    "It is only a link to a file elsewhere. Download that file and upload it.":
        "gdoc gsheet gslides url lnk webloc desktop torrent",
    "Print its tables to a PDF, or save them as CSV.": "accdb mdb sqlite db",
    "Save it as MP3.": "amr ra ape caf aup aup3 band ac3 au",
    "Save it as MP4.": "vob ts mts m2ts rm f4v divx dv m2v rmvb prproj aep wlmp mswmm fcpxml veg",
    "Wait until the download has finished, then upload the file.": "part crdownload download tmp",
}  # fmt: skip
WAY_OUT = {ending: way_out for way_out, endings in INSTEAD.items() for ending in endings.split()}


def _no_such_ending(ending: str) -> str:
    if not ending:
        return "files without an ending are not accepted. Save it as one of the types listed."
    return f"files ending in .{ending} are not accepted. {WAY_OUT.get(ending, 'Save it as one of the types listed.')}"
