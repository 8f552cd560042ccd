"""The protocol, status by status: what a client is told, and what is stored after each response."""

import base64
import hashlib
import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from gunicorn.http.body import Body, LengthReader
from gunicorn.http.unreader import SocketUnreader

from portal.files import receiving
from portal.files.incoming import BLOCK_BYTES
from portal.files.models import StoredFile
from portal.kit import bodies, leases, outbox
from portfolios import actions
from portfolios.models import Evidence, Upload
from tests.factories import candidates
from tests.factories import portfolios as make

from .conftest import PART, Tus, metadata, stored_files, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def checksum(algorithm: str, content: bytes) -> str:
    return f"{algorithm} {base64.b64encode(hashlib.new(algorithm, content).digest()).decode()}"


def offset_of(upload: Upload) -> int:
    upload.refresh_from_db()
    return upload.received_bytes


def test_a_file_in_three_parts_becomes_evidence_with_the_checksum_of_what_was_sent(work, tus):
    content = text(1000)
    answer = tus.begin(work, 1000)
    upload = Upload.objects.get()
    assert (answer.status_code, answer["Location"], answer["Upload-Offset"], answer["Tus-Resumable"]) == (
        201, upload.get_absolute_url(), "0", "1.0.0",
    )  # fmt: skip
    for first, last in ((0, 300), (300, 301), (301, 1000)):
        answer = tus.patch(upload, first, content[first:last])
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(last))
    upload.refresh_from_db()
    assert (upload.state, Evidence.objects.count()) == ("received", 0)
    outbox.work_all()
    upload.refresh_from_db()
    version = Evidence.objects.get().current
    assert (upload.state, upload.version, upload.sha256) == ("ready", version, version.sha256)
    assert (version.sha256, version.file_name) == (hashlib.sha256(content).hexdigest(), "plan.txt")
    assert version.file.read() == content


def test_parts_go_once_the_file_is_whole(work, tus, django_capture_on_commit_callbacks):
    tus.begin(work, 600, body=text(200))
    upload = Upload.objects.get()
    tus.patch(upload, 200, text(400))
    assert len(stored_files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        outbox.work_all()
    assert stored_files() == [Evidence.objects.get().current.file.name]
    assert upload.stored.parts.count() == 0


def test_creation_with_upload_takes_the_first_part_along(work, tus):
    answer = tus.begin(work, 1000, body=text(400))
    assert (answer.status_code, answer["Upload-Offset"]) == (201, "400")


def test_title_note_and_criteria_come_as_metadata(work, tus):
    criterion = work.checklist.objectives.first().criteria.first()
    strange = make.assignment().checklist.objectives.first().criteria.first()
    told = metadata(
        filename="plan.txt", title="My plan", note="Drawn by hand", criteria=f"{criterion.pk},{strange.pk}"
    )
    tus.begin(work, 5, body=b"words", Upload_Metadata=told)
    outbox.work_all()
    item = Evidence.objects.get()
    assert (item.title, item.note, list(item.criteria.all())) == ("My plan", "Drawn by hand", [criterion])


def test_a_file_that_replaces_another_becomes_its_next_version(work, tus):
    item = make.evidence(work, title="My plan")
    told = metadata(filename="better.txt", title="Not this", replaces=str(item.pk))
    assert tus.begin(work, 5, body=b"words", Upload_Metadata=told).status_code == 201
    outbox.work_all()
    item = Evidence.objects.get()
    assert (item.title, item.current.number, item.current.file_name) == ("My plan", 2, "better.txt")


def test_only_what_stands_in_the_unit_is_replaced(work, tus):
    removed, elsewhere = make.evidence(work), make.evidence(make.assignment(work.candidate))
    actions.remove_evidence(removed, by=work.candidate.user)
    stranger = make.evidence(make.assignment())
    before = Upload.objects.count()
    for replaces in (removed.pk, elsewhere.pk, stranger.pk, "x", "-1", "9" * 40):
        answer = tus.begin(work, 5, Upload_Metadata=metadata(filename="a.txt", replaces=str(replaces)))
        assert (answer.status_code, answer.content.decode()) == (
            404, "The item whose file it should replace is no longer in this unit.",
        )  # fmt: skip
    assert Upload.objects.count() == before


def test_an_item_removed_meanwhile_is_not_brought_back_by_its_new_file(work, tus):
    item = make.evidence(work)
    told = metadata(filename="better.txt", replaces=str(item.pk))
    tus.begin(work, 5, body=b"wor", Upload_Metadata=told)
    upload = item.uploads.get(stored__name="better.txt")
    actions.remove_evidence(item, by=work.candidate.user)
    assert tus.patch(upload, 3, b"ds").status_code == 204
    outbox.work_all()
    upload.refresh_from_db()
    assert (upload.state, item.versions.count()) == ("refused", 1)
    assert "has been removed" in upload.reason


def test_nothing_is_replaced_in_work_that_is_not_open(signed_in):
    done = make.handed_in()
    told = metadata(filename="better.txt", replaces=str(done.evidence.get().pk))
    answer = signed_in(done.candidate.user).begin(done, 5, Upload_Metadata=told)
    assert (answer.status_code, "cannot be changed" in answer.content.decode()) == (403, True)


@pytest.mark.parametrize("header", ["", None])
def test_an_upload_without_metadata_is_accepted_and_judged_when_it_is_there(work, tus, header):
    assert tus.begin(work, 5, body=b"words", Upload_Metadata=header).status_code == 201
    outbox.work_all()
    upload = Upload.objects.get()
    assert (upload.state, Evidence.objects.count()) == ("refused", 0)
    assert "files without an ending are not accepted" in upload.reason


def test_options_say_what_is_spoken(work, tus, settings):
    answer = tus.client.options(reverse("uploads", args=[work.pk]))
    assert answer.status_code == 204
    assert {
        name: answer[name] for name in ("Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size")
    } == {
        "Tus-Resumable": "1.0.0",
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,creation-with-upload,checksum,expiration,termination",
        "Tus-Max-Size": str(settings.EVIDENCE_FILE_LIMIT_BYTES),
    }
    assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256,md5"


def test_head_says_how_far_it_is(begun, tus):
    tus.patch(begun, 0, text(300))
    answer = tus.ask("HEAD", begun)
    assert (answer.status_code, answer["Upload-Offset"], answer["Upload-Length"]) == (200, "300", "1000")
    assert "no-store" in answer["Cache-Control"] and answer["Upload-Expires"].endswith("GMT")


def test_wrong_offset_is_a_conflict_and_keeps_nothing(begun, tus):
    tus.patch(begun, 0, text(300))
    for offset in (0, 299, 301):
        assert tus.patch(begun, offset, text(100)).status_code == 409
    assert (offset_of(begun), len(stored_files())) == (300, 1)


def test_more_than_was_announced_is_too_long(begun, tus):
    assert tus.patch(begun, 0, text(1001)).status_code == 413
    assert (offset_of(begun), stored_files()) == (0, [])


def test_a_file_over_the_limit_is_too_long_before_anything_is_sent(work, tus, settings):
    settings.EVIDENCE_FILE_LIMIT_BYTES = 1000
    answer = tus.begin(work, 1001)
    assert (answer.status_code, answer.content.decode()) == (
        413,
        "The file is 1 kB. The largest allowed is 1 kB.",
    )
    assert tus.begin(work, 1000).status_code == 201


def test_files_under_way_count_towards_the_unit(work, tus, settings):
    settings.EVIDENCE_UNIT_LIMIT_BYTES = 1000
    assert tus.begin(work, 600).status_code == 201
    answer = tus.begin(work, 600)
    assert answer.status_code == 413 and "may be up to 1 kB together" in answer.content.decode()
    settings.EVIDENCE_UNIT_FILES_LIMIT = 1
    assert "this unit can have up to 1 files" in tus.begin(work, 1).content.decode()


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "md5"])
def test_a_part_with_the_wrong_checksum_is_not_kept_and_the_right_one_is(begun, tus, algorithm):
    content = text(500)
    wrong = tus.patch(begun, 0, content, Upload_Checksum=checksum(algorithm, b"other"))
    assert (wrong.status_code, offset_of(begun), stored_files()) == (460, 0, [])
    right = tus.patch(begun, 0, content, Upload_Checksum=checksum(algorithm, content))
    assert (right.status_code, offset_of(begun)) == (204, 500)


@pytest.mark.parametrize("header", ["crc32 AAAA", "sha1 ***", "sha1"])
def test_a_checksum_that_cannot_be_read_is_refused(begun, tus, header):
    answer = tus.patch(begun, 0, b"words", Upload_Checksum=header)
    assert answer.status_code == (460 if header == "sha1" else 400)
    assert offset_of(begun) == 0


def test_another_content_type_or_version_is_turned_away(work, begun, tus):
    assert tus.patch(begun, 0, b"words", Content_Type="text/plain").status_code == 415
    for answer in (
        tus.patch(begun, 0, b"words", Tus_Resumable=None),
        tus.ask("HEAD", begun, Tus_Resumable="0.2.2"),
        tus.begin(work, 10, Tus_Resumable=None),
    ):
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")
    assert offset_of(begun) == 0


NONSENSE = [
    {"Upload_Length": None},
    {"Upload_Length": "-1"},
    {"Upload_Length": "many"},
    {"Upload_Length": "9" * 40},
    {"Upload_Metadata": "filename ***"},
    {"Upload_Metadata": "filename /w=="},
    {"Upload_Metadata": metadata(filename="plan.exe")},
    {"Upload_Metadata": metadata(filename="plan\0.txt")},
]


@pytest.mark.parametrize("headers", NONSENSE, ids=str)
def test_nonsense_is_refused_and_begins_nothing(work, tus, headers):
    assert tus.begin(work, 10, **headers).status_code == 400
    assert Upload.objects.count() == 0


@pytest.mark.parametrize("offset", [None, "-1", "x", "1.5"])
def test_an_offset_that_is_no_number_is_refused(begun, tus, offset):
    assert tus.patch(begun, 0, b"words", Upload_Offset=offset).status_code == 400


def test_an_empty_file_is_refused_in_words(work, tus):
    answer = tus.begin(work, 0)
    assert answer.status_code == 400 and "it is empty" in answer.content.decode()


def test_nobody_else_finds_an_upload(work, begun, signed_in):
    others = [candidates.candidate(work.candidate.centre).user, make.tutor_of(work)]
    for other in others:
        tus = signed_in(other)
        answers = [
            tus.ask("HEAD", begun),
            tus.patch(begun, 0, b"words"),
            tus.ask("DELETE", begun),
        ]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (offset_of(begun), begun.state) == (0, "receiving")


def test_the_anonymous_are_turned_away(work, begun):
    tus = Tus(Client())
    answers = [tus.begin(work, 10), tus.ask("HEAD", begun), tus.patch(begun, 0, b"words")]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert offset_of(begun) == 0


def test_requests_of_other_sites_are_turned_away(work, begun, signed_in):
    tus = signed_in(work.candidate.user, enforce_csrf_checks=True)
    answers = [tus.begin(work, 10), tus.patch(begun, 0, b"words"), tus.ask("DELETE", begun)]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    tus.client.get(work.get_absolute_url())
    token = tus.client.cookies["csrftoken"].value
    assert tus.patch(begun, 0, b"words", X_CSRFToken=token).status_code == 204
    assert offset_of(begun) == 5


def test_work_that_is_not_open_takes_nothing(tus, signed_in):
    done = make.handed_in()
    answer = signed_in(done.candidate.user).begin(done, 10)
    assert (answer.status_code, answer.content.decode()) == (
        403, "The work is “Handed in”, so its evidence cannot be changed.",
    )  # fmt: skip


def test_delete_gives_it_up_with_all_that_came(begun, tus, django_capture_on_commit_callbacks):
    tus.patch(begun, 0, text(300))
    with django_capture_on_commit_callbacks(execute=True):
        assert tus.ask("DELETE", begun).status_code == 204
    assert (stored_files(), begun.stored.parts.count()) == ([], 0)
    assert [tus.ask("HEAD", begun).status_code, tus.ask("DELETE", begun).status_code] == [404, 404]
    assert tus.patch(begun, 300, b"words").status_code == 410


def test_an_upload_that_ran_out_is_gone_and_its_parts_with_it(begun, tus, django_capture_on_commit_callbacks):
    tus.patch(begun, 0, text(300))
    StoredFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert [tus.ask("HEAD", begun).status_code, tus.patch(begun, 300, b"x").status_code] == [410, 410]
    with django_capture_on_commit_callbacks(execute=True):
        assert (receiving.expire(), receiving.expire()) == (1, 0)
    begun.refresh_from_db()
    assert (begun.state, stored_files(), tus.ask("HEAD", begun).status_code) == ("expired", [], 410)


def test_going_on_puts_off_the_end(begun, tus):
    soon = timezone.now() + timedelta(minutes=1)
    StoredFile.objects.update(expires_at=soon)
    tus.patch(begun, 0, text(300))
    begun.refresh_from_db()
    assert begun.expires_at > soon + timedelta(hours=1)


def test_nothing_more_is_taken_once_it_is_whole(begun, tus):
    tus.patch(begun, 0, text(1000))
    assert tus.patch(begun, 1000, b"more").status_code == 413
    assert tus.patch(begun, 0, b"again").status_code == 409
    assert tus.ask("DELETE", begun).status_code == 403  # it is being checked


def test_two_requests_at_once_for_one_file_are_told_apart(begun, tus):
    """The second one is told that the first is using it."""
    with leases.held(f"upload-{begun.stored_id}"):
        assert tus.patch(begun, 0, text(300)).status_code == 423
        assert tus.ask("DELETE", begun).status_code == 423
    assert (offset_of(begun), tus.patch(begun, 0, text(300)).status_code) == (0, 204)


@contextmanager
def drip(seconds_apart: float, *, beginning: bytes):
    """gunicorn's own end of a connection that sends some bytes at once, and then one at a time."""
    server, stranger = socket.socketpair()
    over = threading.Event()

    def send() -> None:
        stranger.sendall(beginning)
        with suppress(OSError):
            while not over.wait(seconds_apart):
                stranger.sendall(b"x")

    thread = threading.Thread(target=send)
    with server, stranger:
        thread.start()
        try:
            yield server
        finally:
            over.set()
            thread.join()


def test_a_line_that_drips_is_cut_and_what_came_is_kept(begun, tus, monkeypatch):
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 2)
    monkeypatch.setattr(bodies, "LOWEST_BYTES_A_SECOND", 2_000)
    with drip(0.1, beginning=b"x" * 300) as line:
        body = Body(LengthReader(SocketUnreader(line), 1000))
        about = {
            "wsgi.input": body, "gunicorn.socket": line, "CONTENT_LENGTH": "1000", "CONTENT_TYPE": PART,
        }  # fmt: skip
        told = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
        started = time.monotonic()
        answer = tus.client.generic("PATCH", begun.get_absolute_url(), headers=told, **about)
        assert 2 <= time.monotonic() - started < 20
        assert (line.gettimeout(), line.send(b"HTTP/1.1 204")) == (None, 12)
    reached = offset_of(begun)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, str(reached))
    assert 300 < reached < 500
    assert tus.patch(begun, reached, text(1000 - reached)).status_code == 204


def test_a_body_is_never_held_whole(begun, tus, monkeypatch):
    """Neither the protocol nor the CSRF check reads the body or the form."""
    from django.core.handlers.wsgi import WSGIRequest

    def whole(request):
        raise AssertionError("the body was read whole")

    monkeypatch.setattr(WSGIRequest, "body", property(whole))
    sizes = []
    read = WSGIRequest.read
    monkeypatch.setattr(WSGIRequest, "read", lambda request, size: sizes.append(size) or read(request, size))
    big = make.begun_upload(begun.assignment, name="big.txt", size_bytes=12_000_000)
    assert tus.patch(big, 0, text(12_000_000)).status_code == 204
    assert max(sizes) <= BLOCK_BYTES and len(sizes) > 10
