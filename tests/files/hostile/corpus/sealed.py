"""Files locked with a password, or with macros."""

import struct
from functools import partial

from pypdf import PdfWriter

from .. import making as make
from .kinds import LOCKED, MACROS, Variants, kind


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
    """The zip, with one bit of the flags set for every entry, in both lists."""
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
