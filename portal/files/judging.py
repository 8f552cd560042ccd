"""Which files are taken, judged by name and by content. A room lists the endings it takes and what they may hold."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import TypeVar
from unicodedata import category

import magic
from django.core.exceptions import ValidationError

from portal.kit.amounts import filesize_uk

HEAD_BYTES = 64 * 1024
MAX_NAME = 150


@dataclass(frozen=True)
class FileType:
    """What files with one ending may contain. `contents`: by libmagic; `serve_as`: the type they are sent as."""

    contents: tuple[str, ...]
    serve_as: str = "application/octet-stream"


Known = TypeVar("Known", bound=FileType)

ZIPPED = ("application/zip", "application/octet-stream")
OLE = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/x-ole-storage",
       "application/CDFV2")  # fmt: skip
WORDS = ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", *ZIPPED)
OPEN_WORDS = ("application/vnd.oasis.opendocument.text",)
PDF = ("application/pdf",)
JPEG = ("image/jpeg",)
PNG = ("image/png",)
PLAIN = ("text/",)


def check(upload, types: Mapping[str, Known], *, max_bytes: int | None = None) -> Known:
    """The type of an uploaded file. Raises ValidationError, with words for people, if it cannot be taken."""
    found = promised(upload, types, max_bytes=max_bytes)
    contains = sniff(upload)
    if not contains.startswith(found.contents):
        ending = PurePath(upload.name).suffix.lower()
        raise refused(upload, f"its name ends in {ending} but its content is {contains}.")
    return found


def promised(upload, types: Mapping[str, Known], *, max_bytes: int | None = None) -> Known:
    """The type that name and size promise, before anything of the content is there. Raises as `check`."""
    name = upload.name or ""
    if len(name) > MAX_NAME:
        raise refused(upload, f"its name is longer than {MAX_NAME} letters. Give it a shorter name.")
    if any(not (letter.isprintable() or category(letter) == "Zs") for letter in name):
        raise refused(upload, "its name holds letters that cannot be printed. Rename it.")
    if not upload.size:
        raise refused(upload, "it is empty. Check that it was saved before uploading.")
    if max_bytes is not None and upload.size > max_bytes:
        raise refused(
            upload, f"it is {filesize_uk(upload.size)} and a file may have {filesize_uk(max_bytes)}."
        )
    ending = PurePath(name).suffix.lower().lstrip(".")
    if ending not in types:
        shown = f"files ending in .{ending} are" if ending else "files without an ending are"
        raise refused(upload, f"{shown} not taken. Save it as one of the types listed.")
    return types[ending]


def sniff(upload) -> str:
    """The media type of the content, by libmagic."""
    upload.seek(0)
    head = upload.read(HEAD_BYTES)
    upload.seek(0)
    return magic.from_buffer(head, mime=True)


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
