"""Files that a candidate keeps and has not put into a unit yet."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from candidates.models import Candidate

from ..querysets import WorkspaceQuerySet


class WorkspaceFile(models.Model):
    """A draft or an asset, for the candidate's eyes alone until it is put into a unit. No part of the record."""

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="workspace")
    title = models.CharField(max_length=120)
    file = models.FileField(max_length=200)
    file_name = models.CharField(max_length=150, help_text="As it was called when it was uploaded.")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="workspace_file_not_empty"),
        ]

    def __str__(self) -> str:
        return self.title
