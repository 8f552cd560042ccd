"""Archives that are harmful to unpack."""

import io
import stat
import zipfile
from functools import partial

from .. import making as make
from .kinds import Variants, kind, patched


@kind("zip that climbs out", "would be unpacked outside its folder")
def _slip() -> Variants:
    for path in ("../evil.html", "site/../../evil.html", "/etc/passwd", "..\\evil.html", "site\\..\\..\\evil.html",
                 "C:\\Windows\\evil.txt", "c:evil.txt", "\\\\server\\share\\evil.txt", "a/b/c/../../../../x.txt",
                 "..", "//evil/x.html"):  # fmt: skip
        yield "site.zip", partial(make.packed, {"index.html": b"<p>", path: b"evil"})


def _special(mode: int, target: bytes, system: int = 3) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        entry = zipfile.ZipInfo("link")
        entry.create_system, entry.external_attr = system, (mode | 0o777) << 16
        archive.writestr(entry, target)
    return kept.getvalue()


@kind("zip of links", "is a link, not a file")
def _links() -> Variants:
    for target in (
        b"a/../../secret",
        b"C:\\Users",
        b"..\\..\\secret",
        b"./../x",
        b"/etc/passwd",
        b"../../secret",
        b"/proc/self/environ",
        b"..",
        b"/",
        b"~/.ssh",
    ):
        yield "site.zip", partial(_special, stat.S_IFLNK, target)
    for mode in (stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK):
        yield "site.zip", partial(_special, mode, b"")


@kind("zip that writes through its links", "would be unpacked outside its folder")
def _through_links() -> Variants:
    inside = {"index.html": b"<p>", "b/c/d.html": b"<p>"}
    for link in ("a", "pictures"):
        for tail in ("x.html", "b/x.html", "d.html", "c/d/x.html", "x.js"):
            yield "site.zip", partial(make.linked, inside, {link: "b/c"}, {f"{link}/{tail}": b"x"})


@kind("zip with programs", "is a program")
def _programs_inside() -> Variants:
    for ending in (
        "exe",
        "dll",
        "bat",
        "cmd",
        "scr",
        "msi",
        "ps1",
        "vbs",
        "jar",
        "sh",
        "hta",
        "docm",
        "EXE",
    ):
        yield (
            f"game-{ending}.zip",
            partial(make.packed, {"index.html": b"<p>", f"files/run.{ending}": b"run"}),
        )


HEADS = (
    b"MZ\x90\x00",
    b"MZP\x00",
    b"\x7fELF",
    b"\xfe\xed\xfa\xcf",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"dex\n035\0",
)


@kind("zip with disguised programs", "is a program")
def _disguised_inside() -> Variants:
    for n, head in enumerate(HEADS):
        yield f"pictures{n}.zip", partial(make.packed, {"photo.jpg": head + bytes(300)})
        yield (
            f"deep{n}.zip",
            partial(lambda h: make.packed({"in.zip": make.packed({"a.txt": h + bytes(9)})}), head),
        )


@kind("zip with other archives", "is an archive that cannot be checked")
def _archives_inside() -> Variants:
    for ending in ("rar", "7z", "gz", "tar", "tgz", "xz", "cab", "bz2", "ace", "zst"):
        yield f"parts-{ending}.zip", partial(make.packed, {f"part.{ending}": b"whatever"})


@kind("zip with programs under misleading names", "is a program")
def _names_inside() -> Variants:
    for name in ("photo\u202egpj.exe", "a\u200bb.bat", "work.pdf.exe", "photo.jpg      .scr", "con.exe"):
        for folder in ("", "files/"):
            yield "site.zip", partial(make.packed, {"index.html": b"<p>", folder + name: b"words"})


@kind("zip with a shortcut that starts something", "is a program")
def _shortcuts_inside() -> Variants:
    for name in ("Essay.lnk", "essay.pdf", "files/Photo.jpg.lnk"):
        for flags in (0x20, 0xFF, 0xA3, 0xE1):
            yield "site.zip", partial(make.packed, {"index.html": b"<p>", name: make.shortcut(flags)})


@kind("zip that lies about its contents", "it is damaged")
def _lying() -> Variants:
    for n in range(5):

        def wrong_sum(n=n) -> bytes:
            content = make.packed({"a.txt": b"words" * 100 * (n + 1)})
            return patched(content, content.index(b"PK\x01\x02") + 16, "<I", n)

        def wrong_size(n=n) -> bytes:
            content = make.packed({"a.txt": b"words" * 100 * (n + 1)})
            return patched(content, content.index(b"PK\x01\x02") + 24, "<I", 3 + n)

        yield f"sum{n}.zip", wrong_sum
        yield f"size{n}.zip", wrong_size
