"""What a zip contains, by the names that people gave."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from portal.files import checks, inside, letters
from portal.files.checks import names

from .hostile import making
from .hostile.sample import Sample, Upload

CASES = Path(__file__).parent / "hostile" / "cases" / "zip"


def packed(*raw_names: bytes) -> zipfile.ZipFile:
    """A zip whose names are these bytes, not flagged as UTF-8: made with names of that length, then patched."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for number, raw in enumerate(raw_names):
            archive.writestr(f"{number}".ljust(len(raw), "x"), b"words")
    content = kept.getvalue()
    for number, raw in enumerate(raw_names):
        content = content.replace(f"{number}".ljust(len(raw), "x").encode(), raw)
    return zipfile.ZipFile(io.BytesIO(content))


def listed(archive: zipfile.ZipFile) -> list[str]:
    return [entry.name for entry in inside.entries(archive)]


WORDS = ["café.png", "Zoë’s plan.txt", "Größe/maß.html", "Núñez – final.docx", "été.txt", "AÑO/CAFÉ.TXT", "naïve.html",
         "Ærø.txt", "£5 flyer.pdf", "smörgåsbord.html"]  # fmt: skip


@pytest.mark.parametrize("code", ["utf-8", "cp1252", "cp850"])
@pytest.mark.parametrize("word", WORDS)
def test_names_without_a_mark_are_read_by_their_letters(word, code):
    if code == "cp850" and not set(word).isdisjoint("’–"):
        pytest.skip("code page 850 has no such sign")
    assert listed(packed(word.encode(code))) == [word]


def test_one_archive_is_written_in_one_way():
    """“ß” alone could be “á” in DOS; the other names decide."""
    both = ["maß.txt", "Größe.txt"]
    assert listed(packed(*(name.encode("cp1252") for name in both))) == both
    assert listed(packed("Café.txt".encode(), "naïve.txt".encode("cp850"))) == ["Café.txt", "naïve.txt"]


def test_name_of_a_mac_is_composed():
    assert listed(packed("cafe\u0301/ŵyl.html".encode())) == ["café/ŵyl.html"]


def test_field_of_info_zip_is_believed_before_letters():
    archive = packed(b"caf\x82.png")
    info = archive.infolist()[0]
    named = b"\x01" + struct.pack("<I", zlib.crc32(b"caf\x82.png")) + "кафе.png".encode()
    info.extra = struct.pack("<HH", inside.UNICODE_PATH, len(named)) + named
    assert listed(archive) == ["кафе.png"]


LISTED = {
    "macos-nfd-noflag.zip": ["Café/Zoë’s poster – final.png", "Café/index.html"],
    "site-from-windows.zip": ["site/index.html", "site/images/café.png", "site/images/ão.png", "site/images/logo.png",
                              "site/about/index.html", "site/frame.html"],
    "site-with-shortcuts.zip": ["site/index.html", "site/Google.url"],
    "app-js.zip": ["site/index.html", "site/js/main.app.js", "site/css/weather.app.css"],
    "zwj-emoji.zip": ["👩\u200d🎨 poster.png"],
}  # fmt: skip


@pytest.mark.parametrize("name", LISTED)
def test_case_is_taken_and_listed_by_the_names_that_people_gave(name):
    content = (CASES / name).read_bytes()
    assert checks.inspect(Upload(Sample("zip", name, content.__bytes__))).forms[0] == "zip"
    assert listed(zipfile.ZipFile(io.BytesIO(content))) == LISTED[name]


@pytest.mark.parametrize(
    "path",
    ["__MACOSX/a.png", "a/__MACOSX/._b", "._poster.png", "a/._b", ".DS_Store", "Thumbs.db", "x/ehthumbs.db",
     "desktop.ini", "~$essay.docx", "a\\~$b.xlsx", ".~lock.plan.odt#", "Icon\r", "@eaDir/x", "$RECYCLE.BIN/x"],
)  # fmt: skip
def test_left_overs_of_systems_are_passed_over(path):
    assert inside.is_left_over(path)


@pytest.mark.parametrize("path", ["my.DS_Store.txt", "a~$b.txt", "thumbs.db.txt", "MACOSX/a.txt", "lock.txt"])
def test_work_is_not_passed_over(path):
    assert not inside.is_left_over(path)


def test_shared_names_are_the_exact_one_first():
    archive = zipfile.ZipFile(io.BytesIO(making.packed({"a.html": b"1", "A.html": b"2"})))
    held = inside.entries(archive)
    assert [inside.find(held, name).name for name in ("a.html", "A.html")] == ["a.html", "A.html"]
    assert inside.find(held, "b.html") is None


@pytest.mark.parametrize("name", ["👩\u200d🎨 poster.txt", "می\u200cروم.txt", "क्\u200dष.txt", "👨\u200d👩\u200d👧.txt",
                                  "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f.txt"])  # fmt: skip
def test_joined_letters_are_no_disguise(name):
    names.look(name)
    assert names.spelt(name) == name
    assert checks.inspect(Upload(Sample("txt", name, b"words".__bytes__))).kind == "text"


@pytest.mark.parametrize("name", ["a\u200db.txt", "\u200dphoto.txt", "a\u200c.txt", "x\U000e0067.txt"])
def test_joiners_that_join_nothing_are(name):
    with pytest.raises(names.Fault):
        names.look(name)


@pytest.mark.parametrize(
    "name", ["vue.app.css", "setup.exe.txt", "a.command.js", "logo.app.png", "b.deb.html", "photo.exe.jpg"]
)
def test_one_name_does_not_cost_a_whole_site(name):
    site = making.packed({"index.html": b"<p>", name: b"words"})
    assert checks.inspect(Upload(Sample("zip", "site.zip", site.__bytes__))).forms[0] == "zip"


def test_folder_one_is_in_anyway_is_no_part_of_a_name():
    held = inside.entries(
        zipfile.ZipFile(
            io.BytesIO(making.packed({"./index.html": b"<p>", "a/./b.html": b"", "c./d.html": b""}))
        )
    )
    assert [entry.name for entry in held] == ["index.html", "a/b.html", "c./d.html"]


def test_zip_of_nothing_but_left_overs_is_refused():
    content = making.packed({"__MACOSX/._a.html": b"x", ".DS_Store": b"x"})
    with pytest.raises(ValidationError, match="there are no files in it"):
        checks.inspect(Upload(Sample("zip", "site.zip", content.__bytes__)))


LEFT_OUT = [
    "photo\u202egpj.png",
    "a\u200bb.html",
    "con.html",
    "aux/index.html",
    "line\nbreak.txt",
    "Home.lnk",
]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_misleading_name_or_shortcut_is_left_out_of_the_site(name):
    content = making.packed({"index.html": b"<p>", name: making.shortcut(0x03)})
    assert checks.inspect(Upload(Sample("zip", "site.zip", content.__bytes__))).forms[0] == "zip"
    held = inside.entries(zipfile.ZipFile(io.BytesIO(content)))
    assert [(entry.name, entry.is_left_out) for entry in held] == [("index.html", False), (name, True)]
    assert [inside.find(held, wanted) for wanted in ("index.html", name)] == [held[0], None]


def test_link_to_a_file_of_its_own_archive_is_left_out():
    links = {"bin/tool.js": "../lib/tool.js", "last": "lib", "bin/here.js": "./tool.js"}
    content = making.linked({"index.html": b"<p>", "lib/tool.js": b"1"}, links)
    assert checks.inspect(Upload(Sample("zip", "site.zip", content.__bytes__))).forms[0] == "zip"
    held = inside.entries(zipfile.ZipFile(io.BytesIO(content)))
    assert [entry.name for entry in held if entry.is_left_out] == list(links)


def test_code_of_nothing_is_utf8():
    assert letters.code_of([]) == "utf-8"
