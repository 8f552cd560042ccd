"""Stored files as they are read: their facts, their bytes by parts, a list of all of them; alike in a folder and on S3.

Django's own `open` would fetch a whole S3 object to disk before its first byte. Nothing here holds more than a block.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import Storage

BLOCK_BYTES = 256 * 1024
LISTED_AT_ONCE = 1000  # objects, the most that S3 names in one answer


@dataclass(frozen=True)
class Facts:
    """What the storage knows of one stored file. `name`: as rows hold it."""

    name: str
    size_bytes: int
    modified_at: datetime


def is_s3(storage: Storage) -> bool:
    """Asked without importing boto3, which a portal with a local folder never needs."""
    return hasattr(storage, "bucket_name")


def facts(storage: Storage, name: str) -> Facts:
    """Raises FileNotFoundError where no file has that name."""
    if not is_s3(storage):
        return Facts(name, storage.size(name), storage.get_modified_time(name))
    found = _ask(storage, "head_object", name)
    return Facts(name, found["ContentLength"], found["LastModified"])


def blocks(storage: Storage, name: str, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """The bytes from `first` to `last`, both included, or to the end. Raises FileNotFoundError at once."""
    if not is_s3(storage):
        return _read(storage.open(name, "rb"), first, last)
    part = {} if (first, last) == (0, None) else {"Range": f"bytes={first}-{'' if last is None else last}"}
    return _pass_on(_ask(storage, "get_object", name, **part)["Body"])


def every(storage: Storage, folder: str = "") -> Iterator[Facts]:
    """Every stored file of `folder`, or of the whole storage, a page of the listing at a time."""
    return _list_s3(storage, folder) if is_s3(storage) else _list_folder(storage, folder)


def link(storage: Storage, name: str, *, disposition: str, media_type: str) -> str:
    """A link to the file on S3 itself: short-lived (`querystring_expire`), with the headers it is answered with."""
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
    """One question to the S3 server about one object. Clients belong to their thread, as django-storages has them."""
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
    except FileNotFoundError:  # nothing was ever stored there, or it went while we looked
        return
    for name in sorted(files):
        try:
            yield facts(storage, posixpath.join(folder, name))
        except FileNotFoundError:
            continue  # deleted meanwhile
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
