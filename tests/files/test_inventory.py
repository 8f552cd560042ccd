"""What rows name and what the storage contains: differences are found, and files that no row names go after a day."""

import hashlib
import json
import os
from datetime import timedelta
from io import StringIO
from threading import Event as Signal
from threading import Thread
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.utils import timezone

from centres.actions import attach
from portal.files import inventory, storage
from portal.files.inventory import SHELVES, Kept, Shelf
from portal.files.renditions import making
from portal.files.tasks import sweep_files
from portfolios import actions
from portfolios.models import EvidenceVersion
from tests.factories import centres, moderation
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db
WORDS = b"Purpose, audience, ideas.\n"


def version(content: bytes = WORDS) -> EvidenceVersion:
    return make.evidence(make.assignment(), file=make.text_file(content=content)).current


def write_over(store, name: str, content: bytes) -> None:
    store.delete(name)
    assert store.save(name, ContentFile(content)) == name


@pytest.fixture
def tomorrow(monkeypatch):
    """Make a file stored a moment ago more than a day old."""
    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(inventory, "timezone", SimpleNamespace(now=lambda: later))


def findings(store) -> list[tuple[str, str]]:
    return [(found.kind, found.name) for found in inventory.check(store)]


def swept(store, **options) -> list[str]:
    return [found.name for found in inventory.sweep(store, **options)]


def test_every_field_that_names_files_belongs_to_a_room():
    """A model with a file needs a line in the room's stored.py, or the sweep and the check miss it."""
    fields = {
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    }
    assert fields <= {shelf.field for shelf in SHELVES}


def test_all_in_order(store, tomorrow):
    first = version()
    making.make(first.stored)
    actions.replace_file(first.evidence, make.text_file(content=b"A better plan."), by=first.uploaded_by)
    centre = centres.centre()
    attach(
        centres.draft_application(centre=centre),
        SimpleUploadedFile("letter.txt", b"We approve."),
        by=centres.person(centre),
    )
    assert findings(store) == []
    assert swept(store) == []
    assert len(list(storage.every(store))) == 3


def test_missing_changed_and_left_over_are_told_apart(store, tomorrow):
    fine, gone, shorter, other = [version(f"Plan {number}".encode()) for number in range(4)]
    store.delete(gone.file.name)
    write_over(store, shorter.file.name, b"Plan")
    write_over(store, other.file.name, b"Plan 9")
    nobodys = store.save("files/0/nobodys", ContentFile(b"left"))
    unknown = store.save("elsewhere/file", ContentFile(b"?"))
    assert findings(store) == [
        ("missing", gone.file.name),
        ("changed", shorter.file.name),
        ("changed", other.file.name),
        ("left_over", unknown),
        ("left_over", nobodys),
    ]
    assert fine.file.name not in dict(findings(store)).values()


def test_attachment_and_printed_document_are_read_as_well(store):
    centre = centres.centre()
    attached = attach(
        centres.draft_application(centre=centre),
        SimpleUploadedFile("letter.txt", b"We approve."),
        by=centres.person(centre),
    )
    assert attached.sha256 == hashlib.sha256(b"We approve.").hexdigest()
    certificate = moderation.certificated_claim().lines.get().certificates.get()
    pdf = b"%PDF-1.7"
    name = store.save("certificates/1/1.pdf", ContentFile(pdf))
    type(certificate).objects.filter(pk=certificate.pk).update(
        pdf=name, pdf_sha256=hashlib.sha256(pdf).hexdigest()
    )
    assert findings(store) == []
    write_over(store, name, b"%PDF-1.8")
    write_over(store, attached.file.name, b"We approve!")
    assert findings(store) == [("changed", attached.file.name), ("changed", name)]


def test_file_that_cannot_be_read_does_not_end_the_check(monkeypatch):
    broken, fine = version(), version(b"Another plan.")
    really = storage.blocks

    def blocks(store, name):
        if name == broken.file.name:
            raise OSError(5, "Input/output error")
        return really(store, name)

    monkeypatch.setattr(storage, "blocks", blocks)
    store = fine.file.storage
    (found,) = inventory.check(store)
    assert (found.kind, found.name) == ("unreadable", broken.file.name)
    assert "Input/output error" in found.why


def test_row_that_got_another_file_meanwhile_is_no_fault(monkeypatch, own_files):
    """The check reads rows for hours; a file may have been deleted with its row in the meantime."""
    monkeypatch.setattr(
        inventory, "SHELVES", [Shelf("evidence", lambda: [Kept("evidence/1/gone")], lambda names: set())]
    )
    assert findings(default_storage) == []


def test_sweep_takes_what_nobody_names_and_nothing_else(store, tomorrow):
    kept = version()
    nobodys = store.save("files/0/nobodys", ContentFile(b"left"))
    preview = store.save("previews/0/1.jpg", ContentFile(b"left"))
    unknown = store.save("elsewhere/file", ContentFile(b"?"))
    assert swept(store, is_dry=True) == [nobodys, preview]
    assert swept(store) == [nobodys, preview]
    assert {found.name for found in storage.every(store)} == {kept.file.name, unknown}
    assert swept(store) == []


def test_sweep_spares_what_is_younger_than_a_day(store):
    young = store.save("files/0/being-uploaded", ContentFile(b"soon to be named"))
    assert swept(store) == []
    assert store.exists(young)


def test_older_versions_and_removed_items_keep_their_files(store, tomorrow):
    first = version()
    second = actions.replace_file(
        first.evidence, make.text_file(content=b"A better plan."), by=first.uploaded_by
    )
    actions.remove_evidence(first.evidence, by=first.uploaded_by)
    assert swept(store) == []
    assert store.exists(first.file.name) and store.exists(second.file.name)


def test_upload_that_failed_leaves_an_object_that_is_swept(store, tomorrow, monkeypatch):
    """A worker killed after the file was stored: an object without a row, never a row without its object."""
    work = make.assignment()
    with monkeypatch.context() as killed:
        killed.setattr(EvidenceVersion.objects, "create", lambda **values: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make.evidence(work)
    (left,) = storage.every(store)
    assert findings(store) == [("left_over", left.name)]
    assert swept(store) == [left.name]
    assert findings(store) == []


def test_sweep_refuses_where_the_database_seems_another_one(store, tomorrow, monkeypatch):
    monkeypatch.setattr(inventory, "SWEPT_WITHOUT_ASKING", 2)
    names = [store.save(f"files/0/{number}", ContentFile(b"x")) for number in range(3)]
    with pytest.raises(inventory.TooManyLeftOver, match="No row names 3 of 3 stored files"):
        swept(store)
    assert all(store.exists(name) for name in names)
    assert swept(store, even_most=True) == names


@pytest.mark.django_db(transaction=True)
def test_sweep_waits_for_who_takes_up_an_old_file(own_files):
    """A worker that prints again finds the file that a killed one left; the sweep must not delete it then."""
    held, may_end, order = Signal(), Signal(), []

    def take_up():
        with inventory.taking_up():
            held.set()
            may_end.wait(10)
            order.append("taken up")
        connection.close()

    def sweep():
        with inventory._nobody_takes_up():
            order.append("swept")
        connection.close()

    printing, sweeping = Thread(target=take_up), Thread(target=sweep)
    printing.start()
    assert held.wait(10)
    sweeping.start()
    sweeping.join(0.3)
    assert sweeping.is_alive()  # it waits
    may_end.set()
    printing.join(10)
    sweeping.join(10)
    assert order == ["taken up", "swept"]


# --- By command and by night ------------------------------------------------------------------------


def commanded(name: str, *options: str) -> list[str]:
    out = StringIO()
    call_command(name, *options, stdout=out, stderr=StringIO())
    return out.getvalue().splitlines()


def test_check_files_says_that_all_is_well(store):
    version()
    assert commanded("check_files") == [
        "1 file read, 26 bytes: 0 missing, 0 changed, 0 cannot be read, 0 left over."
    ]


def test_check_files_fails_and_names_what_is_wrong(store, tomorrow):
    gone = version()
    store.delete(gone.file.name)
    out = StringIO()
    with pytest.raises(CommandError, match=r"1 stored file is not what its row says\."):
        call_command("check_files", "--json", stdout=out)
    assert [json.loads(line) for line in out.getvalue().splitlines()] == [
        {"kind": "missing", "name": gone.file.name, "why": f"stored file {gone.stored_id}"},
        {"files": 1, "bytes": 0, "missing": 1, "changed": 0, "unreadable": 0, "left_over": 0},
    ]


def test_left_over_files_are_listed_and_are_no_failure(store, tomorrow):
    left = store.save("files/0/nobodys", ContentFile(b"left"))
    assert commanded("check_files")[0].startswith(f"left over: {left} (no row names it; 4 bytes of ")


def test_sweep_files_lists_and_deletes(store, tomorrow):
    left = store.save("files/0/nobodys", ContentFile(b"left"))
    assert commanded("sweep_files", "--dry-run") == [left, "1 left-over file would be deleted, 4 bytes."]
    assert store.exists(left)
    assert commanded("sweep_files") == [left, "1 left-over file deleted, 4 bytes."]
    assert not store.exists(left)
    assert commanded("sweep_files") == ["0 left-over files deleted, 0 bytes."]


def test_workers_sweep_by_night(settings, tomorrow):
    left = default_storage.save("files/0/nobodys", ContentFile(b"left"))
    kept = version().file.name
    sweep_files()
    assert (default_storage.exists(left), default_storage.exists(kept)) == (False, True)
    assert settings.CELERY_BEAT_SCHEDULE["sweep-files"]["task"] == sweep_files.name


def test_age_is_the_files_own(own_files):
    """Not the clock of the caller: a file dated two days ago is old enough."""
    name = default_storage.save("files/0/nobodys", ContentFile(b"left"))
    two_days_ago = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(default_storage.path(name), (two_days_ago, two_days_ago))
    assert swept(default_storage) == [name]
