"""What is wrong with a file, in words for its uploader, and reading that notices a file that stops too soon."""

from typing import BinaryIO

SCAN_BYTES = 1024 * 1024


class Fault(Exception):
    """The file is not accepted. The words say what is wrong and what to do; they follow “it was not accepted:”."""


class Cut(Fault):
    """The file is incomplete."""

    def __init__(self):
        super().__init__("it is incomplete: its end is missing. Copy or save it again, then upload that.")


class Locked(Fault):
    """It needs a password to open."""

    def __init__(self):
        super().__init__("it is protected with a password. Save it without one.")


class Macros(Fault):
    """It contains programs."""

    def __init__(self):
        super().__init__("it contains macros. Save it without them, or as a PDF.")


class Damaged(Fault):
    """It cannot be read as what its name says."""

    def __init__(self):
        super().__init__("it is damaged and cannot be opened. Save it again from the program that made it.")


def take(file: BinaryIO, count: int) -> bytes:
    """Exactly `count` bytes. Raises Cut."""
    taken = file.read(count)
    if len(taken) < count:
        raise Cut
    return taken


def size_of(file: BinaryIO) -> int:
    """In bytes. Leaves the position unchanged: not every file object returns one from `seek`."""
    here = file.tell()
    file.seek(0, 2)
    size = file.tell()
    file.seek(here)
    return size


def tail(file: BinaryIO, count: int) -> bytes:
    """The last bytes, at most `count`."""
    file.seek(max(size_of(file) - count, 0))
    return file.read(count)


def blocks(file: BinaryIO, *, overlap: int):
    """The rest of the file in blocks that overlap, so that no mark is missed between two."""
    kept = b""
    while block := file.read(SCAN_BYTES):
        yield kept + block
        kept = (kept + block)[-overlap:]
