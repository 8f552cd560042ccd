"""Unpack a zip for many candidates: each file becomes an upload of its own, or is refused by itself.

Nothing runs, and nothing is written under a name from the archive. Each file is inspected like one that is uploaded
by itself.
"""

import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import cast

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from portal.files import checks, inside, receiving, taking
from portal.files.checks import archives, names
from portal.files.checks.faults import Fault, Locked
from portal.files.models import StoredFile
from portal.files.taking import Whole
from portal.files.uses import USES
from portal.kit import leases
from portal.kit.amounts import filesize_uk

from ..limits import limits_of_bulk
from ..models import BulkUpload, Upload
from . import arriving

MAX_PATH = 400
OF_WEB_SITES = {"html", "htm", "css", "js"}
ZIP_THE_SITE = (
    "If it is part of a website, zip the site by itself, start that zip’s name with the candidate’s number, and "
    "upload it with the others."
)


@dataclass
class Entry:
    """A file in the zip: inspected and stored, or why it was refused."""

    path: str
    size_bytes: int
    whole: Whole | None = None
    refusal: str = ""

    @property
    def name(self) -> str:
        return PurePosixPath(self.path).name


def unpack(container: Upload, file, sha256: str) -> None:
    """Make uploads of the files in `file`.

    Raises ValidationError if it cannot be unpacked at all, ScannerDown or confined.Broken if it has to wait, and
    TransitionRefused if another process was faster.
    """
    entries: list[Entry] = []
    in_words = checks.in_words_for_people(SimpleNamespace(name=container.file_name))
    try:
        with in_words, archives.opened(file) as archive:
            for found in _worth_taking(archive, container):
                entries.append(_entry(found))
                _take_out(archive, found, entries[-1])
    except BaseException:
        for entry in entries:  # no row names them yet
            if entry.whole:
                default_storage.delete(entry.whole.object_name)
        raise
    with checks.in_words_for_people(SimpleNamespace(name=container.file_name)):
        _write(container, entries, sha256)


def _worth_taking(archive: zipfile.ZipFile, container: Upload) -> list[inside.Entry]:
    """The files, without those that systems leave behind. Raises Fault if there are none, too many or too much."""
    archives.refuse_overlaps(archive.infolist())
    files = inside.entries(archive)
    if not files:
        raise Fault("there are no files in it. Put the candidates’ files into it and upload it again.")
    unpacked = sum(
        found.info.file_size for found in files
    )  # zipfile reads no more of an entry than the size it states
    if unpacked > max(archives.SMALL_BYTES, archives.MAX_TIMES_LARGER * container.size_bytes):
        raise Fault("it unpacks to far more than its own size. Zip the files as they are.")
    _refuse_too_much(container, len(files), unpacked)
    return files


def _refuse_too_much(container: Upload, files: int, unpacked_bytes: int) -> None:
    limits = limits_of_bulk(container.bulk)  # the zip counts in it until it is unpacked
    if limits.files - 1 + files > limits.files_most:
        raise Fault(
            f"it contains {files} files, and {limits.whole} can have up to {limits.files_most}. "
            "Split it into more than one zip, each for its own bulk upload."
        )
    if limits.bytes_used - container.size_bytes + unpacked_bytes > limits.bytes_most:
        raise Fault(
            f"it unpacks to {filesize_uk(unpacked_bytes)}, and {limits.whole} can have up to "
            f"{filesize_uk(limits.bytes_most)}. Split it into more than one zip, each for its own bulk upload."
        )


def _entry(found: inside.Entry) -> Entry:
    path = "/".join(names.spelt(part) for part in found.name.split("/"))
    return Entry(path[-MAX_PATH:], found.info.file_size)


def _take_out(archive: zipfile.ZipFile, found: inside.Entry, entry: Entry) -> None:
    """Inspect and store the file, unless it is refused."""
    name, info = PurePosixPath(found.name).name, found.info
    try:
        checks.promised(SimpleNamespace(name=name, size=info.file_size), max_bytes=USES["bulk"].most_bytes)
        with checks.in_words_for_people(SimpleNamespace(name=name)):
            entry.whole = _inspected(archive, info, entry)
    except ValidationError as refusal:
        entry.refusal = refusal.messages[0]
        if names.ending(name) in OF_WEB_SITES:
            entry.refusal += f" {ZIP_THE_SITE}"


def _inspected(archive: zipfile.ZipFile, info: zipfile.ZipInfo, entry: Entry) -> Whole:
    archives.refuse_escape(info)
    if info.flag_bits & 0x41:
        raise Locked
    with TemporaryUploadedFile(entry.name, "", 0, None) as file:
        for block in archives.read(archive, info):
            file.write(block)
        file.flush()
        file.size = file.tell()
        file.seek(0)
        if file.size != info.file_size:
            raise Fault("it is shorter than the zip states. Make the zip again.")
        return taking.inspected(file, USES["bulk"])


@transaction.atomic
def _write(container: Upload, entries: list[Entry], sha256: str) -> None:
    bulk = cast(BulkUpload, container.bulk)
    bulk.lock()
    container.lock()
    leases.require()
    _refuse_too_much(container, len(entries), sum(entry.size_bytes for entry in entries))
    stored = cast(StoredFile, container.stored)
    stored.move("accept", by=None, file="", sha256=sha256)
    receiving.drop_parts(stored)
    files = f"{len(entries)} file{'' if len(entries) == 1 else 's'} in it."
    container.end(Upload.Ended.UNPACKED, by=None, remark=files)
    for entry in entries:
        _announce(entry, bulk)


def _announce(entry: Entry, bulk: BulkUpload) -> None:
    name, by = entry.name[-names.MAX_LETTERS :], bulk.uploaded_by
    stored = receiving.begin(USES["bulk"], "", entry.size_bytes, by=by, shown_as=name)
    arriving.announce(stored, bulk, path=entry.path)
    if entry.whole:
        taking.accept(stored, entry.whole)
    else:
        taking.arrive(stored)
        taking.refuse(stored, entry.refusal)
