"""The content of the demo's work matches its description, and is the same for the same seed."""

import io
import zipfile

import pypdfium2
import pytest
from PIL import Image

from portal.demo import evidence
from portal.files import marks

TITLE = "Riverside Skate Park & Café"
KINDS = {
    "picture": ("jpg", lambda: evidence.picture(7, TITLE)),
    "storyboard": ("pdf", lambda: evidence.storyboard(7, TITLE, "0412")),
    "website": ("zip", lambda: evidence.website(7, TITLE)),
    "sound": ("mp3", evidence.sound),
    "video": ("mp4", evidence.video),
    "notes": ("txt", lambda: evidence.notes(7, TITLE)),
}


@pytest.mark.parametrize("name", KINDS)
def test_kind_by_content(name):
    kind, make = KINDS[name]
    assert marks.form_of(io.BytesIO(make())) == kind


@pytest.mark.parametrize("name", ["picture", "website", "notes"])
def test_same_seed_gives_the_same_work_and_another_seed_does_not(name):
    make = getattr(evidence, name)
    assert make(3, TITLE) == make(3, TITLE)
    assert make(3, TITLE) != make(4, TITLE)


@pytest.mark.parametrize("seed", range(12))
def test_picture_fits_any_title(seed):
    title = ["A", TITLE, "The Northfield and District Summer Music and Street Food Festival 2026"][seed % 3]
    assert Image.open(io.BytesIO(evidence.picture(seed, title))).size == (900, 1200)


def test_storyboard_has_two_or_three_pages_with_title_and_number():
    for seed in range(4):
        pages = pypdfium2.PdfDocument(evidence.storyboard(seed, TITLE, "0412"))
        texts = [page.get_textpage().get_text_bounded() for page in pages]
        assert len(texts) in {2, 3}
        assert all(TITLE in text and "Candidate 0412" in text and "Sound:" in text for text in texts)


def test_website_is_complete():
    with zipfile.ZipFile(io.BytesIO(evidence.website(1, TITLE))) as site:
        assert site.namelist() == ["index.html", "page2.html", "style.css", "images/poster.jpg"]
        home = site.read("index.html").decode()
        assert "Riverside Skate Park &amp; Café" in home and "page2.html" in home


def test_notes_are_several_paragraphs_of_text():
    assert evidence.notes(1, TITLE).decode().count("\n\n") >= 5


def test_committed_media_are_small():
    assert len(evidence.video()) < 150_000 and len(evidence.sound()) < 150_000
