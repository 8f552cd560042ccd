"""The inventory of stored files: what rows name, what the storage has, and what no row names.

Each room says in its `stored.py` which of its rows name the files in which folder. A folder that no room keeps
is checked but never swept, so a room that forgot to say so loses nothing.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils import timezone

from portal.kit.locks import Space, hold

from . import storage
from .storage import Facts

# A file is stored before the row that names it is committed: a younger file may belong to an open transaction.
SPARED = timedelta(days=1)
SWEPT_WITHOUT_ASKING = 100  # files, even if they are most of what is stored
AT_ONCE = 500


@dataclass(frozen=True)
class Kept:
    """A stored file as a row names it. `sha256` and `size_bytes` if the row has them."""

    name: str
    sha256: str = ""
    size_bytes: int | None = None
    what: str = ""


@dataclass(frozen=True)
class Shelf:
    """The files in one folder that one field of a model names, or that are named without a row."""

    folder: str
    all: Callable[[], Iterable[Kept]]
    named_of: Callable[[Collection[str]], set[str]]  # which of these names are still named
    field: models.Field | None = None


@dataclass(frozen=True)
class Finding:
    """Something that is not as it should be. `missing`, `changed` and `unreadable` are faults;
    `left_over` only takes up space."""

    kind: Literal["missing", "changed", "unreadable", "left_over"]
    name: str
    why: str


SHELVES: list[Shelf] = []


def keeps(folder: str, model: type[models.Model], field: str, *, sha256: str = "", size: str = "") -> None:
    """Say that `field` of `model` names files in `folder`; `sha256` and `size`: the fields that have those."""
    rows, label = model._base_manager, model._meta.verbose_name
    fields = ["pk", field, *filter(None, [sha256, size])]

    def everything() -> Iterator[Kept]:
        for row in rows.exclude(**{field: ""}).order_by("pk").values(*fields).iterator(chunk_size=2000):
            if row[field]:
                yield Kept(row[field], row.get(sha256) or "", row.get(size), f"{label} {row['pk']}")

    def named_of(names: Collection[str]) -> set[str]:
        return set(rows.filter(**{f"{field}__in": names}).values_list(field, flat=True))

    SHELVES.append(Shelf(folder, everything, named_of, model._meta.get_field(field)))  # type: ignore[arg-type]


def keeps_printed(model) -> None:
    """`keeps` for a PrintedDocument."""
    keeps(model.folder, model, "pdf", sha256="pdf_sha256")


def keeps_names(folder: str, names: Callable[[], Collection[str]]) -> None:
    """Say that `folder` has files under `names()`, some of which may not exist yet."""
    SHELVES.append(Shelf(folder, lambda: (), lambda asked: set(names()) & set(asked), None))


# --- Check ----------------------------------------------------------------------------------------


def check(store: Storage, progress: Callable[[int], None] = lambda size: None) -> Iterator[Finding]:
    """Read every file that a row names, then look for files that no row names. `progress`: given the bytes of each."""
    for shelf in SHELVES:
        for kept in shelf.all():
            finding, size = _look_at(store, kept)
            progress(size)
            # Read again: the row may have been given another file during the check of the others.
            if finding and shelf.named_of([kept.name]):
                yield finding
    before = timezone.now() - SPARED
    for batch in _batches(found for found in storage.every(store) if found.modified_at < before):
        for found in _left_over(batch):
            yield Finding("left_over", found.name, _why_left_over(found))


def _look_at(store: Storage, kept: Kept) -> tuple[Finding | None, int]:
    """(what is wrong, bytes read)."""
    digest, size = hashlib.sha256(), 0
    try:
        for block in storage.blocks(store, kept.name):
            digest.update(block)
            size += len(block)
    except FileNotFoundError:
        return Finding("missing", kept.name, kept.what), size
    except Exception as fault:  # whatever the store raises, the other files still have to be read
        return Finding("unreadable", kept.name, f"{kept.what}: {type(fault).__name__}: {fault}"), size
    if kept.size_bytes is not None and size != kept.size_bytes:
        why = f"{kept.what}: it has {size} bytes and had {kept.size_bytes}"
    elif kept.sha256 and digest.hexdigest() != kept.sha256:
        why = f"{kept.what}: its SHA-256 is {digest.hexdigest()} and was {kept.sha256}"
    else:
        return None, size
    return Finding("changed", kept.name, why), size


def _why_left_over(found: Facts) -> str:
    if _is_kept(found.name):
        return f"no row names it; {found.size_bytes} bytes of {found.modified_at:%Y-%m-%d %H:%M} UTC"
    return "in a folder that no room keeps; the sweep does not delete it"


# --- Sweep ----------------------------------------------------------------------------------------


class TooManyLeftOver(Exception):
    """Most of what is stored would be deleted, as when the database is not the one for these files."""


def sweep(
    store: Storage, *, is_dry: bool = False, spared: timedelta = SPARED, even_most: bool = False
) -> Iterator[Facts]:
    """Delete files that no row names and that are older than `spared`; each is yielded. `is_dry`: nothing is deleted.

    Raises TooManyLeftOver, before anything is deleted, unless `even_most` is set.
    """
    left, total = _all_left_over(store, before=timezone.now() - spared)
    if len(left) > max(SWEPT_WITHOUT_ASKING, total // 2) and not (even_most or is_dry):
        raise TooManyLeftOver(f"No row names {len(left)} of {total} stored files. Is this their database?")
    for batch in _batches(iter(left)):
        with _nobody_takes_up():
            swept = _left_over(batch)  # checked again: a row may name one by now
            for found in () if is_dry else swept:
                store.delete(found.name)
        yield from swept


def _all_left_over(store: Storage, *, before: datetime) -> tuple[list[Facts], int]:
    """(files that no row names in the folders that rooms keep, how many files there are)."""
    left, total = [], 0
    for folder in sorted({shelf.folder for shelf in SHELVES}):
        for batch in _batches(storage.every(store, folder)):
            total += len(batch)
            left += _left_over([found for found in batch if found.modified_at < before])
    return left, total


@contextmanager
def taking_up() -> Iterator[None]:
    """A transaction in which a row may start to name an existing file, however old: no sweep deletes it during that
    time. Newly stored files do not need this, as the sweep spares them."""
    with transaction.atomic():
        hold(Space.FILES, shared=True)
        yield


@contextmanager
def _nobody_takes_up() -> Iterator[None]:
    with transaction.atomic():
        hold(Space.FILES)
        yield


def _left_over(batch: list[Facts]) -> list[Facts]:
    """Those of `batch` that no row names. Every room is asked, whichever folder it is."""
    names = {found.name for found in batch}
    for shelf in SHELVES if names else ():
        names -= shelf.named_of(names)
    return [found for found in batch if found.name in names]


def _is_kept(name: str) -> bool:
    return any(name.startswith(f"{shelf.folder}/") for shelf in SHELVES)


def _batches(found: Iterator[Facts]) -> Iterator[list[Facts]]:
    while batch := list(islice(found, AT_ONCE)):
        yield batch
