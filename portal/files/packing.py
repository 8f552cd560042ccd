"""Stored files as one zip, packed while it is sent: no file is ever in memory as a whole."""

from collections.abc import Iterable, Iterator

from django.db.models.fields.files import FieldFile
from zipstream import ZipStream

from . import storage


def add(zipped: ZipStream, files: Iterable[tuple[str, FieldFile, int | None]]) -> ZipStream:
    """Add files, each as (name in the zip, stored file, size in bytes if it is known).

    A file that the storage has lost ends the zip in the middle: a failed download is better than one with a file
    missing.
    """
    for name, stored, size_bytes in files:
        zipped.add(_blocks(stored), name, size=size_bytes)
    return zipped


def _blocks(stored: FieldFile) -> Iterator[bytes]:
    # A generator, so that each file is opened when its turn comes.
    yield from storage.blocks(stored.storage, str(stored.name))
