"""The page where a tutor sorts: proposals, corrections, confirmation, and what happens to each file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.accounts.roles import Role
from portal.kit import outbox
from portal.kit.models import Event
from portfolios.models import BulkUpload, Evidence
from portfolios.sorting import arriving
from tests.factories import centres
from tests.factories import portfolios as make
from tests.states import put

from .conftest import zipped

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def bulk(group) -> BulkUpload:
    """Two files with a place and two without."""
    bulk = group.bulk()
    for name in ("0012 IM201 plan.txt", "0047 notes.txt", "0012 sketch.txt", "poster.txt"):
        make.bulk_file(bulk, name, name.encode())
    outbox.work_all()
    return bulk


@pytest.fixture
def client(group, sign_in):
    return sign_in(group.tutor)


def typed(bulk: BulkUpload, **changes: dict) -> dict[str, str]:
    """What the page posts if only `changes` ({word in the name: {field: value}}) are made to its proposals."""
    data = {}
    for upload in bulk.uploads.in_state("sorting"):
        work = upload.proposed
        row = (
            {"number": work.candidate.number, "unit": work.unit.code} if work else {"number": "", "unit": ""}
        )
        for word, values in changes.items():
            if word in upload.file_name:
                row |= values
        data |= {f"file-{upload.pk}-{field}": value for field, value in row.items()}
    return data


def post(client, bulk, verb: str, **changes):
    return client.post(bulk.get_absolute_url(), {**typed(bulk, **changes), verb: "1"}, follow=True)


def uploads(bulk) -> dict[str, str]:
    return {upload.file_name: upload.state for upload in bulk.uploads.all()}


def test_a_bulk_upload_is_begun_and_listed(group, client):
    address = reverse("bulk-uploads", args=[group.centre.number])
    assert b"Your bulk uploads" not in client.get(address).content
    answer = client.post(address, {"unit": group.second.pk}, follow=True)
    assert answer.context["bulk"].unit == group.second
    assert b"Your bulk uploads" in client.get(address).content


def test_files_of_the_plain_form_are_received_and_the_faulty_one_is_named(group, client):
    bulk = group.bulk()
    files = [
        SimpleUploadedFile("0012 IM201 plan.txt", b"Plan"),
        SimpleUploadedFile("tool.exe", b"MZ"),
        SimpleUploadedFile("class.zip", zipped({"0047/notes.txt": b"Notes"})),
    ]
    answer = client.post(reverse("bulk-upload-add", args=[bulk.pk]), {"files": files}, follow=True)
    words = [str(message) for message in answer.context["messages"]]
    assert words[0] == "2 files were received. The portal will propose where each goes in a moment."
    assert "tool.exe" in words[1] and len(words) == 2
    assert b"being checked" in answer.content
    outbox.work_all()
    page = client.get(bulk.get_absolute_url())
    assert [row.upload.file_name for row in page.context["rows"]] == ["0012 IM201 plan.txt", "notes.txt"]


def test_what_needs_a_hand_stands_first_with_its_reason(client, bulk):
    page = client.get(bulk.get_absolute_url())
    assert [row.upload.file_name for row in page.context["wanting"]] == ["0012 sketch.txt", "poster.txt"]
    assert "Ana Nowak has more than one open unit: IM201, IM202. Choose one." in page.content.decode()
    assert [row.upload.file_name for row in page.context["proposed"]] == [
        "0012 IM201 plan.txt",
        "0047 notes.txt",
    ]
    assert page.context["wanting"][0]["number"].value() == "0012"


def test_confirmed_files_become_evidence_on_behalf(group, client, bulk):
    answer = post(client, bulk, "confirm")
    assert "2 files are now in the units" in answer.content.decode()
    outbox.work_all()
    assert uploads(bulk) == {
        "0012 IM201 plan.txt": "ready",
        "0047 notes.txt": "ready",
        "0012 sketch.txt": "sorting",
        "poster.txt": "sorting",
    }
    plan = Evidence.objects.get(assignment=group.ana)
    assert (plan.title, plan.uploaded_by, plan.is_on_behalf) == ("plan", group.tutor, True)
    page = client.get(bulk.get_absolute_url()).content.decode()
    assert f'href="{group.ana.get_absolute_url()}#files"' in page


def test_corrections_are_kept_without_confirming(group, client, bulk):
    post(
        client, bulk, "check", poster={"number": "47", "unit": ""}, sketch={"number": "0012", "unit": "IM202"}
    )
    poster, sketch = (bulk.uploads.get(stored__name__contains=word) for word in ("poster", "sketch"))
    assert (poster.proposed, sketch.proposed) == (group.ben, group.ana_second)
    assert set(uploads(bulk).values()) == {"sorting"} and Evidence.objects.count() == 0


def test_audit_trail_says_who_corrected_what(group, client, bulk):
    for _ in range(2):  # the same again changes nothing
        post(client, bulk, "check", poster={"number": "47", "unit": ""})
    poster = bulk.uploads.get(stored__name__contains="poster")
    (event,) = Event.objects.about(poster).filter(verb="correct sorting")
    assert (event.by, event.before, event.after) == (group.tutor, "", str(group.ben))


def test_a_tick_and_a_number_typed_are_still_there_when_changes_are_kept(client, bulk):
    answer = post(client, bulk, "check", plan={"leave_out": "on"}, poster={"number": "9999"})
    rows = {row.upload.file_name: row for row in answer.context["rows"]}
    assert rows["0012 IM201 plan.txt"]["leave_out"].value() and rows["0012 IM201 plan.txt"].upload.proposed
    again = client.get(bulk.get_absolute_url())
    for shown in (rows, {row.upload.file_name: row for row in again.context["rows"]}):
        assert shown["poster.txt"]["number"].value() == "9999"
        assert shown["0012 IM201 plan.txt"]["leave_out"].value() is True
        assert shown["0012 IM201 plan.txt"]["number"].value() == "0012"
    assert set(uploads(bulk).values()) == {"sorting"}


def test_a_unit_alone_is_not_enough(client, bulk):
    answer = post(client, bulk, "confirm", poster={"unit": "IM201"})
    assert "poster.txt: Enter the candidate number as well." in answer.content.decode()


def test_a_wrong_number_is_answered_at_its_row_and_keeps_no_other_back(group, client, bulk):
    answer = post(
        client, bulk, "confirm", poster={"number": "9999"}, sketch={"number": "0012", "unit": "IM202"}
    )
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "poster.txt: No candidate of your centre has the number 9999." in page
    assert 'value="9999"' in page
    assert [row.upload.file_name for row in answer.context["rows"]] == ["poster.txt"]
    assert bulk.uploads.in_state("ready").count() == 3


def test_files_are_left_out_one_by_one_or_all(client, bulk):
    post(client, bulk, "confirm", poster={"leave_out": "on"}, plan={"leave_out": "on"}, notes={"number": ""})
    assert uploads(bulk) == {
        "0012 IM201 plan.txt": "cancelled",
        "poster.txt": "cancelled",
        "0012 sketch.txt": "sorting",
        "0047 notes.txt": "sorting",
    }
    address = reverse("bulk-upload-leave-out", args=[bulk.pk])
    assert b"Exclude 2 files?" in client.get(address).content
    answer = client.post(address, follow=True)
    assert "2 files were excluded." in answer.content.decode()
    assert set(uploads(bulk).values()) == {"cancelled"}


def test_a_number_that_was_cleared_stays_cleared(group, client, bulk):
    for _ in range(2):
        post(client, bulk, "confirm", notes={"number": "", "unit": ""}, plan={"number": "", "unit": ""})
    assert set(uploads(bulk).values()) == {"sorting"}
    page = client.get(bulk.get_absolute_url())
    numbers = {row.upload.file_name: row["number"].value() for row in page.context["rows"]}
    assert (numbers["0047 notes.txt"], numbers["0012 IM201 plan.txt"]) == ("", "")


def test_one_that_was_just_received_and_is_taken_off_the_list_is_cancelled(client, bulk):
    upload = bulk.uploads.get(stored__name="poster.txt")
    client.post(reverse("upload-remove", args=[upload.pk]))
    upload.refresh_from_db()
    assert upload.state == "cancelled"


def test_who_may_not_upload_for_others_any_more_finds_nothing(group, client, bulk):
    group.centre.memberships.filter(user=group.tutor).update(role=Role.HEAD_OF_CENTRE)
    assert client.get(bulk.get_absolute_url()).status_code == 404
    assert client.post(reverse("upload-remove", args=[bulk.uploads.first().pk])).status_code == 404


def test_the_same_file_twice_is_remarked(client, bulk):
    make.bulk_file(bulk, "0047 again.txt", b"0047 notes.txt")
    outbox.work_all()
    post(client, bulk, "confirm")
    outbox.work_all()
    assert "It is the same file as" in client.get(bulk.get_absolute_url()).content.decode()


def test_nothing_to_confirm_is_said(client, bulk):
    blank = {word: {"number": "", "unit": ""} for word in ("plan", "notes", "sketch", "poster")}
    answer = post(client, bulk, "confirm", **blank)
    assert "No file has a candidate yet." in answer.content.decode()
    assert set(uploads(bulk).values()) == {"sorting"}


def test_work_handed_in_meanwhile_keeps_its_file_to_be_sorted(group, client, bulk):
    data = typed(bulk)
    put(group.ben, "handed_in")
    answer = client.post(bulk.get_absolute_url(), {**data, "confirm": "1"})
    assert "The work is “Handed in”" in answer.content.decode()
    assert uploads(bulk)["0047 notes.txt"] == "sorting"
    assert uploads(bulk)["0012 IM201 plan.txt"] == "ready"


def test_a_unit_that_is_full_says_so_at_the_row(client, bulk, settings):
    settings.EVIDENCE_UNIT_FILES_LIMIT = 0
    answer = post(client, bulk, "confirm")
    assert "this unit can have up to 0 files" in answer.content.decode()
    assert set(uploads(bulk).values()) == {"sorting"}


def test_a_second_confirmation_changes_nothing(client, bulk):
    data = {**typed(bulk), "confirm": "1"}
    for _ in range(2):
        client.post(bulk.get_absolute_url(), data)
    outbox.work_all()
    assert Evidence.objects.count() == 2


def test_a_file_that_is_refused_when_checked_is_shown_with_its_reason(group, client):
    bulk = group.bulk()
    site = zipped({"run.exe": b"MZ\0\0"})
    upload = arriving.begin(bulk, file_name="0047 site.zip", size_bytes=len(site), by=group.tutor)
    make.bring(upload, site)
    outbox.work_all()
    page = client.get(bulk.get_absolute_url()).content.decode()
    assert "“run.exe” in it is a program." in page
    assert "Not in a unit" in page


def test_candidates_see_nothing_before_it_is_confirmed(group, client, bulk, sign_in):
    candidate = sign_in(group.ben.candidate.user)
    assert b"notes.txt" not in candidate.get(group.ben.get_absolute_url()).content
    post(client, bulk, "confirm")
    assert b"notes.txt" in candidate.get(group.ben.get_absolute_url()).content


def test_nobody_else_opens_it(group, bulk, sign_in):
    colleague = sign_in(centres.person(group.centre, Role.TUTOR))
    for page in ("bulk-upload", "bulk-upload-leave-out"):
        assert colleague.get(reverse(page, args=[bulk.pk])).status_code == 404
    upload = bulk.uploads.first()
    assert colleague.post(reverse("upload-remove", args=[upload.pk])).status_code == 404


def test_queries_do_not_grow_with_files(group, client, bulk, count_queries):
    before = count_queries(client, bulk.get_absolute_url())
    for number in range(20):
        make.bulk_file(bulk, f"0047 page {number}.txt", b"words")
        make.bulk_file(bulk, f"nobody {number}.txt", b"words")
    outbox.work_all()
    assert count_queries(client, bulk.get_absolute_url()) == before
    post(client, bulk, "confirm")
    outbox.work_all()
    after = count_queries(client, bulk.get_absolute_url())
    make.bulk_file(bulk, "0047 more.txt", b"words")
    outbox.work_all()
    post(client, bulk, "confirm")
    outbox.work_all()
    assert count_queries(client, bulk.get_absolute_url()) == after


def test_queries_of_the_list_do_not_grow(group, client, bulk, count_queries):
    address = reverse("bulk-uploads", args=[group.centre.number])
    before = count_queries(client, address)
    for _ in range(5):
        make.bulk_file(group.bulk(group.first), "0012 a.txt")
    assert count_queries(client, address) == before
