"""Files that a candidate keeps and has not added to a unit yet."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from candidates.models import Candidate
from portal.files.models import OfStored, UseManager

from ..querysets import WorkspaceQuerySet


class WorkspaceFile(OfStored):
    """A draft or an asset that only the candidate sees until it is added to a unit. Not part of the record."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="workspace")
    title = models.CharField(max_length=120)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UseManager.from_queryset(WorkspaceQuerySet)()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return self.title
