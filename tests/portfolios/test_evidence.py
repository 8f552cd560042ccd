"""Uploading: what is accepted, what is refused and why, and that one refusal does not affect other files."""

import io
import re

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portal.demo import evidence as demo
from portal.files import checks
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused
from portfolios import actions, rules
from portfolios.actions import uploading
from portfolios.limits import bytes_used, limits_of
from portfolios.models import Evidence, EvidenceVersion
from tests.factories import portfolios as make
from tests.pages import html_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def png() -> bytes:
    stored = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(stored, "PNG")
    return stored.getvalue()


REAL = {
    "poster.jpg": (lambda: demo.picture(1, "Fair"), "picture", "image/jpeg", "waiting"),
    "storyboard.pdf": (lambda: demo.storyboard(1, "Fair", "0001"), "pdf", "application/pdf", "waiting"),
    "titles.mp4": (demo.video, "video", "video/mp4", "waiting"),
    "jingle.mp3": (demo.sound, "audio", "audio/mpeg", "waiting"),
    "site.zip": (lambda: demo.website(1, "Fair"), "zip", "application/octet-stream", "waiting"),
    "plan.txt": (lambda: demo.notes(1, "Fair"), "text", "text/plain", "waiting"),
    "logo.PNG": (png, "picture", "image/png", "waiting"),
}


@pytest.mark.parametrize("name", REAL)
def test_real_files_are_taken(world, name):
    content, kind, media_type, preview = REAL[name]
    item = make.evidence(world.work, file=file(name, content()))
    version = item.current
    assert (version.file_name, version.kind, version.media_type, version.preview) == (
        name,
        kind,
        media_type,
        preview,
    )
    assert version.size_bytes == len(content())


REFUSED = {
    "script.exe": (b"MZ" + bytes(200), "files ending in .exe are not accepted"),
    "page.html": (b"<html><body>hello</body></html>", "files ending in .html are not accepted"),
    "noending": (b"hello", "files without an ending are not accepted"),
    "empty.txt": (b"", "it is empty"),
    "photo.png": (b"%PDF-1.7\n" + bytes(50), "its name ends in .png but its content is a PDF document"),
    "essay.pdf": (b"just words, no PDF at all\n", "its name ends in .pdf but its content is plain text"),
    "song.mp3": (
        b"<html><script>alert(1)</script></html>",
        "its name ends in .mp3 but its content is a web page",
    ),
    "x" * 160 + ".txt": (b"words", "its name is longer than 150 characters"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_files_are_refused_with_a_reason(world, name):
    content, reason = REFUSED[name]
    with pytest.raises(ValidationError) as refusal:
        make.evidence(world.work, file=file(name, content))
    assert reason in refusal.value.messages[0]
    assert (Evidence.objects.count(), EvidenceVersion.objects.count()) == (0, 0)
    world.work.refresh_from_db()
    assert world.work.state == "assigned"


def test_file_over_the_limit_is_refused_and_one_at_the_limit_taken(world, settings):
    settings.EVIDENCE_FILE_LIMIT_BYTES = 1000
    with pytest.raises(ValidationError, match="The largest allowed is 1 kB"):
        checks.inspect(file("a.txt", b"a" * 1001), max_bytes=1000)
    assert checks.inspect(file("a.txt", b"a" * 1000), max_bytes=1000).kind == "text"


def test_files_of_a_unit_have_a_limit_together(world, settings):
    settings.EVIDENCE_UNIT_LIMIT_BYTES = 1000
    make.evidence(world.work, file=file("a.txt", b"a" * 600))
    with pytest.raises(ValidationError, match="the files in this unit may be up to 1 kB together"):
        make.evidence(world.work, file=file("b.txt", b"b" * 600))
    actions.remove_evidence(world.work.evidence.get(), by=world.candidate)
    make.evidence(world.work, file=file("b.txt", b"b" * 600))
    assert bytes_used(world.work) == 600


def upload(client, work, *files, **fields):
    """Post the form. Returns the page that the person then sees."""
    return client.post(reverse("evidence-add", args=[work.pk]), {"files": list(files), **fields}, follow=True)


def test_several_files_become_an_item_each_with_the_same_tags(world, sign_in, messages_of):
    tags = [world.criteria[0].pk, world.criteria[2].pk]
    page = upload(
        sign_in(world.candidate),
        world.work,
        file("poster.jpg", demo.picture(1, "Fair")),
        file("plan.txt", b"My plan"),
        title="Not used for several",
        note="Mine",
        criteria=tags,
    )
    items = Evidence.objects.order_by("title")
    assert [(item.title, item.note, item.uploaded_by) for item in items] == [
        ("plan", "Mine", world.candidate),
        ("poster", "Mine", world.candidate),
    ]
    assert [sorted(item.criteria.values_list("pk", flat=True)) for item in items] == [tags, tags]
    assert messages_of(page) == ["“poster.jpg”, “plan.txt” were checked and added."]
    assert page.redirect_chain == [(f"{world.work.get_absolute_url()}#files", 302)]


def test_one_refused_file_never_loses_the_others(world, sign_in, messages_of):
    page = upload(
        sign_in(world.candidate),
        world.work,
        file("good.txt", b"words"),
        file("bad.exe", b"MZ"),
        file("none.txt", b""),
        file("also good.txt", b"more words"),
    )
    assert sorted(Evidence.objects.values_list("title", flat=True)) == ["also good", "good"]
    assert messages_of(page) == [
        "“good.txt”, “also good.txt” were checked and added.",
        "“bad.exe” was not accepted: files ending in .exe are not accepted. Save it as one of the types listed.",
        "“none.txt” was not accepted: it is empty. Check that it was saved before uploading.",
    ]


def test_nothing_typed_is_lost_when_no_file_was_taken(world, sign_in):
    page = upload(
        sign_in(world.candidate),
        world.work,
        file("bad.exe", b"MZ"),
        title="My poster",
        note="I made it myself",
        criteria=[world.criteria[1].pk],
    )
    form = page.context["form"]
    assert form.errors == {
        "files": [
            "“bad.exe” was not accepted: files ending in .exe are not accepted. Save it as one of the types listed."
        ]
    }
    assert b"My poster" in page.content and b"I made it myself" in page.content
    ticked = re.findall(r'value="(\d+)" id="id_criteria_\w+" checked', html_of(page))
    assert ticked == [str(world.criteria[1].pk)]


def test_no_file_chosen_is_said(world, sign_in):
    page = upload(sign_in(world.candidate), world.work)
    assert page.context["form"].errors == {"files": ["Choose at least one file"]}


def test_criteria_of_another_unit_cannot_be_tagged(world, sign_in):
    strange = rules.criteria_of(make.assignment())[0]
    page = upload(sign_in(world.candidate), world.work, make.text_file(), criteria=[strange.pk])
    assert "criteria" in page.context["form"].errors
    assert Evidence.objects.count() == 0


def test_limits_and_kinds_stand_beside_the_picker(world, sign_in, settings):
    settings.EVIDENCE_FILE_LIMIT_BYTES = 20_000_000
    page = html_of(sign_in(world.candidate).get(world.work.get_absolute_url()))
    assert "Up to 20 MB each" in page
    assert "0 bytes of 100 MB used, 0 of 100 files" in page
    assert 'data-max-bytes="20000000"' in page and ".psd" in page


def test_tutor_uploads_on_behalf_and_both_are_recorded(world, sign_in):
    upload(sign_in(world.tutor), world.work, make.text_file(), title="Scan of the plan")
    item = Evidence.objects.get()
    assert (item.assignment.candidate.user, item.uploaded_by, item.is_on_behalf) == (
        world.candidate,
        world.tutor,
        True,
    )
    page = html_of(sign_in(world.candidate).get(world.work.get_absolute_url()))
    assert "Uploaded on the candidate’s behalf by Tomos Tutor" in page
    assert Event.objects.filter(verb="upload", by=world.tutor).count() == 1


def test_form_saved_as_it_was_shown_is_no_change(world, sign_in):
    item = make.evidence(world.work, criteria=world.criteria[:1])
    typed = {"title": item.title, "note": item.note, "criteria": [world.criteria[0].pk]}
    for title in (item.title, "Better plan"):
        sign_in(world.candidate).post(
            reverse("evidence-edit", args=[item.pk]), {**typed, "title": title}, follow=True
        )
    lines = Event.objects.about(item).filter(verb="change evidence").values_list("details", flat=True)
    assert list(lines) == [{"changed": {"title": [item.title, "Better plan"]}}]


def test_title_note_and_tags_are_changed_together(world, sign_in):
    item = make.evidence(world.work, criteria=world.criteria[:1])
    sign_in(world.candidate).post(
        reverse("evidence-edit", args=[item.pk]),
        {
            "title": "Better plan",
            "note": "Second try",
            "criteria": [world.criteria[3].pk],
        },
    )
    item = Evidence.objects.for_pages().get()
    assert (item.title, item.note, [c.ref for c in item.criteria.all()]) == (
        "Better plan",
        "Second try",
        ["1.4"],
    )


def test_a_new_file_takes_the_place_of_the_present_one_which_is_kept(world, sign_in):
    item = make.evidence(world.work, criteria=world.criteria[:1])
    client = sign_in(world.candidate)
    url = reverse("evidence-replace", args=[item.pk])
    page = client.post(url, {"file": file("plan-2.txt", b"Longer plan")}, follow=True)
    assert "“plan-2.txt” was checked and is now the file of “Plan”." in html_of(page)
    item = Evidence.objects.for_pages().get()
    assert (item.title, [c.ref for c in item.criteria.all()]) == ("Plan", ["1.1"])
    assert [(v.number, v.file_name) for v in item.versions.all()] == [(1, "plan.txt"), (2, "plan-2.txt")]


def test_a_new_file_for_an_item_is_no_further_item_of_a_full_unit(world, settings):
    settings.EVIDENCE_UNIT_FILES_LIMIT = 2
    item, _ = make.evidence(world.work), make.evidence(world.work, file=file("more.txt", b"More"))
    actions.replace_file(item, file("plan-2.txt", b"Longer plan"), by=world.candidate)
    assert [version.number for version in item.versions.all()] == [1, 2]
    with pytest.raises(ValidationError, match="this unit can have up to 2 files"):
        make.evidence(world.work, file=file("third.txt", b"Third"))


def test_a_new_file_for_an_item_that_is_on_its_way_counts_as_no_further_item(world, settings):
    settings.EVIDENCE_UNIT_FILES_LIMIT = 2
    item = make.evidence(world.work)
    uploading.begin(world.work, file_name="plan-2.txt", size_bytes=9, replaces=item, by=world.candidate)
    assert limits_of(world.work).files == 1
    uploading.begin(world.work, file_name="new.txt", size_bytes=9, by=world.candidate)
    assert limits_of(world.work).files == 2


@pytest.mark.parametrize(
    "posted, words",
    [
        (("plan.pdf", b"no pdf"), "its name ends in .pdf"),
        (("tool.exe", b"MZ"), "tool.exe cannot be used here"),
        ((), "Choose a file"),
    ],
    ids=["wrong content", "wrong kind", "none"],
)
def test_a_refused_new_file_changes_nothing(world, sign_in, posted, words):
    item = make.evidence(world.work)
    data = {"file": file(*posted)} if posted else {}
    page = sign_in(world.candidate).post(reverse("evidence-replace", args=[item.pk]), data)
    assert words in page.context["form"].errors["file"][0]
    assert (item.versions.count(), item.uploads.count()) == (1, 0)


def test_a_file_of_handed_in_work_is_not_replaced(world, sign_in):
    item = make.evidence(world.work)
    actions.hand_in(world.work, by=world.candidate)
    client = sign_in(world.candidate)
    url = reverse("evidence-replace", args=[item.pk])
    assert client.get(url, follow=True).redirect_chain == [(world.work.get_absolute_url(), 302)]
    page = client.post(url, {"file": file("plan-2.txt", b"Longer plan")})
    assert "so its evidence cannot be changed" in html_of(page)
    assert item.uploads.count() == 0


def test_removed_item_can_be_put_back(world, sign_in, messages_of):
    item = make.evidence(world.work)
    client = sign_in(world.candidate)
    page = client.post(reverse("evidence-remove", args=[item.pk]), follow=True)
    assert Evidence.objects.present().count() == 0
    assert "Put it back" in messages_of(page)[0]
    assert client.get(reverse("evidence-view", args=[item.pk])).status_code == 404
    client.post(reverse("evidence-restore", args=[item.pk]))
    assert Evidence.objects.present().get() == item


def test_item_that_was_not_removed_cannot_be_restored(world, sign_in):
    item = make.evidence(world.work)
    assert sign_in(world.candidate).post(reverse("evidence-restore", args=[item.pk])).status_code == 404


@pytest.mark.parametrize("route", ["evidence-remove", "evidence-restore"])
def test_removing_and_restoring_take_post_alone(world, sign_in, route):
    item = make.evidence(world.work)
    assert sign_in(world.candidate).get(reverse(route, args=[item.pk])).status_code == 405


def test_tutor_tags_while_marking_and_the_files_stay(world, sign_in):
    item = make.evidence(world.work)
    actions.hand_in(world.work, by=world.candidate)
    url = reverse("evidence-edit", args=[item.pk])
    sign_in(world.tutor).post(url, {"criteria": [world.criteria[0].pk], "title": "Mine now"})
    item.refresh_from_db()
    assert (item.title, [c.ref for c in item.criteria.all()]) == ("Plan", ["1.1"])
    assert sign_in(world.exams_officer).get(url).status_code == 403
    page = sign_in(world.candidate).get(url, follow=True)
    assert page.redirect_chain == [(world.work.get_absolute_url(), 302)]


def test_tags_stay_once_the_unit_is_achieved(world):
    work = make.achieved()
    with pytest.raises(TransitionRefused, match="its tags cannot be changed"):
        actions.tag(work.evidence.get(), [], by=make.tutor_of(work))


def test_a_stale_save_shows_both_texts_and_the_next_one_wins_knowingly(client):
    item = make.evidence(make.assignment(), title="Plan")
    client.force_login(item.assignment.candidate.user)
    url = reverse("evidence-edit", args=[item.pk])
    opened = client.get(url).context["form"]["seen"].value()
    assert client.post(url, {"title": "Theirs", "note": "Their note", "seen": opened}).status_code == 302

    answer = client.post(url, {"title": "Mine", "note": "My note", "seen": opened})
    html = html_of(answer)
    item.refresh_from_db()
    assert (answer.status_code, item.title) == (200, "Theirs")
    assert "Their note" in html and "My note" in html and 'value="Mine"' in html

    seen = answer.context["form"]["seen"].value()
    assert client.post(url, {"title": "Mine", "note": "My note", "seen": seen}).status_code == 302
    item.refresh_from_db()
    assert (item.title, item.note) == ("Mine", "My note")


def test_what_both_typed_alike_is_no_conflict(client):
    item = make.evidence(make.assignment(), title="Plan")
    client.force_login(item.assignment.candidate.user)
    url = reverse("evidence-edit", args=[item.pk])
    opened = client.get(url).context["form"]["seen"].value()
    for _ in range(2):
        assert client.post(url, {"title": "Same", "note": "", "seen": opened}).status_code == 302


def test_the_same_file_twice_is_taken_and_remarked_on(world, sign_in):
    make.evidence(world.work, title="Plan")
    upload(sign_in(world.candidate), world.work, make.text_file("again.txt"))
    page = html_of(sign_in(world.candidate).get(world.work.get_absolute_url()))
    assert "It is the same file as “Plan”. Remove one if that was a mistake." in page
    assert world.work.evidence.present().count() == 2
