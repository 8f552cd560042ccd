"""A full disk: clear answers, nothing partial, no row without its file, and uploads continue where they stopped."""

import logging
import subprocess
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.files import storage
from portal.files.models import StoredFile
from portal.kit import outbox
from portfolios.models import Evidence
from tests.factories import portfolios as make
from tests.sorting.conftest import group  # noqa: F401 - a fixture
from tests.uploads.conftest import metadata, signed_in, stored_files, text, tus, work  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
ROOM = 400_000  # bytes


def small_disk(folder: Path):
    """A separate file system of that size."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("only root may make a small disk; `make faults` makes one for everybody")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def full_store(settings):
    """The store of files."""
    yield from small_disk(Path(settings.MEDIA_ROOT))


@pytest.fixture
def full_tmp(settings, tmp_path):
    """Where forms are written as they arrive."""
    for folder in small_disk(tmp_path / "small"):
        settings.FILE_UPLOAD_TEMP_DIR = str(folder)
        yield folder


def test_nothing_of_a_file_stays(full_store, caplog):
    with pytest.raises(storage.NoRoom), caplog.at_level(logging.CRITICAL):
        storage.save("files/large", ContentFile(bytes(2 * ROOM)))
    assert (stored_files(), list(full_store.rglob(".*"))) == ([], [])
    assert "There is no room for stored files" in caplog.text
    assert storage.save("files/small", ContentFile(b"words")) == "files/small"


def test_tus_answers_507_and_goes_on_where_it_was(full_store, work, tus):  # noqa: F811
    content = text(ROOM // 2)
    tus.begin(work, len(content))
    upload = work.uploads.get()
    assert tus.patch(upload, 0, content[:1000]).status_code == 204
    ballast = full_store / "ballast"
    ballast.write_bytes(bytes(ROOM - 8 * 4096))
    answer = tus.patch(upload, 1000, content[1000:])
    assert (answer.status_code, "What arrived is kept" in answer.content.decode()) == (507, True)
    assert (tus.ask("HEAD", upload)["Upload-Offset"], len(stored_files())) == ("1000", 2)  # and the ballast
    ballast.unlink()
    assert tus.patch(upload, 1000, content[1000:]).status_code == 204


def test_form_names_the_file_and_leaves_no_row(full_store, work):  # noqa: F811
    client = Client()
    client.force_login(work.candidate.user, backend="portal.accounts.backends.ByName")
    files = [SimpleUploadedFile("a.txt", b"My plan"), SimpleUploadedFile("b.txt", text(2 * ROOM))]
    page = client.post(reverse("evidence-add", args=[work.pk]), {"files": files}, follow=True)
    words = [str(message) for message in page.context["messages"]]
    assert words[0] == "“a.txt” was checked and added."
    assert "“b.txt” was not accepted: the portal has no room for it at the moment." in words[1]
    assert (StoredFile.objects.count(), Evidence.objects.count(), len(stored_files())) == (1, 1, 1)


def test_group_upload_names_the_file_and_leaves_no_row(full_store, group):  # noqa: F811
    client = Client()
    client.force_login(group.tutor, backend="portal.accounts.backends.ByName")
    bulk = group.bulk()
    names = ("a class.zip", "0012 film.txt")  # one that a worker unpacks, and one that is checked at once
    files = [SimpleUploadedFile(name, text(2 * ROOM)) for name in names]
    page = client.post(reverse("bulk-upload-add", args=[bulk.pk]), {"files": files}, follow=True)
    words = (
        "was not accepted: the portal has no room for it at the moment. Keep the file and try again later."
    )
    assert [str(message) for message in page.context["messages"]] == [f"“{name}” {words}" for name in names]
    assert (StoredFile.objects.count(), bulk.uploads.count(), stored_files()) == (0, 0, [])


def test_form_that_cannot_even_arrive_gets_a_page_of_its_own(full_tmp, work, settings):  # noqa: F811
    client = Client(raise_request_exception=False)
    client.force_login(work.candidate.user, backend="portal.accounts.backends.ByName")
    file = SimpleUploadedFile("b.txt", text(4 * settings.FILE_UPLOAD_MAX_MEMORY_SIZE))
    answer = client.post(reverse("evidence-add", args=[work.pk]), {"files": [file]})
    assert (answer.status_code, "There is no space at the moment" in answer.content.decode()) == (507, True)
    assert (StoredFile.objects.count(), list(full_tmp.iterdir())) == (0, [])


def test_worker_tries_again_when_there_is_room(full_store, work, settings):  # noqa: F811
    settings.OUTBOX_PAUSES_SECONDS = [0]
    upload = make.received_upload(work, content=text(ROOM // 3))
    ballast = full_store / "ballast"
    ballast.write_bytes(bytes(ROOM - ROOM // 3 - 8 * 4096))
    outbox.work_all()
    upload.refresh_from_db()
    assert (upload.state, Evidence.objects.count()) == ("held", 0)
    ballast.unlink()
    outbox.retry(outbox.OutboxEntry.objects.all())
    outbox.work_all()
    upload.refresh_from_db()
    assert (upload.state, default_storage.exists(upload.version.file.name)) == ("ready", True)


def test_other_faults_have_their_own_page(work, monkeypatch):  # noqa: F811
    client = Client(raise_request_exception=False)
    client.force_login(work.candidate.user, backend="portal.accounts.backends.ByName")
    monkeypatch.setattr("portfolios.views.assignment.render", lambda *arguments: 1 / 0)
    answer = client.get(work.get_absolute_url())
    assert (answer.status_code, "Sorry, there is a problem with the portal" in answer.content.decode()) == (
        500,
        True,
    )
