"""How long a stored file is kept, and that the renditions of a kept file never change."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from portal.files import again, keeping
from portal.files.models import Rendition, StoredFile
from portal.files.tasks import make_preview
from portfolios import actions
from tests.factories import candidates
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db
OLD = timedelta(days=1, minutes=1)


def unused(**values) -> StoredFile:
    """A file that no row of any room points to any more."""
    kept = make.in_workspace(candidates.candidate())
    kept.delete()
    StoredFile.objects.filter(pk=kept.stored_id).update(**values)
    return StoredFile.objects.get(pk=kept.stored_id)


def sweep(committing) -> int:
    with committing(execute=True):
        return keeping.sweep()


def is_there(stored: StoredFile) -> bool:
    """Both the row and the object."""
    has_row = StoredFile.objects.filter(pk=stored.pk).exists()
    has_object = stored.file.storage.exists(stored.file.name)
    assert has_row == has_object
    return has_row


def test_file_without_a_use_is_swept_after_a_day(django_capture_on_commit_callbacks):
    now = timezone.now()
    old, young = unused(started_at=now - OLD), unused(started_at=now - timedelta(hours=23))
    assert sweep(django_capture_on_commit_callbacks) == 1
    assert [is_there(old), is_there(young)] == [False, True]


def test_what_was_rendered_of_it_goes_with_it(django_capture_on_commit_callbacks):
    kept = make.in_workspace(candidates.candidate())
    make_preview(kept.stored_id)
    made = Rendition.objects.get(stored=kept.stored_id)
    assert made.text or made.file
    kept.delete()
    StoredFile.objects.filter(pk=kept.stored_id).update(started_at=timezone.now() - OLD)
    assert sweep(django_capture_on_commit_callbacks) == 1
    assert not Rendition.objects.exists()


def test_file_with_a_use_is_never_swept_however_old(django_capture_on_commit_callbacks):
    person = candidates.candidate()
    work = make.assignment(person)
    rows = [make.in_workspace(person), make.evidence(work).current, make.received_upload(work)]
    StoredFile.objects.update(started_at=timezone.now() - timedelta(days=3650))
    assert sweep(django_capture_on_commit_callbacks) == 0
    assert {row.stored_id for row in rows} <= set(StoredFile.objects.values_list("pk", flat=True))


def test_two_uses_share_one_file_until_the_last_of_them_ends(django_capture_on_commit_callbacks):
    person = candidates.candidate()
    kept = make.in_workspace(person)
    first = actions.add_to_unit(kept, make.assignment(person), keep=True, by=person.user).current
    assert first.stored == kept.stored
    stored = kept.stored
    StoredFile.objects.update(started_at=timezone.now() - OLD)
    with django_capture_on_commit_callbacks(execute=True):
        actions.delete_from_workspace(kept, by=person.user)
    assert sweep(django_capture_on_commit_callbacks) == 0
    assert is_there(stored)
    first.delete()
    assert sweep(django_capture_on_commit_callbacks) == 1
    assert not is_there(stored)


def test_kept_file_stays_without_a_use(django_capture_on_commit_callbacks):
    stored = unused(started_at=timezone.now() - OLD)
    keeping.keep([stored])
    assert sweep(django_capture_on_commit_callbacks) == 0
    assert is_there(stored)
    with pytest.raises(DatabaseError), transaction.atomic():
        stored.delete()


# --- renditions ---------------------------------------------------------------------------------


@pytest.fixture
def rendered(db) -> StoredFile:
    stored = make.evidence(make.assignment()).current.stored
    make_preview(stored.pk)
    stored.refresh_from_db()
    return stored


def rows_of(stored: StoredFile, generation: int) -> list[dict]:
    return list(Rendition.objects.filter(stored=stored, generation=generation).values())


def made_again(stored: StoredFile, committing) -> StoredFile:
    with committing(execute=True):
        again.make_again(stored)
    make_preview(stored.pk)
    return StoredFile.objects.get(pk=stored.pk)


def test_second_rendering_of_a_kept_file_is_a_new_generation_and_the_old_one_stays_as_it_was(
    rendered, django_capture_on_commit_callbacks
):
    keeping.keep([rendered])
    before = rows_of(rendered, 1)
    newer = made_again(rendered, django_capture_on_commit_callbacks)
    assert (newer.generation, newer.preview) == (2, "ready")
    assert before and rows_of(newer, 1) == before
    assert [made.generation for made in newer.shown] == [2] * len(before)


def test_second_rendering_of_a_file_that_is_not_kept_takes_the_place_of_the_first(
    rendered, django_capture_on_commit_callbacks
):
    newer = made_again(rendered, django_capture_on_commit_callbacks)
    assert newer.generation == 2
    assert rows_of(newer, 1) == []
    assert rows_of(newer, 2) != []


@pytest.mark.parametrize(
    "change",
    [
        lambda made: Rendition.objects.filter(pk=made.pk).update(text="Other words"),
        lambda made: Rendition.objects.filter(pk=made.pk).delete(),
        lambda made: Rendition.objects.create(
            stored=made.stored, generation=made.generation, index=made.index + 1, kind="text"
        ),
    ],
    ids=["changed", "deleted", "added to"],
)
def test_database_lets_nobody_touch_what_was_rendered_of_a_kept_file(rendered, change):
    keeping.keep([rendered])
    (made,) = rendered.shown
    with pytest.raises(DatabaseError, match="the file is kept"), transaction.atomic():
        change(made)
