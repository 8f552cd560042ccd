"""Misleading names, and files that are not what their names say."""

from functools import partial

from .. import making as make
from .kinds import Variants, kind, text


@kind("program", "are not accepted")
def _programs() -> Variants:
    for ending in (
        "exe",
        "bat",
        "com",
        "scr",
        "msi",
        "ps1",
        "vbs",
        "jar",
        "sh",
        "js",
        "html",
        "php",
        "docm",
        "rar",
        "lnk",
    ):
        yield f"work.{ending}", partial(bytes, b"MZ\x90\x00" + bytes(100))


@kind("program behind another ending", "as disguised programs do")
def _double() -> Variants:
    for name in ("work.pdf.exe", "photo.jpg.scr", "plan.txt.bat", "clip.mp4.com", "essay.docx.js.exe", "a.png.lnk",
                 "b.zip.msi", "c.pdf      .exe", "d.jpg.ps1", "E.PDF.EXE", "f.txt.vbs"):  # fmt: skip
        yield name, text


@kind("program before another ending", "as disguised programs do")
def _hidden() -> Variants:
    for name in ("photo.exe.txt", "work.bat.txt", "a.scr.txt", "b.cmd.txt", "c.ps1.csv", "d.vbs.txt", "e.EXE.txt",
                 "f.jar.txt", "g.hta.txt", "h.exe .txt", "i.msi.v2.txt"):  # fmt: skip
        yield name, text


@kind("turned writing", "change the direction of writing")
def _turned() -> Variants:
    for letter in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        yield f"photo{letter}txt.txt", text
    yield "harmless\u202etxt.exe", text


@kind("unseen letters", "invisible characters")
def _unseen() -> Variants:
    for letter in "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\u2063\u3164\ufeff\uffa0":
        yield f"plan{letter}.txt", text


@kind("control letters", "cannot be printed")
def _control() -> Variants:
    for letter in "\n\r\t\x00\x01\x07\x08\x1b\x7f\x85\u2028\ue000":
        yield f"plan{letter}.txt", text


@kind("name of a device", "reserved for a device")
def _devices() -> Variants:
    for name in ("con", "CON", "prn", "aux", "nul", "com1", "COM9", "lpt1", "Lpt9", "con.old", "nul "):
        yield f"{name}.txt", text


@kind("path as name", "its name contains a path")
def _paths() -> Variants:
    for name in ("../plan.txt", "/etc/plan.txt", "..\\plan.txt", "C:\\plan.txt", "c:plan.txt", "a/b.txt", "a\\b.txt",
                 "\\\\server\\plan.txt", "....//plan.txt", "./plan.txt", "folder/../../plan.txt"):  # fmt: skip
        yield name, text


@kind("name too long", "longer than 150 characters")
def _long() -> Variants:
    for n in range(10):
        yield f"{'plan ' * (30 + n)}.txt", text


@kind("other content than its name says", "but its content is")
def _renamed() -> Variants:
    page, program = b"<!DOCTYPE html><html><script>alert(1)</script></html>", b"MZ\x90\x00" + bytes(400)
    for ending in ("pdf", "jpg", "png", "gif", "zip", "mp4", "wav", "mp3", "odt"):
        yield f"page.{ending}", partial(bytes, page)
    for ending in ("pdf", "jpg", "webp", "ogg", "txt", "svg"):
        yield f"program.{ending}", partial(bytes, program)


@kind("picture, archive or program called text", "but its content is")
def _no_text() -> Variants:
    for ending in ("txt", "csv", "srt"):
        yield f"picture.{ending}", make.picture
        yield f"photo.{ending}", partial(make.picture, "JPEG")
        yield f"site.{ending}", partial(make.packed, {"index.html": b"<p>"})
        yield f"program.{ending}", partial(bytes, b"MZ\x90\x00" + bytes(400))
        yield f"essay.{ending}", make.pdf


@kind("archive called sound or picture", "a zip archive")
def _no_sound() -> Variants:
    for ending in ("mp3", "wav", "ogg", "m4a", "mp4", "mov", "jpg", "png", "heic", "pdf", "rtf", "svg"):
        yield f"song.{ending}", partial(make.packed, {"index.html": b"<p>"})


@kind("zip called a document", "it is an archive but not")
def _not_documents() -> Variants:
    for ending in ("docx", "xlsx", "pptx", "ppsx"):
        yield f"site.{ending}", partial(make.packed, {"index.html": b"<p>hello"})
        yield (
            f"typed.{ending}",
            partial(make.packed, {"[Content_Types].xml": b"<Types/>", "index.html": b"<p>"}),
        )
        other = "xlsx" if ending != "xlsx" else "docx"
        main = make.DIALECT + make.MAIN[other][1]
        yield f"other.{ending}", partial(make.office, ending, main=main)


@kind("garbage under a good head", "it is damaged")
def _garbage() -> Variants:
    heads = {"pdf": b"%PDF-1.7\n", "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}
    for n in range(5):
        yield f"work{n}.pdf", partial(lambda n: heads["pdf"] + bytes(range(n, 200)) * 9 + b"\n%%EOF", n)
        yield (
            f"work{n}.doc",
            partial(lambda n: heads["doc"] + bytes(22) + b"\x09\x00" + bytes(12) + bytes(3000 + n), n),
        )
    yield "song.mp3", partial(bytes, b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"words " * 99)
