"""How long a stored file stays: permanently, for as long as something uses it, or until the sweep."""

from collections.abc import Iterable
from datetime import timedelta

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from .models import ContentLink, OfStored, StoredFile
from .receiving import delete_after_commit

SPARED = timedelta(days=1)


def keep(rows: Iterable[StoredFile] | models.QuerySet[StoredFile]) -> None:
    """From now on neither these files nor the renditions shown of them may change or be deleted."""
    keys = [row.pk for row in rows]
    StoredFile.objects.filter(pk__in=keys, kept_at=None).update(kept_at=timezone.now())


@transaction.atomic
def release(stored: StoredFile) -> None:
    """Its use has ended: unless it has another one, it is deleted with all that is stored of it. Kept files stay."""
    found = StoredFile.objects.select_for_update().filter(pk=stored.pk, kept_at=None).first()
    if found and unused(StoredFile.objects.filter(pk=stored.pk)).exists():
        _forget(found)


def sweep() -> int:
    """Delete the rows that no use names and that are older than a day. Returns how many."""
    old = StoredFile.objects.filter(kept_at=None, started_at__lt=timezone.now() - SPARED)
    ContentLink.objects.filter(given_at__lt=timezone.now() - SPARED).delete()
    swept = 0
    for key in list(unused(old).values_list("pk", flat=True)):
        with transaction.atomic():
            found = unused(StoredFile.objects.select_for_update(of=("self",)).filter(pk=key)).first()
            if found:
                _forget(found)
                swept += 1
    return swept


def unused(rows: models.QuerySet[StoredFile]) -> models.QuerySet[StoredFile]:
    """Those of `rows` that no row in any room points at."""
    for use in uses_of_files():
        rows = rows.exclude(models.Exists(use._base_manager.filter(stored=models.OuterRef("pk"))))
    return rows


def uses_of_files() -> list[type[OfStored]]:
    """Every model with which a room uses stored files."""
    return [model for model in apps.get_models() if issubclass(model, OfStored)]


def _forget(stored: StoredFile) -> None:
    names = [*stored.parts.values_list("file", flat=True), *stored.renditions.values_list("file", flat=True)]
    for name in filter(None, [*names, stored.file.name]):
        delete_after_commit(name)
    stored.delete()
