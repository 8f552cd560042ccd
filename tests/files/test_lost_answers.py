"""COMMIT was sent and its answer lost: no row names a missing object, and work continues where it stopped."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from centres import actions as centre_actions
from portal.files import printing, receiving, storage, taking
from portal.files.incoming import Incoming
from portal.files.models import Part, StoredFile
from portal.files.renditions import making
from portal.files.tasks import take_file
from portfolios import actions
from portfolios.models import Evidence, Upload
from tests.factories import centres, moderation
from tests.factories import portfolios as make
from tests.lost_answers import LostAnswers
from tests.sorting.conftest import group, zipped  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = b"Purpose, audience, ideas.\n"


@pytest.fixture
def line(transactional_db):
    with LostAnswers() as proxy, proxy.in_use():
        yield proxy


def loses(line, marker: str, call) -> None:
    """Run `call`, whose COMMIT gets no answer."""
    line.lose_commit_after(marker.encode())
    with pytest.raises(OperationalError):
        call()
    connection.close()
    assert line.lost == 1


def dangling() -> list[str]:
    """Objects that rows name but that do not exist."""
    named = [
        *Part.objects.values_list("file", flat=True),
        *StoredFile.objects.exclude(file="").values_list("file", flat=True),
        *StoredFile.objects.exclude(renditions=None).values_list("renditions__file", flat=True),
    ]
    return [name for name in named if name and not default_storage.exists(name)]


def test_part_of_an_upload(line):
    upload = make.begun_upload(make.assignment(), name="plan.txt", size_bytes=len(WORDS))
    incoming = Incoming(SimpleUploadedFile("part", WORDS[:10]), most=10)
    loses(line, 'INSERT INTO "files_part"', lambda: receiving.append(upload.stored, 0, incoming))
    upload.refresh_from_db()
    assert (upload.received_bytes, dangling()) == (10, [])
    rest = Incoming(SimpleUploadedFile("part", WORDS[10:]), most=len(WORDS) - 10)
    receiving.append(upload.stored, 10, rest)
    take_file(upload.stored_id)
    assert Evidence.objects.get().current.file.read() == WORDS


def test_file_that_a_worker_takes(line):
    upload = make.received_upload(make.assignment(), content=WORDS)
    loses(line, 'INSERT INTO "portfolios_evidenceversion"', lambda: take_file(upload.stored_id))
    assert dangling() == []
    take_file(upload.stored_id)  # the outbox tries again
    upload.refresh_from_db()
    version = Evidence.objects.get().current
    assert (upload.state, version.file.read(), version.number) == ("ready", WORDS, 1)


def test_file_from_a_form(line):
    work = make.assignment()
    loses(line, 'INSERT INTO "portfolios_evidenceversion"', lambda: make.evidence(work))
    assert (Evidence.objects.get().current.file.read(), dangling()) == (WORDS, [])


def test_zip_of_many(line, group):  # noqa: F811
    upload = make.bulk_file(
        group.bulk(), "class.zip", zipped({"0012/a.txt": b"Words", "0012/b.txt": b"More"})
    )
    loses(line, 'INSERT INTO "files_storedfile"', lambda: take_file(upload.stored_id))
    assert (sorted(row.full_name for row in Upload.objects.in_state("sorting")), dangling()) == (
        ["0012/a.txt", "0012/b.txt"],
        [],
    )


def test_file_that_is_refused(line):
    upload = make.received_upload(make.assignment(), "film.mp4", b"words")
    loses(line, 'DELETE FROM "files_part"', lambda: take_file(upload.stored_id))
    upload.refresh_from_db()
    assert (upload.state, dangling()) == ("refused", [])


def test_preview(line):
    version = make.evidence(make.assignment()).current
    loses(line, 'INSERT INTO "files_rendition"', lambda: making.make(version.stored))
    version.refresh_from_db()
    assert (version.preview, len(version.shown), dangling()) == ("ready", 1, [])


def test_attachment_that_is_removed(line):
    attachment = centre_actions.attach(
        centres.draft_application(), SimpleUploadedFile("letter.txt", b"We approve."), by=None
    )
    name = attachment.file.name
    loses(line, "DELETE FROM", lambda: centre_actions.remove_attachment(attachment, by=None))
    assert (attachment.stored.__class__.objects.count(), dangling()) == (0, [])
    assert default_storage.exists(name)  # the sweep removes it


def test_file_in_the_workspace_that_is_put_into_a_unit(line):
    work = make.assignment()
    kept = make.in_workspace(work.candidate)
    call = lambda: actions.add_to_unit(kept, work, keep=False, by=work.candidate.user)  # noqa: E731
    loses(line, 'INSERT INTO "portfolios_evidenceversion"', call)
    assert (Evidence.objects.get().current.file.read(), dangling()) == (WORDS, [])


def test_printed_document(line):
    certificate = moderation.certificated_claim(1).lines.get().certificates.get()
    loses(line, 'SET "pdf"', lambda: printing.print_once(certificate))
    certificate.refresh_from_db()
    content = b"".join(storage.blocks(default_storage, certificate.pdf.name))
    assert hashlib.sha256(content).hexdigest() == certificate.pdf_sha256
    printing.print_once(certificate)
    assert len(list(storage.every(default_storage, "certificates"))) == 1


def test_cancelled_upload(line):
    upload = make.begun_upload(make.assignment(), name="plan.txt", size_bytes=100)
    receiving.append(upload.stored, 0, Incoming(SimpleUploadedFile("part", WORDS), most=len(WORDS)))
    by = upload.uploaded_by
    loses(line, 'DELETE FROM "files_part"', lambda: receiving.cancel(upload.stored, by=by))
    upload.refresh_from_db()
    assert (upload.state, dangling()) == ("cancelled", [])


def test_held_file(line):
    upload = make.received_upload(make.assignment())
    loses(line, 'UPDATE "files_storedfile"', lambda: taking.hold(upload.stored))
    upload.refresh_from_db()
    assert (upload.state, dangling()) == ("held", [])
