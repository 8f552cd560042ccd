"""Serving files from a folder and from S3: in ranges, with headers, recorded, and never read whole."""

import urllib.error
import urllib.request

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.http import http_date

from portal.demo import evidence as demo
from portal.files import storage
from portal.kit import cache
from portal.kit.models import Event
from portfolios.models import EvidenceVersion
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db
CONTENT = demo.video()


@pytest.fixture
def film(store) -> EvidenceVersion:
    work = make.assignment()
    return make.evidence(work, file=SimpleUploadedFile("Siân’s titles.mp4", CONTENT)).current


@pytest.fixture
def client(film, sign_in) -> Client:
    return sign_in(film.evidence.assignment.candidate.user)


def address(version: EvidenceVersion, **query) -> str:
    return reverse("evidence-file", args=[version.pk], query=query or None)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def downloads() -> int:
    return Event.objects.filter(verb="download").count()


def test_whole_file(client, film):
    answer = client.get(address(film))
    assert (answer.status_code, body(answer)) == (200, CONTENT)
    assert answer["Content-Length"] == str(len(CONTENT))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Si%C3%A2n%E2%80%99s%20titles.mp4"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Content-Security-Policy"].startswith("sandbox;")
    found = storage.facts(film.file.storage, film.file.name)
    assert answer["Last-Modified"] == http_date(found.modified_at.timestamp())
    assert downloads() == 1


def test_head_has_the_headers_and_is_no_download(client, film):
    whole, head = client.get(address(film)), client.head(address(film), headers={"range": "bytes=0-9"})
    assert (head.status_code, head.content) == (200, b"")
    same = ("Content-Length", "Content-Type", "Content-Disposition", "ETag", "Last-Modified", "Accept-Ranges")
    assert [head[name] for name in same] == [whole[name] for name in same]
    assert downloads() == 1


def test_part(client, film):
    answer = client.get(address(film, inline=1), headers={"range": "bytes=100-299"})
    assert (answer.status_code, body(answer)) == (206, CONTENT[100:300])
    assert answer["Content-Range"] == f"bytes 100-299/{len(CONTENT)}"
    assert answer["Content-Length"] == "200"
    assert downloads() == 0


def test_several_parts_at_once_get_the_whole_file(client, film):
    answer = client.get(address(film), headers={"range": "bytes=0-9,20-29"})
    assert (answer.status_code, body(answer)) == (200, CONTENT)


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=9-3"])
def test_part_that_is_not_there_is_refused_and_no_download(client, film, asked):
    answer = client.get(address(film), headers={"range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")
    assert downloads() == 0


@pytest.mark.parametrize("by", ["ETag", "Last-Modified"])
def test_going_on_after_a_cut_line_if_it_is_the_same_file(client, film, by):
    first = client.get(address(film))
    going_on = {"range": "bytes=1000-", "if-range": first[by]}
    answer = client.get(address(film), headers=going_on)
    assert (answer.status_code, body(answer)) == (206, CONTENT[1000:])


@pytest.mark.parametrize("other", ['"another"', 'W/"another"', "Mon, 01 Jan 2024 00:00:00 GMT", "nonsense"])
def test_going_on_with_another_file_starts_afresh(client, film, other):
    answer = client.get(address(film), headers={"range": "bytes=1000-", "if-range": other})
    assert (answer.status_code, body(answer)) == (200, CONTENT)


def test_file_that_the_browser_holds_already_is_not_sent_again(client, film):
    tag = client.get(address(film))["ETag"]
    answer = client.get(address(film), headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(address(film), headers={"if-match": '"another"'}).status_code == 412
    assert downloads() == 1


def test_tag_is_the_one_that_nginx_makes(client, film):
    found = storage.facts(film.file.storage, film.file.name)
    assert client.get(address(film))["ETag"] == f'"{int(found.modified_at.timestamp()):x}-{len(CONTENT):x}"'


def test_file_fetched_several_times_is_one_download_for_each_file_and_session(client, film, sign_in):
    work = film.evidence.assignment
    other = make.evidence(work, file=SimpleUploadedFile("again.mp4", CONTENT)).current
    for version, part in ((film, "bytes=0-9"), (film, "bytes=10-"), (film, ""), (other, "")):
        client.get(address(version), headers={"range": part})
    lines = Event.objects.filter(verb="download").order_by("pk")
    assert [(line.subject, line.by) for line in lines] == [
        (film.evidence, work.candidate.user),
        (other.evidence, work.candidate.user),
    ]
    sign_in(work.candidate.user).get(address(film))
    assert downloads() == 3


def test_without_the_shared_cache_every_download_is_recorded(client, film, monkeypatch):
    monkeypatch.setattr(cache.CACHE, "_until", float("inf"))
    client.get(address(film))
    client.get(address(film))
    assert downloads() == 2


# --- Sent by nginx: see also tests/deploy/test_nginx.py -------------------------------------------


def test_nginx_is_told_which_file_to_send(client, film, settings, own_files):
    if storage.is_s3(film.file.storage):
        pytest.skip("nginx sends what is in a folder")
    by_portal = client.get(address(film))
    settings.NGINX_SENDS_FILES = True
    answer = client.get(address(film))
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["X-Accel-Redirect"] == f"/stored-files/{film.file.name}"
    same = ("Content-Type", "Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options")
    assert [answer[name] for name in same] == [by_portal[name] for name in same]
    assert client.get(address(film), headers={"if-none-match": by_portal["ETag"]}).status_code == 304
    assert downloads() == 1


@pytest.mark.s3
def test_nginx_sends_nothing_from_s3(s3, settings, sign_in):
    settings.NGINX_SENDS_FILES = True
    version = make.evidence(make.assignment(), file=SimpleUploadedFile("titles.mp4", CONTENT)).current
    answer = sign_in(version.evidence.assignment.candidate.user).get(address(version))
    assert (answer.status_code, body(answer), "X-Accel-Redirect" in answer) == (200, CONTENT, False)


def test_file_that_the_store_lost_is_said_plainly_and_noted(client, film, caplog):
    film.file.storage.delete(film.file.name)
    answer = client.get(address(film))
    assert answer.status_code == 500
    assert (
        "“Siân’s titles.mp4” is listed, but the portal’s storage does not have it." in answer.content.decode()
    )
    assert film.file.name in caplog.text
    assert downloads() == 0


def fetched(link: str, **headers):
    return urllib.request.urlopen(urllib.request.Request(link, headers=headers))


@pytest.mark.s3
def test_download_comes_from_s3_itself_where_settings_say_so(s3, settings, sign_in):
    settings.S3_SIGNED_LINKS = True
    page = b"<!DOCTYPE html><script>alert(1)</script>"
    version = make.evidence(make.assignment(), file=SimpleUploadedFile("page.txt", page)).current
    answer = sign_in(version.evidence.assignment.candidate.user).get(address(version))
    assert answer.status_code == 302
    assert "no-store" in answer["Cache-Control"]
    assert downloads() == 1  # before S3 was asked
    with fetched(answer["Location"]) as from_s3:
        assert from_s3.read() == page
        assert from_s3.headers["Content-Disposition"] == 'attachment; filename="page.txt"'
        assert from_s3.headers["Content-Type"] == "application/octet-stream"
    with fetched(answer["Location"], Range="bytes=2-8") as part:
        assert (part.status, part.read()) == (206, page[2:9])
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetched(answer["Location"].replace("attachment", "inline"))
    assert refused.value.code == 403


@pytest.mark.s3
def test_what_is_shown_in_the_page_comes_from_the_portal_all_the_same(s3, settings, sign_in):
    settings.S3_SIGNED_LINKS = True
    version = make.evidence(make.assignment(), file=SimpleUploadedFile("titles.mp4", CONTENT)).current
    answer = sign_in(version.evidence.assignment.candidate.user).get(address(version, inline=1))
    assert (answer.status_code, body(answer)) == (200, CONTENT)


def test_link_is_for_files_on_s3_alone(settings, sign_in, own_files):
    settings.S3_SIGNED_LINKS = True
    version = make.evidence(make.assignment()).current
    answer = sign_in(version.evidence.assignment.candidate.user).get(address(version))
    assert answer.status_code == 200
