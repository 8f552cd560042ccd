"""Staff see work in Django admin: the lists load, and nothing there can be changed."""

import pytest
from django.urls import reverse

from portal.files import taking
from portal.files.models import StoredFile
from portal.kit import outbox
from portal.kit.models import Event, OutboxEntry
from portfolios import actions
from portfolios.models import Plan, Upload
from tests.factories import accounts, candidates
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db


def a_lot():
    """One unit's work: {model: a row of it} for each model that staff can see."""
    work = make.assignment()
    tutor, candidate = make.tutor_of(work), work.candidate.user
    actions.save_paper(
        work, "plan", {**Plan().texts(), "aim": "A film"}, seen=Plan().text_mark(), by=candidate
    )
    bulk = make.bulk(work.candidate.centre, by=tutor)
    make.begun_upload(work)
    rows = {
        "plan": work.plan,
        "planningcomment": actions.comment_on_paper(work, "plan", "For whom?", by=tutor),
        "message": actions.write_message(work, "Which size?", by=candidate),
        "workspacefile": make.in_workspace(work.candidate),
        "evidence": make.evidence(work),
        "upload": make.bulk_file(bulk, "nobody.txt"),  # in no unit yet
        "bulkupload": bulk,
    }
    rows["evidenceversion"] = rows["evidence"].current
    actions.write_message(work, "A4.", by=tutor)
    return rows


def list_of(model: str) -> str:
    return reverse(f"admin:portfolios_{model}_changelist")


@pytest.mark.parametrize(
    "model",
    [
        "plan",
        "planningcomment",
        "message",
        "workspacefile",
        "evidence",
        "upload",
        "bulkupload",
        "evidenceversion",
    ],
)
def test_lists_and_pages_of_what_candidates_bring_are_read_only(sign_in, count_queries, model):
    row = a_lot()[model]
    client = sign_in(accounts.staff())
    few = count_queries(client, list_of(model))
    page = reverse(f"admin:portfolios_{model}_change", args=[row.pk])
    found = client.get(page)
    assert found.status_code == 200
    assert b'name="_save"' not in found.content
    before = type(row).objects.values().get(pk=row.pk)
    for refused in (page, page.replace("change", "delete"), reverse(f"admin:portfolios_{model}_add")):
        assert client.post(refused, {"title": "Other", "text": "Other"}).status_code == 403
    assert type(row).objects.values().get(pk=row.pk) == before
    for _ in range(2):
        a_lot()
    assert count_queries(client, list_of(model)) == few


@pytest.mark.parametrize("asked", ["holiday", "candidate number"])
def test_upload_is_found_by_file_name_and_candidate_number(sign_in, asked):
    work = make.assignment()
    make.begun_upload(work, name="holiday.mp4")
    other = candidates.candidate(work.candidate.centre)
    make.begun_upload(make.assignment(other), name="other.mp4")
    words = str(work.candidate.number) if asked == "candidate number" else asked
    page = sign_in(accounts.staff()).get(list_of("upload"), {"q": words}).content.decode()
    assert ("holiday.mp4" in page, "other.mp4" in page) == (True, False)


@pytest.fixture
def held() -> Upload:
    """Complete, but not checked: each try failed."""
    upload = make.received_upload(make.assignment(), content=b"My plan")
    taking.hold(upload.stored)
    return upload


def test_held_upload_is_checked_again(sign_in, held):
    staff = accounts.staff()
    client = sign_in(staff)
    asked = {"action": "check_again", "_selected_action": [held.pk]}
    OutboxEntry.objects.filter(kind="take-file").update(state="failed")
    for _ in range(2):  # the second only speeds it up, and tells nobody
        answer = client.post(list_of("upload"), asked, follow=True)
    assert "1 to be checked again." in answer.content.decode()
    assert Event.objects.filter(verb="check again", by=staff).count() == 1
    outbox.work_all()
    held.refresh_from_db()
    assert (held.state, held.version.file.read()) == ("ready", b"My plan")
    answer = client.post(list_of("upload"), asked, follow=True)
    assert "“plan.txt” is “Ready”: there is nothing to check again." in answer.content.decode()
    assert OutboxEntry.objects.get(kind="take-file").state == "done"


def test_failed_preview_is_made_again(sign_in):
    version = make.evidence(make.assignment()).current
    outbox.work_all()
    StoredFile.objects.filter(pk=version.stored_id).update(preview="failed", preview_fault="It broke.")
    client = sign_in(accounts.staff())
    client.post(list_of("evidenceversion"), {"action": "preview_again", "_selected_action": [version.pk]})
    outbox.work_all()
    version.refresh_from_db()
    assert (version.preview, version.preview_fault) == ("ready", "")


@pytest.mark.parametrize("model", ["assignment", "evidence", "judgement"])
def test_lists_and_pages_are_read_only(sign_in, count_queries, model):
    work = make.achieved()
    rows = {"assignment": work, "evidence": work.evidence.get(), "judgement": work.judgements.first()}
    client = sign_in(accounts.staff())
    changelist = reverse(f"admin:portfolios_{model}_changelist")
    few = count_queries(client, changelist)
    page = reverse(f"admin:portfolios_{model}_change", args=[rows[model].pk])
    found = client.get(page)
    assert found.status_code == 200
    assert b'name="_save"' not in found.content
    assert client.post(page, {"title": "Other"}).status_code == 403
    assert client.get(reverse(f"admin:portfolios_{model}_add")).status_code == 403
    assert client.post(page.replace("change", "delete")).status_code == 403
    for _ in range(3):
        make.achieved(unit=work.unit)
    assert count_queries(client, changelist) == few
