"""Zip archives: nothing in them may run, leave its folder, or unpack without end.

Nothing is unpacked to disk: entries are read a block at a time, up to a limit for the whole file.
"""

import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from typing import BinaryIO

from .. import inside, marks
from . import names
from .faults import SCAN_BYTES, Cut, Damaged, Fault, Locked, size_of

MAX_ENTRIES = 5_000
MAX_DIRECTORY_BYTES = MAX_ENTRIES * 400
MAX_UNPACKED_BYTES = 200_000_000
MAX_TIMES_LARGER = 100  # real documents and websites unpack to some 2 to 7 times their size
SMALL_BYTES = 10_000_000  # below this the ratio is not checked: an empty table packs well
OTHER_ARCHIVES = frozenset(
    (
        "7z",
        "ace",
        "arj",
        "bz2",
        "cab",
        "gz",
        "lz",
        "lzh",
        "lzma",
        "rar",
        "tar",
        "tbz",
        "tgz",
        "txz",
        "xz",
        "z",
        "zst",
    )
)
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
PROGRAM_HEADS = re.compile(marks.PROGRAM_HEADS, re.DOTALL)
# [MS-SHLLINK] 2.1: a shortcut that passes arguments to what it starts, as harmful ones do.
SHORTCUT_THAT_STARTS = re.compile(
    rb"L\0\0\0\x01\x14\x02\0.{12}[\x20-\x3f\x60-\x7f\xa0-\xbf\xe0-\xff]", re.DOTALL
)
MAX_TARGET_BYTES = 4096


def look(file: BinaryIO, ending: str) -> None:
    look_inside(file, Allowance(size_of(file)), depth=0)


class Allowance:
    """How many bytes a file may still unpack to, including archives within it."""

    def __init__(self, packed: int):
        self.left = max(MAX_UNPACKED_BYTES, 3 * packed)
        self.packed = packed
        self.unpacked = 0

    def use(self, count: int) -> None:
        self.left -= count
        self.unpacked += count
        if self.left < 0 or self.unpacked > max(SMALL_BYTES, MAX_TIMES_LARGER * self.packed):
            raise Fault(
                "it unpacks to far more than its own size. Put the files into it as they are, or fewer of them."
            )


def look_inside(file: BinaryIO, allowance: Allowance, *, depth: int) -> None:
    with opened(file) as archive:
        entries = archive.infolist()
        _look_at_list(entries)
        for entry in entries:
            _look_at_entry(archive, entry, allowance, depth=depth)


def opened(file: BinaryIO) -> zipfile.ZipFile:
    """The archive, its list read. Raises Fault where the list is absent or too long to read."""
    file.seek(0)
    try:
        end = zipfile._EndRecData(file)  # type: ignore[attr-defined]  # what ZipFile itself is about to believe
    except (OSError, zipfile.BadZipFile):
        raise Cut from None
    if end is None:
        raise Cut
    if end[4] > MAX_ENTRIES or end[5] > MAX_DIRECTORY_BYTES:
        raise Fault(f"it contains more than {MAX_ENTRIES:,} files. Put fewer files into it.")
    if end[9] > size_of(file) or end[5] + end[6] > end[9]:
        raise Damaged
    try:
        return zipfile.ZipFile(file)
    except inside.BROKEN:
        raise Damaged from None


def _look_at_list(entries: list[zipfile.ZipInfo]) -> None:
    if all(entry.is_dir() or inside.is_left_over(entry.orig_filename) for entry in entries):
        raise Fault("there are no files in it. Put your files into it and upload it again.")
    if len(entries) > MAX_ENTRIES:
        raise Fault(f"it contains more than {MAX_ENTRIES:,} files. Put fewer files into it.")
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise Locked
    refuse_overlaps(entries)
    links = {f"{entry.orig_filename.rstrip('/')}/" for entry in entries if inside.is_link(entry)}
    for name, entry in zip(inside.names(entries), entries, strict=True):
        _stays_in_folder(entry)
        if links and any(entry.orig_filename.startswith(link) for link in links):
            raise _is_outside(entry)
        if not inside.is_left_over(name):
            _is_no_program(name)


def refuse_overlaps(entries: Iterable[zipfile.ZipInfo]) -> None:
    """Entries that share bytes let a few kilobytes claim to be many gigabytes."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Fault(
                "files in it share the same bytes, as in archives made to cause harm. Make the zip again."
            )
        end = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size


def refuse_escape(entry: zipfile.ZipInfo) -> None:
    """Raise Fault for an entry that would leave the folder the archive is unpacked to, or is not a file."""
    _stays_in_folder(entry)
    if inside.is_link(entry):
        raise _no_file(entry)


def _stays_in_folder(entry: zipfile.ZipInfo) -> None:
    path = entry.orig_filename
    parts = re.split(r"[/\\]", path)
    if path.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", path) or ".." in parts:
        raise _is_outside(entry)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.create_system == 3 and kind not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        raise _no_file(entry)


def _is_outside(entry: zipfile.ZipInfo) -> Fault:
    name = names.shown(entry.orig_filename)
    return Fault(f"“{name}” in it would be unpacked outside its folder. Make the zip again from the folder.")


def _no_file(entry: zipfile.ZipInfo) -> Fault:
    name = names.shown(entry.orig_filename)
    return Fault(f"“{name}” in it is a link, not a file. Put the file itself into the zip.")


def _leads_outside(link: str, target: bytes) -> bool:
    """Whether a link would lead out of the folder, whichever other links it passes through."""
    path = target.decode("latin-1").replace("\\", "/")
    climbs = re.match(r"(?:\.\.?/+)*", f"{path}/")
    steps = climbs.group().count("..") if climbs else 0
    below = f"{path}/"[climbs.end() if climbs else 0 :]
    return (
        not path
        or bool(re.match(r"/|~|[A-Za-z]:", path))
        or ".." in below.split("/")
        or steps > link.rstrip("/").count("/")
    )


def _is_no_program(path: str) -> None:
    if names.is_program(path):
        raise _holds_program(path)
    if names.ending(path) in OTHER_ARCHIVES:
        raise Fault(
            f"“{names.shown(path)}” in it is an archive that cannot be checked. Put its files into the zip."
        )


def _holds_program(path: str) -> Fault:
    return Fault(
        f"“{names.shown(path)}” in it is a program. Programs are not accepted. Remove it from the zip."
    )


def _look_at_entry(archive, entry: zipfile.ZipInfo, allowance: Allowance, *, depth: int) -> None:
    """Read all of it: its head shows a disguised program, its checksum one that is damaged or false."""
    is_archive = names.ending(entry.filename) in WITHIN
    with SpooledTemporaryFile(max_size=SCAN_BYTES) as kept:
        head = b""
        for block in read(archive, entry):
            allowance.use(len(block))
            head = head or block[:MAX_TARGET_BYTES]
            if is_archive:
                kept.write(block)
        if inside.is_link(entry) and _leads_outside(entry.orig_filename, head):
            raise _no_file(entry)
        if PROGRAM_HEADS.match(head) or SHORTCUT_THAT_STARTS.match(head):
            raise _holds_program(inside.names([entry])[0])
        if is_archive and head.startswith(b"PK"):
            _look_within(kept, entry, allowance, depth=depth)


def _look_within(kept, entry: zipfile.ZipInfo, allowance: Allowance, *, depth: int) -> None:
    from . import documents

    if names.ending(entry.filename) == "zip" and depth:
        raise Fault("it contains archives within archives within archives. Put the files into one zip.")
    try:
        look_inside(kept, allowance, depth=depth + 1)
        documents.refuse_macros(kept)
    except Fault as fault:
        raise Fault(f"“{names.shown(inside.names([entry])[0])}” in it was not accepted: {fault}") from None


def read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(entry) as unpacked:
            while block := unpacked.read(SCAN_BYTES):
                yield block
    except NotImplementedError:
        raise Fault("it is packed in a way that cannot be checked. Make an ordinary zip.") from None
    except EOFError:
        raise Cut from None
    except inside.BROKEN:
        raise Damaged from None


def is_opened(entry: zipfile.ZipInfo, packed: int) -> bool:
    """Whether one file may be extracted from an archive of this size, by the same rules as in the check."""
    try:
        Allowance(packed).use(entry.file_size)
    except Fault:
        return False
    return not entry.flag_bits & 0x41 and entry.compress_type in METHODS


def parts(file: BinaryIO) -> set[str]:
    """The names in an archive."""
    with opened(file) as archive:
        return set(archive.namelist())


WITHIN = frozenset({"zip", "docx", "xlsx", "pptx", "ppsx", "odt", "ods", "odp", "fla"})
