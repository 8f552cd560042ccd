"""Documents that link to pictures and texts elsewhere, or have a macro that runs when they are opened."""

import io
import zipfile
from collections.abc import Callable

OPEN = "urn:oasis:names:tc:opendocument:xmlns"
SPACES = " ".join(
    f'xmlns:{short}="{OPEN}:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "draw": "drawing", "svg": "svg-compatible",
        "table": "table", "script": "script",
    }.items()
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'  # fmt: skip
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def odt(*links: str) -> bytes:
    sections = "".join(
        f'<text:section text:name="s{number}"><text:section-source xlink:href="{link}" text:filter-name="Text"/>'
        "<text:p>Before</text:p></text:section>"
        for number, link in enumerate(links)
    )
    return open_document("text", f"<text:p>Words{''.join(map(_frame, links))}</text:p>{sections}")


def odp(*links: str) -> bytes:
    return open_document(
        "presentation", f'<draw:page draw:name="one">{_words()}{"".join(map(_frame, links))}</draw:page>'
    )


def ods(*links: str) -> bytes:
    cells = "".join(
        f'<table:table-cell table:formula="of:={formula}" office:value-type="string"/>'
        for link in links
        for formula in (f"WEBSERVICE(&quot;{link}&quot;)", f"'{link}'#$A.A1")
    )
    words = '<table:table-cell office:value-type="string"><text:p>Words</text:p></table:table-cell>'
    return open_document(
        "spreadsheet",
        f'<table:table table:name="A"><table:table-row>{words}{cells}</table:table-row></table:table>',
    )


def with_macro(marker: str) -> bytes:
    """A text that writes the file `marker` as soon as it is opened, if macros run."""
    library = 'xmlns:library="http://openoffice.org/2000/library" library:name="Standard"'
    macro = f'Sub Main\nOpen "{marker}" For Output As #1\nPrint #1, "ran"\nClose #1\nEnd Sub'
    basic = {
        "Basic/script-lc.xml": f'<library:libraries xmlns:library="http://openoffice.org/2000/library"><library:library {library} library:link="false"/></library:libraries>',  # noqa: E501
        "Basic/Standard/script-lb.xml": f'<library:library {library}><library:element library:name="Module1"/></library:library>',  # noqa: E501
        "Basic/Standard/Module1.xml": f'<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">{macro}</script:module>',  # noqa: E501
    }
    event = (
        '<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" '  # noqa: E501
        'xlink:href="vnd.sun.star.script:Standard.Module1.Main?language=Basic&amp;location=document"/></office:event-listeners></office:scripts>'
    )
    return open_document("text", "<text:p>Words</text:p>", before=event, more=basic)


def open_document(kind: str, inside: str, *, before: str = "", more: dict[str, str] | None = None) -> bytes:
    """A whole OpenDocument file: a text, a spreadsheet or a presentation."""
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    parts = {
        "content.xml": f'<office:document-content {SPACES} office:version="1.3">{before}<office:body>'
        f"<office:{kind}>{inside}</office:{kind}></office:body></office:document-content>",
        **(more or {}),
    }
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in {"/": media_type, **dict.fromkeys(parts, "text/xml")}.items()
    )
    manifest = f'<manifest:manifest xmlns:manifest="{OPEN}:manifest:1.0" manifest:version="1.3">{entries}</manifest:manifest>'  # noqa: E501
    return _packed({"mimetype": media_type, "META-INF/manifest.xml": manifest, **parts})


def docx(*links: str) -> bytes:
    numbered = list(enumerate(links))
    pictures = "".join(
        f'<w:r><w:drawing><wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing"><wp:extent cx="1800000" cy="1800000"/>'
        f'<wp:docPr id="{number + 1}" name="x"/><a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture">'  # noqa: E501
        f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="1" name="x"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:link="i{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'  # noqa: E501
        '<a:off x="0" y="0"/><a:ext cx="1800000" cy="1800000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        for number, _ in numbered
    )
    return _packed({
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',  # noqa: E501
        "_rels/.rels": _related(("r", "officeDocument", "word/document.xml", "Internal")),
        "word/document.xml": f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{OFFICE}/relationships"><w:body><w:p><w:r><w:t>Words</w:t></w:r>{pictures}</w:p></w:body></w:document>',  # noqa: E501
        "word/_rels/document.xml.rels": _related(
            *((f"i{number}", "image", link, "External") for number, link in numbered)
        ),
    })  # fmt: skip


def rtf(*links: str) -> bytes:
    fields = "".join(
        rf'{{\field{{\*\fldinst{{INCLUDEPICTURE "{link}" \\d}}}}{{\fldrslt{{x}}}}}}' for link in links
    )
    return rf"{{\rtf1\ansi Words {fields}\par}}".encode()


KINDS: dict[str, Callable[..., bytes]] = {"odt": odt, "odp": odp, "ods": ods, "docx": docx, "rtf": rtf}


def _frame(link: str) -> str:
    return (
        '<draw:frame svg:width="5cm" svg:height="5cm" svg:x="2cm" svg:y="5cm">'
        f'<draw:image xlink:href="{link}" xlink:type="simple"/></draw:frame>'
    )


def _words() -> str:
    return (
        '<draw:frame svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="1cm">'
        "<draw:text-box><text:p>Words</text:p></draw:text-box></draw:frame>"
    )


def _related(*all_: tuple[str, str, str, str]) -> str:
    lines = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/relationships/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for name, kind, target, mode in all_
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _packed(parts: dict[str, str]) -> bytes:
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as made:
        for path, content in parts.items():
            made.writestr(
                path, content if path == "mimetype" else f'<?xml version="1.0" encoding="UTF-8"?>{content}'
            )
    return stored.getvalue()
