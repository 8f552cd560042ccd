"""The workspace: a candidate's own files, added to a unit under the same rules as an upload."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from portfolios import actions
from portfolios.models import Assignment, Evidence, WorkspaceFile
from tests.factories import candidates
from tests.factories import portfolios as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def kept(world) -> WorkspaceFile:
    return make.in_workspace(world.work.candidate, title="Idea")


def test_files_are_checked_as_uploads_are(world, sign_in, messages_of):
    client, url = sign_in(world.candidate), reverse("workspace")
    files = [
        make.text_file("idea.txt"),
        make.text_file("run.exe"),
        make.text_file("photo.png", b"no picture"),
    ]
    page = client.post(url, {"files": files}, follow=True)
    taken, *refused = messages_of(page)
    assert taken == "“idea” is in your workspace."
    assert [words.split(" was")[0] for words in refused] == ["“run.exe”", "“photo.png”"]
    stored = WorkspaceFile.objects.get()
    assert stored.sha256 == hashlib.sha256(stored.file.read()).hexdigest()
    page = client.post(url, {"files": [make.text_file("run.exe")]})
    assert "run.exe" in str(page.context["form"].errors["files"])


def test_limit_of_the_workspace_is_its_own(world, sign_in, settings):
    settings.WORKSPACE_LIMIT_BYTES = 40
    client, url = sign_in(world.candidate), reverse("workspace")
    client.post(url, {"files": [make.text_file("one.txt", b"a" * 30)]})
    page = client.post(url, {"files": [make.text_file("two.txt", b"b" * 11)]})
    assert "a workspace can have up to" in page.content.decode()
    assert [file.title for file in WorkspaceFile.objects.all()] == ["one"]


def test_file_moves_into_a_unit_byte_for_byte(
    world, kept, sign_in, messages_of, django_capture_on_commit_callbacks
):
    before, name = kept.file.read(), kept.file.name
    client = sign_in(world.candidate)
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(reverse("workspace-add", args=[kept.pk]), {"unit": world.work.pk}, follow=True)
    version = Evidence.objects.get().current
    assert (version.file.read(), version.file_name, version.sha256) == (before, "plan.txt", kept.sha256)
    assert "was added to this unit" in messages_of(page)[0]
    assert not WorkspaceFile.objects.exists()
    assert (version.stored, default_storage.exists(name)) == (kept.stored, True)


def test_file_may_stay_for_another_unit(world, kept):
    actions.add_to_unit(kept, world.work, keep=True, by=world.candidate)
    assert (Evidence.objects.count(), WorkspaceFile.objects.get()) == (1, kept)
    assert Evidence.objects.get().current.stored == kept.stored


def test_file_that_a_unit_uses_stays_when_the_workspace_lets_it_go(
    world, kept, django_capture_on_commit_callbacks
):
    actions.add_to_unit(kept, world.work, keep=True, by=world.candidate)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_from_workspace(kept, by=world.candidate)
    assert Evidence.objects.get().current.file.read() == b"Purpose, audience, ideas.\n"


def test_only_own_open_units_are_offered_and_limits_hold(world, kept, sign_in, settings):
    make.handed_in(world.work.candidate)
    other = make.assignment(candidates.candidate(world.centre))
    client, url = sign_in(world.candidate), reverse("workspace-add", args=[kept.pk])
    assert list(client.get(url).context["form"].fields["unit"].queryset) == [world.work]
    assert client.post(url, {"unit": other.pk}).context["form"].errors
    settings.EVIDENCE_UNIT_LIMIT_BYTES = 5
    page = client.post(url, {"unit": world.work.pk})
    assert "the files in this unit may be up to" in page.content.decode()
    assert (other.evidence.count(), world.work.evidence.count(), WorkspaceFile.objects.count()) == (0, 0, 1)


def test_nobody_else_has_them(world, kept, sign_in):
    for user in (world.tutor, world.exams_officer, candidates.candidate(world.centre).user):
        client = sign_in(user)
        for page in ("file", "add", "rename", "delete"):
            assert client.get(reverse(f"workspace-{page}", args=[kept.pk])).status_code == 404
            assert client.post(reverse(f"workspace-{page}", args=[kept.pk])).status_code in (404, 405)
    assert WorkspaceFile.objects.get() == kept


def test_rename_download_delete(world, kept, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(world.candidate)
    client.post(reverse("workspace-rename", args=[kept.pk]), {"title": "Better idea"})
    kept.refresh_from_db()
    assert kept.title == "Better idea"
    answer = client.get(reverse("workspace-file", args=[kept.pk]))
    assert b"".join(answer.streaming_content) == b"Purpose, audience, ideas.\n"
    assert answer["Content-Disposition"].startswith("attachment")
    name = kept.file.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("workspace-delete", args=[kept.pk]))
    assert not WorkspaceFile.objects.exists() and not default_storage.exists(name)


def test_second_tab_does_not_undo_a_new_name_unknowingly(world, kept, sign_in):
    client, url = sign_in(world.candidate), reverse("workspace-rename", args=[kept.pk])
    seen = client.get(url).context["form"]["seen"].value()
    client.post(url, {"title": "First tab", "seen": seen})
    page = client.post(url, {"title": "Second tab", "seen": seen})
    assert "somebody changed this while you were writing. It is now “First tab”" in page.content.decode()
    assert WorkspaceFile.objects.get().title == "First tab"
    client.post(url, {"title": "Second tab", "seen": page.context["form"]["seen"].value()})
    assert WorkspaceFile.objects.get().title == "Second tab"


def test_list_makes_the_same_number_of_queries_for_1_and_3(world, kept, sign_in, count_queries):
    client = sign_in(world.candidate)
    one = count_queries(client, reverse("workspace"))
    for _ in range(2):
        make.in_workspace(world.work.candidate)
    assert count_queries(client, reverse("workspace")) == one


def test_home_counts_what_waits_and_links_to_it(world, kept, sign_in):
    today = timezone.localdate()
    soon, far = make.assignment(world.work.candidate), make.assignment(world.work.candidate)
    Assignment.objects.filter(pk=soon.pk).update(due_on=today - timedelta(days=1))
    Assignment.objects.filter(pk=far.pk).update(due_on=today + timedelta(days=60))
    returned = make.handed_in(world.work.candidate)
    actions.return_for_further_work(returned, why="More", by=make.tutor_of(returned))
    client = sign_in(world.candidate)
    tiles = {tile["label"]: tile for tile in client.get(reverse("my-work")).context["tiles"]}
    assert {label: tile["count"] for label, tile in tiles.items()} == {
        "Returned to you": 1,
        "Due within 14 days, or late": 1,
        "Units with unread messages": 0,
        "Files in your workspace": 1,
    }

    def listed(label) -> list[int]:
        groups = client.get(tiles[label]["url"]).context["groups"]
        return [work.pk for _, _, rows in groups for work, _ in rows]

    assert listed("Returned to you") == [returned.pk]
    assert listed("Due within 14 days, or late") == [soon.pk]
