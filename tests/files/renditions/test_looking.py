"""The page of one item: previous and next file, previews in progress, and trying again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.files.models import StoredFile
from portal.kit import outbox
from portal.kit.models import Event
from portfolios.models import EvidenceVersion
from tests.factories import accounts
from tests.factories import portfolios as make

from . import files

pytestmark = pytest.mark.django_db


def failed(seen, work) -> EvidenceVersion:
    version = seen("broken.pdf", b"%PDF-1.7\n" + bytes(100), work=work)
    assert version.preview == "failed"
    return version


def test_page_leads_to_the_files_before_and_after(world, sign_in):
    first, second, third = (make.evidence(world.work, title=title) for title in ("One", "Two", "Three"))
    client = sign_in(world.candidate)
    found = {
        item.title: [
            client.get(reverse("evidence-view", args=[item.pk])).context[name] for name in ("before", "after")
        ]
        for item in (first, second, third)
    }
    assert found == {"One": [None, second], "Two": [first, third], "Three": [second, None]}


def test_page_says_how_far_the_preview_is(world, sign_in):
    item = make.evidence(world.work, file=SimpleUploadedFile("a.pdf", files.pdf(40)))
    StoredFile.objects.update(preview="making", preview_done=11, preview_of=40)
    page = sign_in(world.candidate).get(reverse("evidence-view", args=[item.pk])).content.decode()
    assert "The preview is being made: page 12 of 40." in page and "data-poll" in page


def test_page_of_many_parts_takes_no_more_queries(world, seen, sign_in, count_queries):
    few = seen("one.pdf", files.pdf(1), work=world.work)
    many = seen("many.pdf", files.pdf(12), work=world.work)
    client = sign_in(world.candidate)
    urls = [reverse("evidence-view", args=[version.evidence_id]) for version in (few, many)]
    assert count_queries(client, urls[0]) == count_queries(client, urls[1])


@pytest.mark.parametrize("person", ["candidate", "tutor"])
def test_failed_preview_is_tried_again(world, seen, sign_in, person):
    version = failed(seen, world.work)
    user = getattr(world, person)
    client = sign_in(user)
    page = reverse("evidence-view", args=[version.evidence_id])
    assert "Try the preview again" in client.get(page).content.decode()
    assert client.post(reverse("preview-again", args=[version.pk])).url == page
    version.refresh_from_db()
    assert (version.preview, version.preview_fault) == ("waiting", "")
    event = Event.objects.get(verb="make preview again")
    assert (event.by, event.subject) == (user, version.evidence)
    outbox.work_all()
    version.refresh_from_db()
    assert version.preview == "failed"  # it is still broken


def test_preview_that_is_being_made_is_not_asked_for_twice(world, sign_in, messages_of):
    version = make.evidence(world.work).current
    response = sign_in(world.candidate).post(reverse("preview-again", args=[version.pk]), follow=True)
    assert messages_of(response) == ["The preview of “plan.txt” is already being made."]
    assert not Event.objects.filter(verb="make preview again").exists()


def test_staff_see_failed_previews_and_try_again(world, seen, sign_in):
    version, fine = failed(seen, world.work), seen("plan.txt", b"words", work=world.work)
    client = sign_in(accounts.staff())
    changelist = reverse("admin:portfolios_evidenceversion_changelist")
    page = client.get(changelist, {"stored__preview__exact": "failed"}).content.decode()
    assert "The PDF is damaged" in page and "plan.txt" not in page
    client.post(changelist, {"action": "preview_again", "_selected_action": [version.pk, fine.pk]})
    states = EvidenceVersion.objects.order_by("pk").values_list("stored__preview", flat=True)
    assert list(states) == ["waiting", "waiting"]


@pytest.mark.parametrize(
    "code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "cp850"]
)
def test_text_is_read_however_it_was_written(seen, code):
    text = "Café: naïve, £5 for Zoë\n"
    assert seen("plan.txt", text.encode(code)).renditions.get().text == text
