"""Previews of every kind, made from files in a folder and on S3, and stored there."""

import io
import shutil
import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.files.renditions import office
from portal.files.tasks import make_preview
from tests.factories import portfolios as make
from tests.files.renditions import documents_that_link as documents
from tests.files.renditions import files

pytestmark = pytest.mark.django_db
HAS_OFFICE = any(map(shutil.which, office.PROGRAMS))


def picture() -> bytes:
    drawn = io.BytesIO()
    files.halves(64, 32).save(drawn, "PNG")
    return drawn.getvalue()


KINDS = {
    "poster.png": (picture, [("page", "image/jpeg")]),
    "plan.pdf": (lambda: files.pdf(2), [("page", "image/jpeg")] * 2),
    "titles.mp4": (lambda: files.video("mp4", "libx264"), [("poster", "image/jpeg")]),
    "titles.avi": (
        lambda: files.video("avi", "mpeg4"),
        [("poster", "image/jpeg"), ("playable", "video/mp4")],
    ),
    "jingle.mp3": (lambda: files.sound("mp3", "libmp3lame"), [("waveform", "image/png")]),
    "notes.txt": (lambda: b"My ideas", [("text", "")]),
    "sizes.csv": (lambda: b"name,size\nriver,3\n", [("table", "")]),
    "site.zip": (lambda: files.zipped({"index.html": b"<p>"}), [("listing", "")]),
    "essay.docx": (documents.docx, [("page", "image/jpeg")]),
}
OFFICE = pytest.mark.skipif(not HAS_OFFICE, reason="LibreOffice is not installed")


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=OFFICE if name.endswith("docx") else ()) for name in KINDS]
)
def test_preview_is_made_from_the_store_and_kept_there(store, tmp_path, monkeypatch, name):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    content, parts = KINDS[name]
    original = content()
    version = make.evidence(make.assignment(), file=SimpleUploadedFile(name, original)).current
    make_preview(version.stored_id)
    version.refresh_from_db()
    assert (version.preview, version.preview_fault) == ("ready", "")
    made = list(version.renditions.all())
    assert [(each.kind, each.media_type) for each in made] == parts
    assert all(starts_as(each) for each in made if each.file)
    with version.file.open() as stored:
        assert stored.read() == original
    assert list(tmp_path.glob("rendition-*")) == []


def starts_as(rendition) -> bool:
    """Whether what is stored is what its media type says."""
    with rendition.file.open() as stored:
        content = stored.read()
    if rendition.media_type.startswith("image/"):
        with Image.open(io.BytesIO(content)) as opened:
            return opened.get_format_mimetype() == rendition.media_type
    return content[4:8] == b"ftyp"
