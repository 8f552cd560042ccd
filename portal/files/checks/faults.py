"""What is wrong with a file, in words for whoever uploaded it, and reading that notices where a file stops too soon."""

from typing import BinaryIO

SCAN_BYTES = 1024 * 1024


class Fault(Exception):
    """The file is not taken. The words say what is wrong and what to do; they go on from “it was not taken:”."""


class Cut(Fault):
    """The file stops before its own end."""

    def __init__(self):
        super().__init__("it is cut short: its end is missing. Copy or save it again, and upload that.")


class Locked(Fault):
    """A password is needed to open it."""

    def __init__(self):
        super().__init__("it is protected with a password. Save it without one.")


class Macros(Fault):
    """It brings programs of its own."""

    def __init__(self):
        super().__init__("it holds macros. Save it without them, or as a PDF.")


class Damaged(Fault):
    """It cannot be read as what its name says."""

    def __init__(self):
        super().__init__("it is damaged and cannot be opened. Save it again from the program that made it.")


def take(file: BinaryIO, count: int) -> bytes:
    """Exactly so many bytes. Raises Cut."""
    taken = file.read(count)
    if len(taken) < count:
        raise Cut
    return taken


def size_of(file: BinaryIO) -> int:
    """In bytes. Leaves the file where it stood: not every file object answers `seek` with a place."""
    here = file.tell()
    file.seek(0, 2)
    size = file.tell()
    file.seek(here)
    return size


def tail(file: BinaryIO, count: int) -> bytes:
    """The last bytes, at most so many."""
    file.seek(max(size_of(file) - count, 0))
    return file.read(count)


def blocks(file: BinaryIO, *, overlap: int):
    """The rest of the file in blocks that share so many bytes, so that no mark is missed between two."""
    kept = b""
    while block := file.read(SCAN_BYTES):
        yield kept + block
        kept = (kept + block)[-overlap:]
