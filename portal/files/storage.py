"""Stored files: saving them, their facts, their bytes in parts, and a list of them all; the same in a folder and on S3.

Django's own `open` would fetch a whole S3 object to disk before its first byte. Nothing here keeps more than a block.
"""

import errno
import io
import logging
import os
import posixpath
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from django.core.files.storage import FileSystemStorage, Storage, default_storage

logger = logging.getLogger(__name__)

BLOCK_BYTES = 256 * 1024
BLOCKS_AT_HAND = 4  # kept of a file that is read here and there
LISTED_AT_ONCE = 1000  # objects, the most that S3 lists in one answer


@dataclass(frozen=True)
class Facts:
    """What the storage knows of one stored file. `name`: as rows have it."""

    name: str
    size_bytes: int
    modified_at: datetime


class NoRoom(Exception):
    """The store is full; nothing of the file is left in it. The words are for staff."""


class Folder(FileSystemStorage):
    """A local folder in which a file and its name are on the disk before a row says so, or not there at all.

    `is_durable`: False does not wait for the disk, where a power cut loses nothing.
    """

    def __init__(self, *args, is_durable: bool = True, **options):
        super().__init__(*args, **options)
        self.is_durable = is_durable

    def _save(self, name: str, content) -> str:
        whole = Path(self.path(name))
        made = [folder for folder in whole.parents if not folder.exists()]
        whole.parent.mkdir(parents=True, exist_ok=True)
        arriving = whole.with_name(f".{uuid4().hex}")
        try:
            _write(arriving, content)
            if self.file_permissions_mode is not None:
                arriving.chmod(self.file_permissions_mode)
            self._to_disk(arriving)
            arriving.rename(whole)
        except BaseException:
            arriving.unlink(missing_ok=True)
            raise
        for folder in {whole.parent, *(folder.parent for folder in made)}:
            self._to_disk(folder)
        return name

    def _to_disk(self, path: Path) -> None:
        if not self.is_durable:
            return
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(path: Path, content) -> None:
    """Write the content; what was received into a file of its own is moved if that is on the same disk."""
    if hasattr(content, "temporary_file_path"):
        with suppress(OSError):
            os.rename(content.temporary_file_path(), path)
            return
    with path.open("xb") as written:
        for block in content.chunks():
            written.write(block)


def save(name: str, content: Any) -> str:
    """Store `content`, which has `chunks`, under `name` or a similar one, and return that name. Raises NoRoom."""
    try:
        return default_storage.save(name, content)
    except Exception as fault:
        if not is_full(fault):
            raise
        logger.critical("There is no room for stored files: %s", fault)
        raise NoRoom(str(fault)) from fault


def is_full(fault: BaseException) -> bool:
    """Whether the fault means that a disk, or the S3 store, is full."""
    if isinstance(fault, OSError):
        return fault.errno in (errno.ENOSPC, errno.EDQUOT)
    answer = getattr(fault, "response", None)
    return isinstance(answer, dict) and answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 507


def is_s3(storage: Storage) -> bool:
    """Whether it is S3, without importing boto3, which a portal with a local folder never needs."""
    return hasattr(storage, "bucket_name")


def facts(storage: Storage, name: str) -> Facts:
    """Raises FileNotFoundError where no file has that name."""
    if not is_s3(storage):
        return Facts(name, storage.size(name), storage.get_modified_time(name))
    found = _ask(storage, "head_object", name)
    return Facts(name, found["ContentLength"], found["LastModified"])


def blocks(storage: Storage, name: str, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """The bytes from `first` to `last` inclusive, or to the end. Raises FileNotFoundError at once."""
    if not is_s3(storage):
        return _read(storage.open(name, "rb"), first, last)
    part = {} if (first, last) == (0, None) else {"Range": f"bytes={first}-{'' if last is None else last}"}
    return _pass_on(_ask(storage, "get_object", name, **part)["Body"])


def seekable(storage: Storage, name: str, size_bytes: int) -> BinaryIO:
    """A file of known size to read here and there: only the blocks that are read are fetched."""
    return io.BufferedReader(_ByBlocks(storage, name, size_bytes))


class _ByBlocks(io.RawIOBase):
    def __init__(self, storage: Storage, name: str, size_bytes: int):
        self.size_bytes, self.at = size_bytes, 0

        @lru_cache(BLOCKS_AT_HAND)
        def block(number: int) -> bytes:
            first = number * BLOCK_BYTES
            return b"".join(blocks(storage, name, first, min(first + BLOCK_BYTES, size_bytes) - 1))

        self._block = block

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self.at, os.SEEK_END: self.size_bytes}[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, "There is nothing before the start of a file.")
        self.at = start + offset
        return self.at

    def readinto(self, buffer) -> int:
        """Read up to the end of one block; nothing at the end of the file."""
        if self.at >= self.size_bytes:
            return 0
        number, within = divmod(self.at, BLOCK_BYTES)
        found = self._block(number)[within : within + len(buffer)]
        buffer[: len(found)] = found
        self.at += len(found)
        return len(found)


def every(storage: Storage, folder: str = "") -> Iterator[Facts]:
    """Every stored file in `folder`, or in the whole storage, one page of the listing at a time."""
    return _list_s3(storage, folder) if is_s3(storage) else _list_folder(storage, folder)


def link(storage: Storage, name: str, *, disposition: str, media_type: str) -> str:
    """A link to the file on S3 itself: short-lived (`querystring_expire`), with the headers of its answer."""
    headers = {"ResponseContentDisposition": disposition, "ResponseContentType": media_type}
    return storage.url(name, parameters=headers)  # type: ignore[call-arg]  # S3's takes more than Django's


def _read(handle, first: int, last: int | None) -> Iterator[bytes]:
    with handle:
        handle.seek(first)
        left = None if last is None else last - first + 1
        while left != 0 and (block := handle.read(BLOCK_BYTES if left is None else min(BLOCK_BYTES, left))):
            left = None if left is None else left - len(block)
            yield block


def _pass_on(body) -> Iterator[bytes]:
    with body:
        yield from body.iter_chunks(BLOCK_BYTES)


def _ask(storage, what: str, name: str, **more) -> dict:
    """Ask the S3 server about one object. Each thread has its own client, as in django-storages."""
    from botocore.exceptions import ClientError

    client = storage.connection.meta.client
    try:
        return getattr(client, what)(Bucket=storage.bucket_name, Key=_key(storage, name), **more)
    except ClientError as fault:
        if fault.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            raise FileNotFoundError(f"No stored file has the name {name}.") from fault
        raise


def _key(storage, name: str) -> str:
    return posixpath.join(storage.location, name)


def _list_folder(storage: Storage, folder: str) -> Iterator[Facts]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored there, or it was deleted during the listing
        return
    for name in sorted(files):
        try:
            yield facts(storage, posixpath.join(folder, name))
        except FileNotFoundError:
            continue  # deleted in the meantime
    for name in sorted(folders):
        yield from _list_folder(storage, posixpath.join(folder, name))


def _list_s3(storage, folder: str) -> Iterator[Facts]:
    root = posixpath.join(storage.location, "")
    pages = storage.connection.meta.client.get_paginator("list_objects_v2").paginate(
        Bucket=storage.bucket_name,
        Prefix=posixpath.join(root, folder, "") if folder else root,
        PaginationConfig={"PageSize": LISTED_AT_ONCE},
    )
    for page in pages:
        for found in page.get("Contents", ()):
            if not found["Key"].endswith("/"):  # what some servers keep for an empty folder
                yield Facts(found["Key"].removeprefix(root), found["Size"], found["LastModified"])
