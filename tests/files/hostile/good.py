"""Files as candidates make them, of every accepted kind: all must be accepted."""

import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from portal.demo import evidence as demo

from . import making as make
from .sample import Sample

CASES = Path(__file__).parent / "cases"


def samples() -> Iterator[Sample]:
    for part in (
        _pictures, _sound_and_video, _texts, _documents, _old_documents, _others, _archives, _names,
        _neighbours, _cases,
    ):  # fmt: skip
        for name, content in part():
            yield Sample(name.rpartition(".")[2].lower(), name, content)


def _pictures():
    for n, mode in enumerate(("RGB", "RGBA", "L", "P", "1", "LA")):
        yield f"poster{n}.png", partial(make.picture, "PNG", mode=mode, seed=n)
    yield "large.png", partial(make.picture, "PNG", mode="1", size=(8000, 6000))
    for n, options in enumerate(
        (
            {},
            {"progressive": True},
            {"quality": 20},
            {"optimize": True},
            {"dpi": (300, 300)},
            {"exif": _exif()},
        )
    ):
        yield f"photo{n}.jpg", partial(make.picture, "JPEG", seed=n, size=(320, 200), **options)
    for n, mode in enumerate(("L", "CMYK", "YCbCr", "RGB")):
        yield f"scan{n}.JPEG", partial(make.picture, "JPEG", mode=mode, seed=n)
    yield "poster.jpg", partial(demo.picture, 1, "Fair")
    yield "from a phone.jpg", lambda: make.picture("JPEG") + make.video("mp4")
    for n in range(1, 6):
        yield f"banner{n}.gif", partial(make.frames, "GIF", n)
    yield "noise.gif", partial(make.picture, "GIF")
    yield "sign.gif", partial(make.picture, "GIF", interlace=1, mode="P")
    for n, options in enumerate(({}, {"lossless": True}, {"quality": 5}, {"exif": _exif()})):
        yield f"icon{n}.webp", partial(make.picture, "WEBP", seed=n, **options)
    yield "clear.webp", partial(make.picture, "WEBP", mode="RGBA")
    yield "moving.webp", partial(make.frames, "WEBP", 4)
    for n, mode in enumerate(("RGB", "L", "1", "P", "RGBA")):
        yield f"old{n}.bmp", partial(make.picture, "BMP", mode=mode)
    for n, packed in enumerate((None, "tiff_lzw", "tiff_deflate", "packbits", "jpeg")):
        yield f"print{n}.tif", partial(make.picture, "TIFF", compression=packed)
    for n in range(1, 4):
        yield f"pages{n}.tiff", partial(make.frames, "TIFF", n)

    yield "scan.png", partial(make.picture, "PNG", mode="I;16")
    yield "measured.tif", partial(make.picture, "TIFF", mode="F")
    yield "print.tif", partial(make.picture, "TIFF", mode="CMYK")
    for ending in ("jfif", "jpe"):
        yield f"photo.{ending}", partial(make.picture, "JPEG")
    for form, ending in (("HEIF", "heic"), ("HEIF", "heif"), ("AVIF", "avif")):
        yield f"photo.{ending}", partial(make.picture, form, size=(320, 200))
    for form, ending in (("PNG", "png"), ("AVIF", "avif")):
        yield f"moving.{ending}", partial(make.frames, form, 4)


def _exif() -> bytes:
    from PIL import Image

    made = Image.Exif()
    made[0x010F] = "Camera"
    return made.tobytes()


def _sound_and_video():
    for ending in make.SOUND:
        for seconds in (1, 2, 3):
            yield f"jingle {seconds}.{ending}", partial(make.sound, ending, seconds)
    for ending in make.VIDEO:
        for pictures in (1, 12, 40):
            yield f"titles {pictures}.{ending}", partial(make.video, ending, pictures)
    yield "titles.mp4", demo.video
    yield "sound alone.mp4", partial(make.sound, "m4a")
    yield "melody.mp3", demo.sound
    for n in range(1, 5):
        yield f"tune{n}.mid", partial(make.midi, tracks=n)
    yield "long.midi", partial(make.midi, notes=900)


WORDS = "Dwi’n mynd i ŵyl – “café”, naïve, £5.\n"


def _texts():
    for n, code in enumerate(("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15")):
        text = WORDS if code.startswith("utf") else "Caf\xe9, na\xefve, \xa35.\n"
        yield f"plan{n}.txt", partial(text.encode, code)
        yield f"sizes{n}.csv", partial(f"name,size\r\n{text.strip()!r},3\r\n".encode, code)
    yield "notes.txt", partial(demo.notes, 1, "Fair")
    for n, words in enumerate(
        (b"P1 Explain the purpose", b"From: Client\nTo: Me\n", b"GIF89a is a picture",
         b"1\n00:00:01,000 --> 00:00:04,000\nHi",
         b"ID3 tags", b"BMW adverts", b"%!PS begins it", b".TH heading", b"The end\r\n\x1a")
    ):  # fmt: skip
        yield f"letters{n}.txt", words.__bytes__
        yield f"letters{n}.srt", words.__bytes__
    yield "page.txt", b"<!DOCTYPE html><html><p>My source</p></html>".__bytes__
    yield "code.txt", b"#!/bin/sh\necho hello\n".__bytes__
    yield "letters.csv", (b"a;b;c\n" * 5000).__bytes__
    for n in range(5):
        yield (
            f"plan{n}.rtf",
            partial(make.rtf, r"\b Purpose\b0\par {\pict\pngblip 89504e47}" * n + "audience"),
        )
    for n, inside in enumerate(
        ('<rect width="9" height="9"/>', "<text>£5</text>", "<style>rect{fill:red}</style>", "<g/>", "")
    ):
        yield f"logo{n}.svg", partial(make.drawing, inside)
    doctype = (
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    yield "logo.svg", partial(make.drawing, before=doctype)
    spaces = '<!DOCTYPE svg [<!ENTITY ns_ai "http://ns.adobe.com/AdobeIllustrator/10.0/">]>'
    yield "illustrated.svg", partial(make.drawing, before=spaces)


def _documents():
    for n in range(6):
        yield f"storyboard{n}.pdf", partial(make.pdf, pages=n + 1, seed=n)
    yield "demo.pdf", partial(demo.storyboard, 1, "Fair", "0001")
    yield "copied.pdf", partial(make.pdf, change=lambda writer: writer.add_metadata({"/Title": "Plan"}))
    yield (
        "only printing.pdf",
        partial(make.pdf, change=lambda writer: writer.encrypt("", "owner", algorithm="RC4-128")),
    )
    yield "with tail.pdf", lambda: make.pdf() + b"\r\n" * 500
    drive = {
        "word/_rels/settings.xml.rels": make.relation(
            "attachedTemplate", r"file:///\\school\templates\letter.dotx"
        )
    }
    linked = {"word/_rels/document.xml.rels": make.relation("hyperlink", "https://www.bbc.co.uk/bitesize")}
    seen = {"word/_rels/document.xml.rels": make.relation("image", "https://example.org/a.png")}
    embedded = {
        "word/media/image1.png": make.picture(),
        "word/embeddings/oleObject1.bin": make.ole({"x": b""}),
        "word/embeddings/sheet.xlsx": make.office("xlsx"),
    }
    for n, more in enumerate(({}, drive, linked, seen, embedded)):
        yield f"essay{n}.docx", partial(make.office, "docx", text=WORDS, more=more)
    for ending in ("xlsx", "pptx", "ppsx"):
        for n in range(4):
            more = {f"media/image{m}.png": make.picture(seed=m) for m in range(n)} | {
                "x/printerSettings1.bin": bytes(900)
            }
            yield f"work{n}.{ending}", partial(make.office, ending, text="words " * 50 * n, more=more)
    for ending in make.OPEN_KINDS:
        for n in range(4):
            more = {f"Pictures/{m}.png": make.picture(seed=m) for m in range(n)} | {"Configurations2/": b""}
            yield f"work{n}.{ending}", partial(make.open_document, ending, text="words " * 50 * n, more=more)
        empty = {"Basic/script-lc.xml": b"<l/>", "Basic/Standard/script-lb.xml": b"<l/>"}
        yield f"no macros.{ending}", partial(make.open_document, ending, more=empty)


def _old_documents():
    for n in range(4):
        more = {"\x05SummaryInformation": bytes(200), f"ObjectPool/_{n}/CONTENTS": bytes(n * 5000)}
        yield f"essay{n}.doc", partial(make.word, more=more)
        yield f"budget{n}.xls", partial(make.excel, (0x0042, b"\xb0\x04"), more=more)
        yield f"talk{n}.ppt", partial(make.slides, more=more)


def _others():
    for n in range(4):
        yield f"banner{n}.swf", partial(make.flash, version=5 + n, tail=bytes(n))
        yield f"poster{n}.psd", partial(make.photoshop, width=8 * (n + 1), names=bytes(n * 4))
    for n in range(2):
        yield f"film{n}.fla", partial(make.ole, {"Contents": bytes(n * 900), "Page 1": b""})
        yield (
            f"newer{n}.fla",
            partial(make.packed, {"DOMDocument.xml": b"<DOMDocument/>", f"LIBRARY/{n}.xml": b""}),
        )


def _archives():
    site = {
        "index.html": b"<!DOCTYPE html><p>Fair",
        "css/site.css": b"p{}",
        "js/jquery.min.js": b"run()",
        "images/logo.png": make.picture(),
    }
    yield "demo.zip", partial(demo.website, 1, "Fair")
    for n, method in enumerate(
        (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    ):
        yield f"site{n}.zip", partial(make.packed, site, method)
    yield (
        "www.example.com.zip",
        partial(make.packed, {f"www.example.com/{name}": content for name, content in site.items()}),
    )
    yield (
        "from a Mac.zip",
        partial(
            make.packed,
            {**site, "__MACOSX/._index.html": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1Bud1", "Icon\r": b""},
        ),
    )
    yield (
        "from Windows.zip",
        partial(make.packed, {name.replace("/", "\\"): content for name, content in site.items()}),
    )
    yield "with folders.zip", partial(make.packed, {"empty/": b"", "site/": b"", **site})
    yield "in a zip.zip", lambda: make.packed({"one.zip": make.packed(site), "two.zip": make.packed(site)})
    yield (
        "papers.zip",
        lambda: make.packed(
            {"a.docx": make.office("docx"), "b.odt": make.open_document("odt"), "c.pdf": make.pdf()}
        ),
    )
    yield (
        "Welsh.zip",
        partial(make.packed, {"ŵyl/tŷ.html": b"<p>", "ca\u0301fe.txt": b"NFD", "日本.png": make.picture()}),
    )
    yield (
        "media.zip",
        lambda: make.packed(
            {"a.mp4": make.video("mp4"), "b.mp3": make.sound("mp3"), "c.gif": make.frames("GIF", 3)}
        ),
    )
    yield "table.zip", partial(make.packed, {"table.csv": b"0,0,0\n" * 1_000_000})
    yield "pages.zip", partial(make.packed, {f"pages/{n}.html": b"<p>" for n in range(1_500)})

    yield (
        "weather.zip",
        partial(make.packed, {**site, "js/main.app.js": b"", "css/a.app.css": b"", "setup.exe.txt": b""}),
    )
    yield (
        "with shortcuts.zip",
        partial(make.packed, {**site, "BBC.url": b"[InternetShortcut]", "a.webloc": b"<plist/>"}),
    )
    yield "emoji.zip", partial(make.packed, {"👩\u200d🎨.png": make.picture(), "می\u200cروم.html": b"<p>"})
    yield "scripts.zip", partial(make.packed, {**site, "Scripts/site.js": b"run()", "Basic/a/b.html": b"<p>"})
    yield "essay.zip", partial(make.office, "docx")


def _neighbours():
    """Files that people save with the extension of another kind of the same family."""
    yield "scan.jpg", make.picture
    yield "scan.png", partial(make.picture, "JPEG")
    yield "photo.jpeg", partial(make.picture, "HEIF")
    yield "essay.doc", partial(make.office, "docx")
    yield "essay.docx", make.word
    yield "letter.doc", make.rtf
    yield "sums.xls", partial(make.office, "xlsx")
    yield "sums.xls", b"name\tsize\r\nfair\t3\r\n".__bytes__
    yield "plan.doc", make.pdf
    yield "song.wav", partial(make.sound, "mp3")
    yield "song.mp3", partial(make.sound, "m4a")
    yield "film.MOV", partial(make.video, "mp4")
    yield "film.avi", partial(make.video, "mp4")
    yield "film.mp4", partial(make.video, "webm")


def _cases():
    """Real files that were refused once (`test_cases`)."""
    for path in sorted(CASES.glob("*/*")):
        if "in-object-stream" not in path.name:
            yield path.name, path.read_bytes


def _names():
    for name in (
        "Fy nghynllun i – tŷ’r ŵyl",
        "plan (1)",
        "plan [final]",
        "version 1.2.3 final",
        "Anna’s “plan”",
        "plan & ideas",
        "été",
        "e\u0301te\u0301",
        "Screenshot at 10.00.00\u202fAM",
        "my\u00a0plan",
        "日本語",
        "план",
        "خطة",
        "תוכנית",
        "☀️ plan",
        "👩\u200d🎨 plan",
        "می\u200cروم",
        "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f Cymru",
        "a",
        "plan_0001",
        "0001 IM201 plan",
        "console",
        "auxiliary",
        "first.run",
        "www.example.com",
        "#1",
        "100%",
        "x" * 146,
        "index.html",
    ):
        yield f"{name}.txt", WORDS.encode
