"""From a received file to a row of evidence: every state, what people see, and what is stored in each."""

import hashlib
from contextlib import suppress
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from portal.files import inventory, receiving, taking, uses
from portal.files.incoming import Incoming
from portal.files.models import Part, StoredFile
from portal.files.tasks import expire, take_file
from portal.kit import leases, outbox
from portal.kit.models import Event, Lease, OutboxEntry
from portal.kit.stateful import TransitionRefused, moves_of
from portfolios import actions
from portfolios.limits import limits_of
from portfolios.models import Evidence, EvidenceVersion, Upload
from tests.factories import portfolios as make
from tests.pages import html_of
from tests.states import put

from .conftest import stored_files, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def received(work, name: str = "plan.txt", content: bytes = b"Purpose and audience\n", **about) -> Upload:
    return make.received_upload(work, name, content, **about)


def page_of(work, client) -> str:
    client.force_login(work.candidate.user)
    return html_of(client.get(work.get_absolute_url()))


MOVES = {
    ("receiving", "received"), ("receiving", "cancelled"), ("receiving", "expired"),
    ("received", "ready"), ("received", "refused"), ("received", "held"),
    ("held", "ready"), ("held", "refused"), ("held", "cancelled"),
}  # fmt: skip


def test_moves_are_these():
    assert set(moves_of(StoredFile)) == MOVES


@pytest.mark.parametrize("source", [state for state in StoredFile.State.values if state != "ready"])
def test_the_database_knows_them_and_that_what_is_ready_has_its_checksum(work, source):
    stored = make.begun_upload(work).stored
    put(stored, source)
    passed = set()
    for target in StoredFile.State.values:
        with suppress(DatabaseError), transaction.atomic():
            StoredFile.objects.filter(pk=stored.pk).update(state=target)
            passed.add(target)
            raise DatabaseError("undone again")
    assert passed - {source} == {target for first, target in MOVES if first == source} - {"ready"}


def test_ready_writes_everything_together(work):
    upload = received(work, title="My plan", note="By hand")
    outbox.work_all()
    upload.refresh_from_db()
    item = Evidence.objects.get()
    assert (item.title, item.note, item.uploaded_by) == ("My plan", "By hand", work.candidate.user)
    assert (upload.version, upload.media_type, upload.reason) == (item.current, "text/plain", "")
    assert upload.sha256 == hashlib.sha256(b"Purpose and audience\n").hexdigest()
    verbs = list(Event.objects.about(upload.stored).values_list("verb", "after"))
    assert verbs == [("begin upload", "receiving"), ("finish", "received"), ("accept", "ready")]
    work.refresh_from_db()
    assert work.state == "in_progress"


def test_the_worker_may_come_twice(work):
    upload = received(work)
    for _ in range(2):
        take_file(upload.stored_id)
    assert EvidenceVersion.objects.count() == 1


def test_content_that_is_not_what_the_name_says_is_refused_and_stays_listed(
    work, client, django_capture_on_commit_callbacks
):
    upload = make.begun_upload(work, name="film.mp4", size_bytes=500)
    content = text(500)
    receiving.append(upload.stored, 0, Incoming(SimpleUploadedFile("x", content), most=500))
    with django_capture_on_commit_callbacks(execute=True):
        outbox.work_all()
    upload.refresh_from_db()
    words = (
        "“film.mp4” was not accepted: its name ends in .mp4 but its content is plain text. "
        "Save it again from the program that made it."
    )
    assert (upload.state, upload.reason, upload.sha256) == (
        "refused", words, hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    assert (stored_files(), Part.objects.count(), Evidence.objects.count()) == ([], 0, 0)
    assert words in page_of(work, client)
    client.post(reverse("upload-remove", args=[upload.pk]))
    assert words not in page_of(work, client)


def test_work_handed_in_meanwhile_refuses_the_file_in_words(work):
    upload = received(work)
    put(work, "handed_in")
    take_file(upload.stored_id)
    upload.refresh_from_db()
    assert upload.state == "refused" and "The work is “Handed in”" in upload.reason
    assert Evidence.objects.count() == 0


def test_a_file_cancelled_while_it_was_held_stays_cancelled(work):
    upload = received(work)
    taking.hold(upload.stored)
    receiving.cancel(upload.stored, by=work.candidate.user)
    take_file(upload.stored_id)
    upload.refresh_from_db()
    assert (upload.state, Evidence.objects.count()) == ("cancelled", 0)


def test_a_lost_part_is_tried_again_and_then_held_where_people_see_it(work, client, settings):
    settings.OUTBOX_PAUSES_SECONDS = [0, 0]
    upload = received(work)
    name = upload.stored.parts.get().file.name
    content = default_storage.open(name).read()
    default_storage.delete(name)
    outbox.work_all()
    upload.refresh_from_db()
    entry = OutboxEntry.objects.get(kind="take-file")
    assert (upload.state, entry.state, entry.tries) == ("held", "failed", 3)
    assert "The awarding body has been told" in page_of(work, client)
    # The object is found again, and staff have it tried again.
    default_storage.save(name, ContentFile(content))
    outbox.retry(OutboxEntry.objects.all())
    outbox.work_all()
    upload.refresh_from_db()
    assert (upload.state, Evidence.objects.count()) == ("ready", 1)


def test_a_part_shorter_than_its_row_says_is_never_taken(work):
    upload = received(work)
    StoredFile.objects.filter(pk=upload.stored_id).update(size_bytes=10_000, received_bytes=10_000)
    with pytest.raises(taking.PartsMissing):
        take_file(upload.stored_id)
    assert Evidence.objects.count() == 0


def test_what_was_stored_stays_where_the_rows_could_not_be_written_and_the_sweep_finds_it(work, monkeypatch):
    """It is not known whether the database wrote them: it may have, and only its answer was lost."""
    upload = received(work)
    before = stored_files()

    def broken(*arguments, **named):
        raise RuntimeError("the database went away")

    monkeypatch.setattr(type(uses.USES["evidence"]), "when_ready", broken)
    with pytest.raises(RuntimeError):
        take_file(upload.stored_id)
    assert len(set(stored_files()) - set(before)) == 1
    list(inventory.sweep(default_storage, spared=timedelta(seconds=-60)))
    assert stored_files() == before
    upload.refresh_from_db()
    assert (upload.state, Evidence.objects.count()) == ("received", 0)


def test_a_new_version_takes_its_place_and_a_removed_item_gets_none(work):
    item = make.evidence(work)
    received(work, "plan-2.txt", b"Longer plan", replaces=item)
    outbox.work_all()
    assert [version.file_name for version in item.versions.all()] == ["plan.txt", "plan-2.txt"]
    upload = received(work, "plan-3.txt", b"Longest plan", replaces=item)
    actions.remove_evidence(item, by=work.candidate.user)
    outbox.work_all()
    upload.refresh_from_db()
    assert upload.state == "refused" and "has been removed" in upload.reason


def test_files_under_way_keep_the_work_from_being_handed_in(work, client):
    make.evidence(work)
    upload = make.begun_upload(work)
    client.force_login(work.candidate.user)
    page = client.get(reverse("hand-in", args=[work.pk])).content.decode()
    assert "1 file is still being uploaded or checked." in page and "film.mp4: being uploaded" in page
    with pytest.raises(TransitionRefused, match="Files are still being uploaded or checked"):
        actions.hand_in(work, by=work.candidate.user)
    client.post(reverse("upload-remove", args=[upload.pk]))
    actions.hand_in(work, by=work.candidate.user)
    assert work.state == "handed_in"


def test_a_file_that_is_being_checked_cannot_be_taken_off_the_list(work, client):
    upload = received(work)
    client.force_login(work.candidate.user)
    page = client.post(reverse("upload-remove", args=[upload.pk]), follow=True)
    upload.refresh_from_db()
    assert upload.state == "received"
    assert "it was not possible to cancel" in page.content.decode()


def test_what_is_unfinished_says_how_to_go_on_and_only_to_whom_it_belongs(work, client):
    upload = make.begun_upload(work)
    StoredFile.objects.update(received_bytes=400, mark="film.mp4|1000|7")
    upload.refresh_from_db()
    page = page_of(work, client)
    assert "400 bytes of 1 kB received." in page and "choose the same file again" in page
    assert f'data-upload-url="{upload.get_absolute_url()}" data-mark="film.mp4|1000|7"' in page
    client.force_login(make.tutor_of(work))
    theirs = client.get(work.get_absolute_url()).content.decode()
    assert "film.mp4" in theirs and "data-upload-url" not in theirs


def test_the_page_makes_as_many_queries_for_three_uploads_as_for_one(work, client, queries_of):
    make.begun_upload(work)
    client.force_login(work.candidate.user)
    client.get(work.get_absolute_url())
    one = queries_of(lambda: client.get(work.get_absolute_url()))
    for name in ("a.mp4", "b.mp4"):
        make.begun_upload(work, name=name)
    assert queries_of(lambda: client.get(work.get_absolute_url())) == one


def test_room_in_the_unit_comes_back_when_an_upload_is_given_up(work):
    upload = make.begun_upload(work, size_bytes=1000)
    assert (limits_of(work).bytes_used, limits_of(work).files) == (1000, 1)
    receiving.cancel(upload.stored, by=work.candidate.user)
    assert (limits_of(work).bytes_used, limits_of(work).files) == (0, 0)


def test_only_what_has_run_out_expires(work):
    upload = make.begun_upload(work)
    expire()
    upload.refresh_from_db()
    assert upload.state == "receiving"


class Frozen:
    """A connection whose request sleeps in the middle of its part, while `meanwhile` happens elsewhere."""

    def __init__(self, content: bytes, meanwhile):
        self.content, self.meanwhile = content, meanwhile

    def read(self, size: int) -> bytes:
        block, self.content = self.content[:10], self.content[10:]
        if self.meanwhile and len(self.content) < 80:
            wake_up, self.meanwhile = self.meanwhile, None
            wake_up()
        return block


def test_a_request_that_wakes_up_after_another_took_over_writes_nothing(work):
    upload = make.begun_upload(work, name="plan.txt", size_bytes=100)
    sent = text(100)

    def another_takes_over():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE kit_lease SET until = clock_timestamp()")
        receiving.append(upload.stored, 0, Incoming(SimpleUploadedFile("part", sent[:60]), most=60))

    with pytest.raises(receiving.Busy):
        stale = StoredFile.objects.get(pk=upload.stored_id)
        receiving.append(stale, 0, Incoming(Frozen(b"x" * 100, another_takes_over), most=100))
    receiving.append(upload.stored, 60, Incoming(SimpleUploadedFile("part", sent[60:]), most=40))
    take_file(upload.stored_id)
    assert Evidence.objects.get().current.file.read() == sent


def test_a_slow_part_keeps_its_lease(work, monkeypatch):
    upload = make.begun_upload(work, name="plan.txt", size_bytes=100)
    monkeypatch.setattr(leases, "RENEWED_AFTER", -1)
    ends = []

    def look():
        ends.append(Lease.objects.get().until)

    monkeypatch.setattr(leases.Held, "renew", lambda lease, renew=leases.Held.renew: (renew(lease), look()))
    receiving.append(upload.stored, 0, Incoming(Frozen(text(100), None), most=100))
    assert len(ends) == 11 and ends == sorted(set(ends))  # ten blocks, and the end
