"""Previews: pages with text, pictures upright and without metadata, and broken files that can still be downloaded."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from portal.demo import evidence as demo
from portal.files import confined
from portal.files.models import StoredFile
from portal.files.renditions import making
from portal.files.tasks import make_preview
from portal.kit import outbox
from portal.kit.models import OutboxEntry
from tests.factories import portfolios as make
from tests.files.missing import without_library

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def opened(version, index=1) -> Image.Image:
    return Image.open(io.BytesIO(version.renditions.get(index=index).file.read()))


def test_pdf_becomes_page_images_with_their_text(seen):
    version = seen("storyboard.pdf", demo.storyboard(3, "The river", "0042"))
    pages = list(version.renditions.all())
    assert version.preview == "ready"
    assert [page.index for page in pages] == list(range(1, len(pages) + 1))
    assert len(pages) in (2, 3)
    assert all("The river" in page.text and "0042" in page.text for page in pages)
    assert opened(version).size == (pages[0].width, pages[0].height)


def turned_jpeg() -> bytes:
    """40 wide and 20 high as stored, to be shown upright as 20 × 40; with camera and place in its metadata."""
    picture = Image.new("RGB", (40, 20), "white")
    picture.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate right
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    stored = io.BytesIO()
    picture.save(stored, "JPEG", exif=exif, quality=95)
    return stored.getvalue()


def test_turned_photograph_is_shown_upright_and_says_nothing_of_camera_or_place(seen):
    original = turned_jpeg()
    version = seen("photo.jpg", original)
    picture = opened(version)
    assert picture.size == (20, 40)
    red, _, blue = picture.convert("RGB").getpixel((10, 5))
    assert red > 200 > 100 > blue
    assert dict(picture.getexif()) == {}
    shown = version.renditions.get().file.read()
    assert b"SecretCamera" in original and b"SecretCamera" not in shown and b"Exif" not in shown
    assert version.file.read() == original


def test_transparent_picture_is_shown_on_white(seen):
    stored = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(stored, "PNG")
    assert opened(seen("logo.png", stored.getvalue())).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("name", "good", "content", "fault"),
    [
        (
            "broken.jpg",
            lambda: demo.picture(1, "Fair"),
            demo.picture(1, "Fair")[:2000],
            "The picture is damaged",
        ),
        (
            "broken.pdf",
            lambda: demo.storyboard(1, "Fair", "0001"),
            b"%PDF-1.7\n" + bytes(100),
            "The PDF is damaged or protected with a password.",
        ),
    ],
)
def test_broken_file_fails_with_a_reason_and_stays_downloadable(sign_in, name, good, content, fault):
    version = make.evidence(make.assignment(), file=SimpleUploadedFile(name, good())).current
    with version.file.storage.open(
        version.file.name, "wb"
    ) as stored:  # uploads are checked; this broke later
        stored.write(content)
    make_preview(version.stored_id)
    version.refresh_from_db()
    assert (version.preview, version.renditions.count()) == ("failed", 0)
    assert version.preview_fault.startswith(fault)
    client = sign_in(version.evidence.assignment.candidate.user)
    page = client.get(reverse("evidence-view", args=[version.evidence_id])).content.decode()
    assert fault in page and f"Download {name}" in page
    assert b"".join(client.get(reverse("evidence-file", args=[version.pk])).streaming_content) == content


def test_decompression_bomb_is_answered(seen):
    stored = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(stored, "PNG")
    assert len(stored.getvalue()) < 100_000
    version = seen("bomb.png", stored.getvalue())
    assert (version.preview, version.preview_fault) == (
        "failed",
        "The picture is too large to be shown here. Save it at screen size.",
    )


def test_text_is_shown_as_text_whatever_it_holds(seen, sign_in):
    version = seen("plan.txt", b"<script>alert('x')</script> caf\xe9\x00")
    assert version.renditions.get().text == "<script>alert('x')</script> café"
    client = sign_in(version.evidence.assignment.candidate.user)
    page = client.get(reverse("evidence-view", args=[version.evidence_id])).content.decode()
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; café" in page


def test_preview_made_twice_leaves_one_set_and_no_old_image(django_capture_on_commit_callbacks):
    version = make.evidence(
        make.assignment(), file=SimpleUploadedFile("poster.jpg", demo.picture(1, "Fair"))
    ).current
    making.make(StoredFile.objects.get(pk=version.stored_id))
    version.refresh_from_db()
    first = version.renditions.get().file.name
    with django_capture_on_commit_callbacks(execute=True):
        making.make(StoredFile.objects.get(pk=version.stored_id))
    version.refresh_from_db()
    second = version.renditions.get().file.name
    assert first != second
    assert (default_storage.exists(first), default_storage.exists(second)) == (False, True)
    make_preview(version.stored_id)  # a late worker leaves it alone
    assert version.renditions.get().file.name == second


def test_upload_is_due_for_a_preview_and_workers_make_it():
    version = make.evidence(make.assignment()).current
    assert version.preview == "waiting"
    outbox.work_all()
    version.refresh_from_db()
    assert (version.preview, version.renditions.get().text) == ("ready", "Purpose, audience, ideas.\n")


def test_page_says_that_the_preview_is_being_made(sign_in):
    item = make.evidence(make.assignment())
    page = sign_in(item.assignment.candidate.user).get(reverse("evidence-view", args=[item.pk]))
    assert "The preview is being made." in page.content.decode()


def test_preview_that_the_portal_cannot_begin_blames_no_file(monkeypatch, tmp_path):
    file = SimpleUploadedFile("poster.jpg", demo.picture(1, "Fair"))
    version = make.evidence(make.assignment(), file=file).current
    with monkeypatch.context() as broken:
        without_library("PIL", tmp_path, broken)
        with pytest.raises(confined.Broken, match="PIL was updated by halves"):
            making.make(StoredFile.objects.get(pk=version.stored_id))
    making.make(StoredFile.objects.get(pk=version.stored_id))
    version.refresh_from_db()
    assert (version.preview, version.preview_fault) == ("ready", "")


def test_a_preview_given_up_says_so_and_can_be_tried_again(monkeypatch):
    version = make.evidence(make.assignment(), file=SimpleUploadedFile("a.txt", b"My plan")).current
    with monkeypatch.context() as broken:
        broken.setattr(making, "make", lambda stored: 1 / 0)
        for _ in range(6):
            OutboxEntry.objects.filter(kind="make-preview").update(not_before=timezone.now())
            outbox.work_all()
    version.refresh_from_db()
    assert OutboxEntry.objects.get(kind="make-preview").state == "failed"
    assert (version.preview, "could not make a preview" in version.preview_fault) == ("failed", True)
    outbox.retry(OutboxEntry.objects.all())
    outbox.work_all()
    version.refresh_from_db()
    assert (version.preview, version.preview_fault) == ("ready", "")
