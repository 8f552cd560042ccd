"""Files of a bulk upload, from their arrival to a proposed place; zips of many are unpacked with care."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from portal.files import taking
from portal.files.checks import scanner
from portal.files.models import Part, StoredFile
from portal.files.tasks import take_file
from portal.kit import outbox
from portfolios.limits import limits_of_bulk
from portfolios.models import Evidence
from portfolios.sorting import arriving, confirming
from tests.factories import portfolios as make
from tests.files.hostile.making import damaged_type
from tests.states import put
from tests.uploads.conftest import stored_files

from .conftest import states, zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def test_a_file_waits_with_its_proposal(group):
    upload = make.bulk_file(group.bulk(), "0012 IM201 plan.txt")
    outbox.work_all()
    upload.refresh_from_db()
    assert (upload.state, upload.proposed, upload.assignment) == ("sorting", group.ana, None)
    assert Evidence.objects.count() == 0


def test_a_zip_of_many_is_unpacked_and_its_parts_go(group, django_capture_on_commit_callbacks):
    files = {
        "0012/IM201/plan.txt": b"Plan of Ana",
        "0047 notes.txt": b"Notes of Ben",
        "__MACOSX/0047 notes.txt": b"left by a Mac",
        "readme.txt": b"For nobody",
    }
    bulk = group.bulk()
    with django_capture_on_commit_callbacks(execute=True):
        make.bulk_file(bulk, "class.zip", zipped(files))
        outbox.work_all()
    assert states(bulk) == {
        "class.zip": "unpacked",
        "0012/IM201/plan.txt": "sorting",
        "0047 notes.txt": "sorting",
        "readme.txt": "sorting",
    }
    found = {upload.path: upload for upload in bulk.uploads.exclude(path="")}
    assert found["0012/IM201/plan.txt"].proposed == group.ana
    assert found["0047 notes.txt"].proposed == group.ben
    assert found["readme.txt"].reason == "Its name does not start with a candidate number."
    assert (len(stored_files()), Part.objects.count()) == (3, 0)


def test_whoever_asks_what_a_zip_may_bring_is_answered_until_it_is_unpacked(group, client):
    upload = make.bulk_file(group.bulk(), "class.zip", zipped({"0012/IM201/plan.txt": b"Plan"}))
    client.force_login(upload.stored.sender, backend="portal.accounts.backends.ByName")
    address = upload.get_absolute_url()
    before = client.options(address)
    assert (before.status_code, before["Tus-Max-Size"]) == (204, str(settings.BULK_UPLOAD_LIMIT_BYTES))
    outbox.work_all()
    told = {"Tus-Resumable": "1.0.0"}
    after = [
        client.options(address),
        client.head(address, headers=told),
        client.delete(address, headers=told),
    ]
    assert [answer.status_code for answer in after] == [404, 404, 404]


def test_a_zip_with_a_candidate_number_is_that_candidates_file(group):
    bulk = group.bulk()
    make.bulk_file(bulk, "0047 website.zip", zipped({"index.html": b"<h1>Ben</h1>"}))
    outbox.work_all()
    assert states(bulk) == {"0047 website.zip": "sorting"}


def test_an_entry_that_cannot_be_taken_keeps_no_other_back(group):
    bulk = group.bulk()
    files = {
        "0012/IM201/plan.txt": b"Plan",
        f"0012/IM201/{'a name that nobody thought about ' * 4}.txt": b"Words",
        "0012/run.exe": b"MZ\0\0",
        "0012/empty.txt": b"",
        "../0012 up.txt": b"out",
        "0012/poster.png": b"no picture at all",
        "0012/line\u202efdp.txt": b"turned",
    }
    make.bulk_file(bulk, "class.zip", zipped(files))
    outbox.work_all()
    reasons = {upload.file_name: upload.reason for upload in bulk.uploads.in_state("refused")}
    assert set(reasons) == {"run.exe", "empty.txt", "0012 up.txt", "poster.png", "line<U+202E>fdp.txt"}
    assert "files ending in .exe are not accepted" in reasons["run.exe"]
    assert "it is empty" in reasons["empty.txt"]
    assert "outside its folder" in reasons["0012 up.txt"]
    assert "its content is plain text" in reasons["poster.png"]
    assert "change the direction of writing" in reasons["line<U+202E>fdp.txt"]
    assert bulk.uploads.in_state("sorting").count() == 2


def test_an_archive_or_a_damaged_document_among_the_files_is_refused_by_itself(group):
    bulk = group.bulk()
    archives = {f"0012/part.{ending}": b"packed elsewhere" for ending in ("gz", "rar", "7z", "tar")}
    files = {
        **archives,
        "0012/site.zip": zipped({"index.html": b"<h1>Ana</h1>", "backup.rar": b"Rar!"}),
        "0012/letter.docx": damaged_type(zipfile.ZIP_DEFLATED),
        "0012/IM201/plan.txt": b"Plan",
    }
    make.bulk_file(bulk, "class.zip", zipped(files))
    outbox.work_all()
    refused = {path: "refused" for path in files if path != "0012/IM201/plan.txt"}
    assert states(bulk) == {"class.zip": "unpacked", "0012/IM201/plan.txt": "sorting", **refused}
    reasons = {upload.file_name: upload.reason for upload in bulk.uploads.in_state("refused")}
    assert reasons["part.rar"].endswith(
        "files ending in .rar are not accepted. Put its files into an ordinary zip."
    )
    assert "“backup.rar” in it is an archive that cannot be checked" in reasons["site.zip"]
    assert "it is damaged" in reasons["letter.docx"]


def locked(content: bytes) -> bytes:
    """A zip whose entries claim to be locked with a password."""
    sealed = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = sealed.find(mark)
        while at >= 0:
            sealed[at + place] |= 1
            at = sealed.find(mark, at + 4)
    return bytes(sealed)


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0012/zeros.txt", bytes(15_000_000))
    return held.getvalue()


def test_a_zip_without_content_or_with_too_long_a_name_is_refused_at_once(group):
    bulk = group.bulk()
    for name, content, words in (
        ("class.zip", b"", "it is empty"),
        ("a" * 200 + ".zip", b"PK", "longer than"),
    ):
        with pytest.raises(ValidationError, match=words):
            make.bulk_file(bulk, name, content)
    assert bulk.uploads.count() == 0


def test_a_zip_named_by_a_year_is_of_many(group):
    bulk = group.bulk()
    make.bulk_file(bulk, "2026 class 9.zip", zipped({"0012/IM201/plan.txt": b"Plan"}))
    outbox.work_all()
    assert states(bulk) == {"2026 class 9.zip": "unpacked", "0012/IM201/plan.txt": "sorting"}


def test_a_web_site_in_pieces_is_told_to_be_zipped(group):
    bulk = group.bulk()
    make.bulk_file(
        bulk, "class.zip", zipped({"0012/site/index.html": b"<h1>Ana</h1>", "0012/Thumbs.db": b"x"})
    )
    outbox.work_all()
    assert list(states(bulk)) == ["class.zip", "0012/site/index.html"]
    assert "zip the site by itself" in bulk.uploads.latest("pk").reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped({"0012/plan.txt": b"Plan"})[:-10], "it is incomplete"),
        (b"PK\x03\x04 and no more", "it is incomplete"),
        (zipped({}), "there are no files in it"),
        (bomb(), "it unpacks to far more than its own size"),
        (zipped({"0012/é.txt": b"Words"}).replace("é".encode(), b"\xff\xfe"), "is damaged"),
    ],
)  # fmt: skip
def test_a_zip_that_cannot_be_unpacked_is_refused_in_words(group, content, words):
    bulk = group.bulk()
    make.bulk_file(bulk, "class.zip", content)
    outbox.work_all()
    upload = bulk.uploads.get()
    assert upload.state == "refused" and words in upload.reason


def test_sealed_entries_are_each_refused(group):
    bulk = group.bulk()
    make.bulk_file(bulk, "class.zip", locked(zipped({"0012/plan.txt": b"Plan"})))
    outbox.work_all()
    entry = bulk.uploads.get(path="0012/plan.txt")
    assert entry.state == "refused" and "password" in entry.reason


def test_more_than_a_bulk_upload_may_have_is_refused_as_a_whole(group, settings):
    settings.BULK_UPLOAD_FILES_LIMIT = 3
    bulk = group.bulk()
    make.bulk_file(bulk, "class.zip", zipped({f"0012/{number}.txt": b"words" for number in range(4)}))
    outbox.work_all()
    assert "it contains 4 files, and this bulk upload can have up to 3" in bulk.uploads.get().reason
    settings.BULK_UPLOAD_LIMIT_BYTES = 1000
    second = group.bulk()
    make.bulk_file(second, "0012 a.txt", b"a" * 800)
    with pytest.raises(ValidationError, match="may be up to 1 kB together"):
        make.bulk_file(second, "0012 b.txt", b"b" * 800)
    assert second.uploads.count() == 1


@pytest.mark.parametrize("state", ["refused", "cancelled", "expired"])
def test_file_that_did_not_come_to_anything_takes_no_room(group, state):
    bulk = group.bulk()
    kept, lost = (make.bulk_file(bulk, name) for name in ("0012 a.txt", "0012 b.txt"))
    put(lost.stored, state)
    limits = limits_of_bulk(bulk)
    assert (limits.files, limits.bytes_used) == (1, kept.stored.size_bytes)


def test_the_worker_may_come_twice(group):
    bulk = group.bulk()
    container = make.bulk_file(bulk, "class.zip", zipped({"0012/plan.txt": b"Plan"})).stored_id
    for _ in range(2):
        take_file(container)
    assert bulk.uploads.count() == 2


def test_unpacking_that_fails_leaves_no_row_behind(group, monkeypatch):
    bulk = group.bulk()
    upload = make.bulk_file(bulk, "class.zip", zipped({"0012/a.txt": b"Words", "0012/b.txt": b"More words"}))
    accept = taking.accept

    def broken(stored, whole):
        accept(stored, whole)
        if stored.name == "b.txt":
            raise OSError("the line to the database is lost")

    monkeypatch.setattr(taking, "accept", broken)
    with pytest.raises(OSError):
        take_file(upload.stored_id)
    upload.refresh_from_db()
    assert (upload.state, bulk.uploads.count()) == ("received", 1)


def test_unpacking_that_has_to_wait_leaves_nothing_stored(group, monkeypatch):
    upload = make.bulk_file(
        group.bulk(), "class.zip", zipped({"0012/a.txt": b"Words", "0012/b.txt": b"More"})
    )
    before = stored_files()
    inspect = taking.inspect

    def waits(file, use):
        if file.name == "b.txt":
            raise scanner.ScannerDown("no answer")
        return inspect(file, use)

    monkeypatch.setattr(taking, "inspect", waits)
    with pytest.raises(scanner.ScannerDown):
        take_file(upload.stored_id)
    assert stored_files() == before


def test_what_nobody_sorts_runs_out(group, django_capture_on_commit_callbacks):
    upload = make.bulk_file(group.bulk(), "0012 IM201 plan.txt")
    outbox.work_all()
    StoredFile.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert confirming.run_out() == 1
    upload.refresh_from_db()
    assert (upload.state, stored_files()) == ("expired", [])
    assert (upload.get_state_display(), upload.reason) == (
        "Not sorted in time",
        "Nobody sorted it into a unit in time. Upload it again.",
    )


def test_what_computers_leave_behind_is_passed_over_in_a_zip_and_beside_it(group):
    left = [
        "__MACOSX/._0012 a.txt",
        "._0012 a.txt",
        ".DS_Store",
        "Thumbs.db",
        "0012/~$essay.docx",
        ".~lock.0012 a.odt#",
    ]
    upload = make.bulk_file(
        group.bulk(), "class.zip", zipped({"0012 IM201 a.txt": b"words", **dict.fromkeys(left, b"rubbish")})
    )
    outbox.work_all()
    assert [str(found.full_name) for found in upload.bulk.uploads.exclude(pk=upload.pk)] == [
        "0012 IM201 a.txt"
    ]
    with pytest.raises(ValidationError, match="a computer made it and it contains no work"):
        arriving.begin(upload.bulk, file_name="._0012 a.txt", size_bytes=9, by=group.tutor)


def test_names_without_a_mark_are_sorted_by_the_letters_that_people_typed(group):
    """As a Mac packs them: é as two characters, not flagged as UTF-8."""
    content = zipped({"0012 IM201 cafxxx.txt": b"words"}).replace(b"cafxxx", "cafe\u0301".encode())
    upload = make.bulk_file(group.bulk(), "class.zip", content)
    outbox.work_all()
    assert upload.bulk.uploads.exclude(pk=upload.pk).get().file_name == "0012 IM201 café.txt"
