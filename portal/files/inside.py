"""What is in a zip, under the names that people gave, whatever program packed it on whatever machine.

The check, the listing, the sorting and the opened website all use this, so that they see the same files.
"""

import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from . import letters

UTF8_FLAG = 0x800
UNICODE_PATH = 0x7075  # Info-ZIP's own field for a name in UTF-8
FOLDER_PAGES = ("index.html", "index.htm", "default.html", "default.htm", "home.html", "home.htm")
# Left by systems and programs beside the work; not part of it.
LEFT_OVER = re.compile(
    r"(^|/)("
    r"(__MACOSX|\.Spotlight-V100|\.Trashes|\.fseventsd|\.TemporaryItems|\$RECYCLE\.BIN|@eaDir)(/|$)"
    r"|(\._[^/]*|\.DS_Store|\.localized|Icon[\r\uf00d]|(eh)?thumbs\.db|desktop\.ini|~\$[^/]*|\.~lock\.[^/]*)$)",
    re.IGNORECASE,
)
# What Python raises for an archive that is damaged, or packed in a way that it does not know.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    KeyError,
    struct.error,
)
HERE = re.compile(r"(?<![^/])(\./)+")  # the current folder: ./index.html


@dataclass(frozen=True)
class Entry:
    """A file in a zip. `name`: with its folders, separated by /."""

    name: str
    info: zipfile.ZipInfo

    @property
    def is_left_out(self) -> bool:
        """Whether it stays packed when the others are opened: its name misleads, or it leads elsewhere.

        So one bad name does not make a whole website unusable."""
        is_shortcut = self.name.lower().endswith(".lnk")
        return is_shortcut or is_link(self.info) or any(map(letters.misleads, self.name.split("/")))


def is_left_over(path: str) -> bool:
    """Whether a system or a program left it there: ._poster.png, Thumbs.db, ~$essay.docx."""
    return bool(LEFT_OVER.search(path.replace("\\", "/")))


def is_link(info: zipfile.ZipInfo) -> bool:
    """Whether it is a symbolic link of a file system, which holds the path that it leads to."""
    return info.create_system == 3 and stat.S_IFMT(info.external_attr >> 16) == stat.S_IFLNK


def entries(archive: zipfile.ZipFile) -> list[Entry]:
    """The files, in order, without folders and left-overs."""
    infos = archive.infolist()
    named = zip(names(infos), infos, strict=True)
    return [
        Entry(name, info)
        for name, info in named
        if not (info.is_dir() or name.endswith("/") or is_left_over(name))
    ]


def names(infos: list[zipfile.ZipInfo]) -> list[str]:
    """The names of the files, in order."""
    told = [_told(info) for info in infos]
    unsure = [_raw(info) for name, info in zip(told, infos, strict=True) if name is None]
    code = letters.code_of(raw for raw in unsure if letters.code_of([raw]) != "utf-8")
    found = (
        name if name is not None else _read(_raw(info), code) for name, info in zip(told, infos, strict=True)
    )
    return [letters.composed(HERE.sub("", name.replace("\\", "/"))) for name in found]


def _raw(info: zipfile.ZipInfo) -> bytes:
    """The name's bytes: without the UTF-8 flag the library reads each as a character of code page 437."""
    return info.orig_filename.encode("cp437")


def _told(info: zipfile.ZipInfo) -> str | None:
    """The name, if the archive states its encoding."""
    if info.flag_bits & UTF8_FLAG or info.orig_filename.isascii():
        return info.orig_filename
    extra, at = info.extra, 0
    while at + 4 <= len(extra):
        field, length = struct.unpack_from("<HH", extra, at)
        content = extra[at + 4 : at + 4 + length]
        if field == UNICODE_PATH and content[1:5] == struct.pack("<I", zlib.crc32(_raw(info))):
            return content[5:].decode("utf-8", errors="replace")
        at += 4 + length
    return None


def _read(raw: bytes, code: str) -> str:
    """Decode names one by one: an archive that two machines added to may have names from both."""
    is_utf8 = letters.code_of([raw]) == "utf-8"
    return raw.decode("utf-8" if is_utf8 else code, errors="replace")


def find(held: Iterable[Entry], path: str) -> Entry | None:
    """The file that a page means by `path`, as on the machine where the site was made: upper and lower case are the
    same there, and a folder means its first page. Nothing outside the zip is ever found."""
    wanted = letters.composed(path.replace("\\", "/"))
    by_name = {entry.name: entry for entry in held if not entry.is_left_out}
    folded = {name.casefold(): entry for name, entry in by_name.items()}
    folder = wanted.rstrip("/")
    for name in (wanted, *(f"{folder}/{page}".lstrip("/") for page in FOLDER_PAGES)):
        if found := by_name.get(name) or folded.get(name.casefold()):
            return found
    return None
