"""Take the files out of a zip for many candidates: each becomes an upload of its own, or is refused by itself.

Nothing runs and nothing is written under a name from the archive. What an entry holds is judged when it has been
sorted, as of every other file; here only what unpacking itself could do is.
"""

import zipfile
from pathlib import PurePosixPath
from types import SimpleNamespace

from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from portal.kit.filetypes import MAX_NAME
from portal.kit.templatetags.kit import filesize_uk

from .. import checks, rules
from ..checks import archives, names
from ..checks.faults import Fault, Locked
from ..models import Upload
from ..uploads import receiving


@transaction.atomic
def unpack(container: Upload, file) -> None:
    """Make uploads of the files in `file`. Raises ValidationError if it cannot be unpacked at all."""
    container.lock()
    if container.state not in Upload.TO_CHECK:
        return
    stored: list[Upload] = []
    try:
        with checks.in_words_for_people(container_as_file(container)), archives.opened(file) as archive:
            entries = _worth_taking(archive.infolist(), container)
            for entry in entries:
                stored.append(_take_out(archive, entry, container))
    except BaseException:
        for upload in stored:  # the rows go with the transaction
            for part in upload.parts.all():
                default_storage.delete(str(part.file.name))
        raise
    container.move("unpack", by=None, reason=f"{len(entries)} file{'' if len(entries) == 1 else 's'} in it.")
    receiving.drop_parts(container)


def container_as_file(container: Upload) -> SimpleNamespace:
    return SimpleNamespace(name=container.file_name)


def _worth_taking(entries: list[zipfile.ZipInfo], container: Upload) -> list[zipfile.ZipInfo]:
    """The files, without what systems leave behind. Raises Fault where there are none, or too many or too much."""
    archives.refuse_overlaps(entries)
    files = [
        entry
        for entry in entries
        if not entry.is_dir() and not archives.LEFT_BY_SYSTEMS.search(entry.filename)
    ]
    if not files:
        raise Fault("there is no file in it. Put the candidates’ files into it and upload it again.")
    limits = rules.limits_of_bulk(container.bulk)
    if limits.files - 1 + len(files) > limits.files_most:
        raise Fault(
            f"it holds {len(files)} files, and {limits.whole} may have {limits.files_most}. "
            "Make several zips of it, for a bulk upload each."
        )
    unpacked = sum(entry.file_size for entry in files)  # zipfile reads no more of an entry than it claims
    if unpacked > max(archives.SMALL_BYTES, archives.MAX_TIMES_LARGER * container.size_bytes):
        raise Fault("it unpacks to far more than its own size. Zip the files as they are.")
    if limits.bytes_used - container.size_bytes + unpacked > limits.bytes_most:
        most = filesize_uk(limits.bytes_most)
        raise Fault(
            f"it unpacks to {filesize_uk(unpacked)}, and {limits.whole} may have {most}. Make several of it."
        )
    return files


def _take_out(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, container: Upload) -> Upload:
    path = "/".join(names.spelt(part) for part in entry.filename.replace("\\", "/").split("/"))
    upload = receiving.announce(
        PurePosixPath(path).name[-MAX_NAME:],
        entry.file_size,
        bulk=container.bulk,
        path=path[-400:],
        by=container.uploaded_by,
    )
    name = PurePosixPath(entry.orig_filename.replace("\\", "/")).name
    try:
        checks.promised(SimpleNamespace(name=name, size=entry.file_size))
        with checks.in_words_for_people(SimpleNamespace(name=name)):
            _store(upload, archive, entry)
    except ValidationError as refusal:
        upload.move("finish", by=upload.uploaded_by)
        upload.move("refuse", by=None, reason=refusal.messages[0])
    return upload


def _store(upload: Upload, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    archives.refuse_escape(entry)
    if entry.flag_bits & 0x41:
        raise Locked
    with TemporaryUploadedFile(upload.file_name, "", 0, None) as file:
        for block in archives.read(archive, entry):
            file.write(block)
        file.size = file.tell()
        file.seek(0)
        if file.size != entry.file_size:
            raise Fault("it is shorter than the zip says. Make the zip again.")
        checks.glance(file)
        receiving.keep_whole(upload, file)
