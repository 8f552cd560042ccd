"""Serving files: only to people who may see the work, never able to run, in ranges on request."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.demo import evidence as demo
from portal.files.renditions.making import make as make_preview
from portal.kit.models import Event
from portfolios.models import EvidenceVersion
from tests.factories import accounts, candidates, centres
from tests.factories import portfolios as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def stored(work, name: str, content: bytes) -> EvidenceVersion:
    return make.evidence(work, file=SimpleUploadedFile(name, content)).current


def address(version, **query) -> str:
    return reverse("evidence-file", args=[version.pk], query=query or None)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_download_is_the_same_bytes_as_an_attachment_and_recorded(world, sign_in):
    content = demo.picture(1, "Fair")
    version = stored(world.work, "poster.jpg", content)
    response = sign_in(world.tutor).get(address(version))
    assert body(response) == content
    assert response["Content-Disposition"] == 'attachment; filename="poster.jpg"'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert "script-src" not in response["Content-Security-Policy"]
    assert "no-store" in response["Cache-Control"]
    event = Event.objects.get(verb="download")
    assert (event.by, event.subject, event.details) == (world.tutor, version.evidence, {"file": "poster.jpg"})


def test_media_is_shown_in_the_page_in_a_sandbox(world, sign_in):
    version = stored(world.work, "titles.mp4", demo.video())
    response = sign_in(world.candidate).get(address(version, inline=1))
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Disposition"] == 'inline; filename="titles.mp4"'
    assert response["Content-Security-Policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("page.txt", b"<!DOCTYPE html><html><script>alert(1)</script></html>"),
        ("site.zip", demo.website(1, "Fair")),
    ],
)
def test_what_could_run_is_never_shown_in_the_page(world, sign_in, name, content):
    version = stored(world.work, name, content)
    response = sign_in(world.candidate).get(address(version, inline=1))
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert response["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=1000-", 1000, None),
        ("bytes=-500", -500, None),
        ("bytes=5-999999999", 5, None),
    ],
)
def test_part_of_a_file(world, sign_in, asked, first, last):
    content = demo.video()
    version = stored(world.work, "titles.mp4", content)
    response = sign_in(world.candidate).get(address(version, inline=1), headers={"range": asked})
    start = first if first >= 0 else len(content) + first
    end = len(content) - 1 if last is None else last
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{end}/{len(content)}"
    assert body(response) == content[start : end + 1]
    assert response["Content-Length"] == str(end + 1 - start)
    assert response["Content-Security-Policy"].startswith("sandbox;")


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=20-10"])
def test_part_outside_the_file_is_416(world, sign_in, asked):
    version = stored(world.work, "titles.mp4", demo.video())
    response = sign_in(world.candidate).get(address(version, inline=1), headers={"range": asked})
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{version.size_bytes}"


def test_range_that_makes_no_sense_gives_the_whole_file(world, sign_in):
    version = stored(world.work, "titles.mp4", demo.video())
    response = sign_in(world.candidate).get(address(version, inline=1), headers={"range": "pages=1-2"})
    assert (response.status_code, len(body(response))) == (200, version.size_bytes)


def test_file_is_hidden_from_everybody_else(world, sign_in):
    version = stored(world.work, "poster.jpg", demo.picture(1, "Fair"))
    make_preview(version.stored)
    page = reverse("rendition", args=[version.pk, 1])
    strangers = [
        candidates.candidate(world.centre).user,
        centres.person(centres.centre()),
        accounts.adult(),
        accounts.staff(),
    ]
    for stranger in strangers:
        client = sign_in(stranger)
        assert [
            client.get(url).status_code for url in (address(version), address(version, inline=1), page)
        ] == [
            404,
            404,
            404,
        ]
    for insider in (world.candidate, world.tutor, world.exams_officer):
        assert sign_in(insider).get(page).status_code == 200
    assert Event.objects.filter(verb="download").count() == 0


def test_nobody_signed_in_is_sent_to_sign_in(world, client):
    version = stored(world.work, "plan.txt", b"words")
    assert client.get(address(version)).status_code == 302


def test_page_images_leave_by_the_door_and_others_are_absent(world, sign_in):
    version = stored(world.work, "storyboard.pdf", demo.storyboard(1, "Fair", "0001"))
    make_preview(version.stored)
    client = sign_in(world.tutor)
    response = client.get(reverse("rendition", args=[version.pk, 1]))
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "image/jpeg",
        'inline; filename="page-1.jpg"',
    )
    assert body(response).startswith(b"\xff\xd8")
    assert client.get(reverse("rendition", args=[version.pk, 99])).status_code == 404
    text = stored(world.work, "plan.txt", b"words")
    make_preview(text.stored)
    assert client.get(reverse("rendition", args=[text.pk, 1])).status_code == 404
