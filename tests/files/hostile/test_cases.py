"""Real files that were once judged wrongly: what each is accepted as, or the message of its refusal."""

import io
import lzma
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from portal.files import checks, filetypes, marks

from . import making as make
from .sample import Sample, Upload

CASES = Path(__file__).parent / "cases"
TAKEN_AS = {
    "txt/email.txt": ("txt", "text"),
    "txt/p1-criterion.txt": ("txt", "text"),
    "txt/srt.txt": ("txt", "text"),
    "pic/banner.gif": ("gif", "picture"),
    "pic/exif-orientation-6-rational-bytes.jpg": ("jpg", "picture"),
    "pic/grey-float.tif": ("tiff", "picture"),
    "pic/photo.heic": ("heic", "picture"),
    "pic/photo.jfif": ("jpg", "picture"),
    "pic/really-png.jpg": ("png", "picture"),
    "pic/scan-16-bit-grey.png": ("png", "picture"),
    "med/audio-only.mp4": ("mp4", "video"),
    "med/brand-MSNV.mp4": ("mp4", "video"),
    "med/cover-first.mp4": ("mp4", "video"),
    "med/first-box-wide.mov": ("mp4", "video"),
    "med/phone-3gp.mp4": ("mp4", "video"),
    "med/rec-3gp.m4a": ("mp4", "audio"),
    "med/renamed.MOV": ("mp4", "video"),
    "doc/fpdf-link.pdf": ("pdf", "pdf"),
    "doc/reportlab-link.pdf": ("pdf", "pdf"),
    "doc/illustrator.svg": ("svg", "other"),
    "doc/macro-word-in-types.docx": ("docx", "office"),
    "doc/rezipped.odt": ("odt", "office"),
    "doc/rtf-named.doc": ("rtf", "office"),
    "doc/scripts.docx": ("docx", "office"),
}
REFUSED = {
    "doc/link-launch-in-object-stream.pdf": "it starts other programs",
    "doc/openaction-js-in-object-stream.pdf": "it contains scripts",
}


def upload(name: str, content: bytes) -> Upload:
    return Upload(Sample("case", name, content.__bytes__))


def case(path: str) -> Upload:
    return upload(path.rpartition("/")[2], (CASES / path).read_bytes())


def refusal_of(file: Upload) -> str:
    with pytest.raises(ValidationError) as refusal:
        checks.inspect(file)
    assert refusal.value.code == "refused"
    return refusal.value.messages[0]


@pytest.mark.parametrize("path", TAKEN_AS)
def test_case_is_taken_as_what_it_is(path):
    found = checks.inspect(case(path))
    assert (found.forms[0], found.kind) == TAKEN_AS[path]


@pytest.mark.parametrize("path", REFUSED)
def test_case_is_refused_in_words(path):
    assert REFUSED[path] in refusal_of(case(path))


# Text with any first characters, in any encoding.
LETTERS = {
    "pnm": b"P3 Pass criterion three\nmore\n", "gif": b"GIF89a is a kind of picture.",
    "flash": b"FWS 6 and FWS 7",
    "sound": b"ID3 tags hold the title", "bmp": b"BMW adverts compared", "program": b"MZ Zofia: my notes",
    "ps": b"%!PS is how it begins", "html": b"<html><p>My source</p></html>", "shell": b"#!/bin/sh\necho hello\n",
    "troff": b".TH heading\n", "utf-16": "Ŵyn a’r plan".encode("utf-16"),
    "utf-16 unmarked": "A plan".encode("utf-16-le"),
    "utf-32": "A plan".encode("utf-32"),
    "cp850": "café".encode("cp850"), "dos": b"The end\r\n\x1a", "xml": b"<?xml version='1.0'?><a/>",
    "form feed": b"page one\x0cpage two", "title of a slide": b"Our plan\x0bfor the site",
    "PDF": b"%PDF-1.4 is how every PDF begins.", "long and wide": b"\xff\xfe" + "中̄\n".encode("utf-16-le") * 400_000,
}  # fmt: skip


@pytest.mark.parametrize("kind", LETTERS)
@pytest.mark.parametrize("ending", ["txt", "csv", "srt"])
def test_whatever_reads_as_text_is_text(kind, ending):
    found = checks.inspect(upload(f"plan.{ending}", LETTERS[kind]))
    assert (found.forms[0], found.kind) == ("txt", "table" if ending == "csv" else "text")


NO_LETTERS = {
    "png": (make.picture, "a PNG picture. Rename it so that it ends in .png."),
    "zip": (lambda: make.packed({"a.txt": b"words"}), "a zip archive. Rename it so that it ends in .zip."),
    "exe": (lambda: b"MZ\x90\x00" + bytes(400), "a program. Programs are not accepted."),
    "pdf": (lambda: b"%PDF-1.4 all letters\n%%EOF", "a PDF document. Rename it so that it ends in .pdf."),
    "noise": (lambda: b"words \x01\x02\x00" + bytes(range(256)), "of an unknown kind."),
}


@pytest.mark.parametrize("kind", NO_LETTERS)
def test_what_has_a_mark_of_its_own_is_no_text(kind):
    content, words = NO_LETTERS[kind]
    assert f"its name ends in .txt but its content is {words}" in refusal_of(upload("plan.txt", content()))


@pytest.mark.parametrize("ending", ["odt", "docx", "doc", "pdf"])
def test_document_as_libreoffice_writes_it_is_known_under_a_neighbours_name(ending):
    kept = io.BytesIO()  # the next entry follows the type at once
    with (
        zipfile.ZipFile(kept, "w") as archive,
        zipfile.ZipFile(io.BytesIO(make.open_document("odt"))) as parts,
    ):
        for name in sorted(parts.namelist(), key=lambda name: name != "mimetype"):
            archive.writestr(name, parts.read(name))
    assert checks.inspect(upload(f"essay.{ending}", kept.getvalue())).forms[0] == "odt"


@pytest.mark.parametrize(
    "left", [b"TAG some words that a phone left here", b"SEFT\x01\xff\xff\xff\xffwords", bytes(40)]
)
def test_what_a_phone_leaves_behind_a_film_does_not_cut_it(left):
    film = make.video("mp4")
    assert checks.inspect(upload("clip.mp4", film + left)).kind == "video"
    assert "it is incomplete" in refusal_of(upload("clip.mp4", film[:-10]))


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
def test_mark_of_letters_alone_is_an_empty_file(mark):
    assert "it is empty" in refusal_of(upload("plan.txt", mark))


def test_text_is_text_to_its_last_letter():
    assert "not plain text all the way" in refusal_of(upload("plan.txt", b"words " * 400_000 + bytes(20)))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("ending", ["odt", "docx", "zip"])
def test_document_whose_type_does_not_unpack_is_damaged(ending, method):
    assert "it is damaged" in refusal_of(upload(f"letter.{ending}", make.damaged_type(method)))


def stumbles(fault: Exception):
    def read(*args):
        raise fault

    return read


@pytest.mark.parametrize(
    "fault", [zlib.error(), lzma.LZMAError(), EOFError(), struct.error(), IndexError()], ids=repr
)
@pytest.mark.parametrize(
    "reader", ["portal.files.marks.form_of", "portal.files.checks.documents.refuse_sealed"]
)
def test_whichever_reader_stumbles_over_its_bytes_the_file_is_damaged(monkeypatch, reader, fault):
    monkeypatch.setattr(reader, stumbles(fault))
    assert "it is damaged" in refusal_of(upload("photo.png", make.picture()))


def test_name_that_misleads_is_spelt_out_in_every_refusal():
    """Also of an empty file, and of one whose extension is not accepted."""
    assert refusal_of(upload("a\u202eb.pdf", b"")).startswith(
        "“a<U+202E>b.pdf” was not accepted: its name contains characters"
    )
    long = upload(f"{'a' * 147}.txt", b"words")
    assert "its name is longer than 150 characters. Give it a shorter name." in refusal_of(long)


MISNAMED = [
    ("scan.png", lambda: make.picture("JPEG"), "jpg"),
    ("scan.jpg", lambda: make.picture("TIFF"), "tiff"),
    ("essay.doc", make.pdf, "pdf"),
    ("essay.doc", lambda: make.office("docx"), "docx"),
    ("essay.docx", make.word, "ole"),
    ("sums.xls", lambda: make.office("xlsx"), "xlsx"),
    ("sums.xls", lambda: b"name\tsize\nfair\t3\n", "txt"),
    ("sums.doc", make.excel, "ole"),
    ("essay.docx", lambda: (CASES / "doc/rezipped.odt").read_bytes(), "odt"),
    ("song.wav", lambda: make.sound("mp3"), "mp3"),
    ("song.mp3", lambda: make.sound("m4a"), "mp4"),
    ("titles.avi", lambda: make.video("mp4"), "mp4"),
    ("titles.mp4", lambda: make.video("webm"), "webm"),
]


@pytest.mark.parametrize(("name", "content", "form"), MISNAMED, ids=[f"{m[0]} {m[2]}" for m in MISNAMED])
def test_file_under_a_neighbours_name_is_taken_as_what_it_is(name, content, form):
    assert checks.inspect(upload(name, content())).forms[0] == form


STRANGE = [
    ("song.mp3", lambda: make.packed({"index.html": b"<p>"}), "a zip archive. Rename it so that it ends in .zip."),
    ("essay.pdf", b"<!DOCTYPE html><p>Hello".__bytes__, "a web page. Open it in a browser and print it to a PDF"),
    ("essay.doc", b"MIME-Version: 1.0\nContent-Type: multipart/related\n".__bytes__, "a saved e-mail or web archive."),
    ("scan.png", make.pdf, "a PDF document. Rename it so that it ends in .pdf."),
    ("photo.jpg", lambda: make.video("mp4"), "an MP4 or QuickTime video or audio file. Rename it so that it"),
    ("site.zip", b"Rar!\x1a\x07\x01\x00 and more".__bytes__, "an archive other than a zip. Unpack it and make"),
    ("letter.doc", b"\x00\x05\x16\x07".__add__(bytes(60)).__bytes__, "notes that a Mac keeps beside a file."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "words"), STRANGE, ids=[name for name, _, _ in STRANGE])
def test_refusal_says_what_it_is_and_what_to_do(name, content, words):
    assert f"but its content is {words}" in refusal_of(upload(name, content()))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("essay.pages", "files ending in .pages are not accepted. Export it as a PDF."),
        ("photo.CR2", "files ending in .cr2 are not accepted. Save it as JPEG."),
        ("site.html", "files ending in .html are not accepted. Zip the whole website and upload the zip."),
        ("plan.gdoc", "files ending in .gdoc are not accepted. It is only a link to a file elsewhere"),
        ("sums.xlsm", "files ending in .xlsm are not accepted. Save it without macros, or as a PDF."),
        ("plan.xyz", "files ending in .xyz are not accepted. Save it as one of the types listed."),
    ],
)
def test_ending_that_is_not_taken_names_the_way_out(name, words):
    assert words in refusal_of(upload(name, b"words"))


def test_letters_paper_is_judged_by_the_same_marks():
    """Attachments of an application: fewer kinds, by the same rules."""
    found = checks.inspect(upload("scan.jpg", make.picture()), filetypes.PAPERS, max_bytes=10_000)
    assert found.serve_as == "image/png"
    heic = upload("photo.jpg", (CASES / "pic/photo.heic").read_bytes())
    with pytest.raises(ValidationError, match=r"content is an HEIC photograph. Save it as JPEG."):
        checks.inspect(heic, filetypes.PAPERS, max_bytes=10_000)


def test_file_under_a_neighbours_name_is_sent_as_what_it_is():
    found = checks.inspect(case("pic/really-png.jpg"))
    assert (found.serve_as, found.kind) == ("image/png", "picture")


def test_every_form_that_is_taken_has_words_and_a_look_inside():
    forms = {found.forms[0] for found in filetypes.TYPES.values()}
    assert forms <= set(marks.WHAT_IT_IS) & set(checks.INSIDE)
