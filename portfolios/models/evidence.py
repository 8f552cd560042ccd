"""Items of evidence, and the versions of their files."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.catalogue.models import Criterion
from portal.files import kinds
from portal.files.models import OfStored, UseManager

from ..querysets import EvidenceQuerySet, EvidenceVersionQuerySet
from .assignment import Assignment

IS_OPEN_FUNCTION = """
    IF (SELECT state FROM portfolios_assignment WHERE id = {assignment})
        NOT IN ('assigned', 'in_progress', 'returned') THEN
        RAISE EXCEPTION 'the work was handed in: its evidence cannot be changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
"""


class Evidence(models.Model):
    """One item of evidence: a title, a note, and a file that changes by version until it is handed in.

    `owner` is the assignment's candidate; `uploaded_by` may be a tutor who uploaded on their behalf.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="evidence")
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    criteria = models.ManyToManyField(Criterion, related_name="evidence", blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        verbose_name_plural = "evidence"
        triggers = [
            pgtrigger.Trigger(
                name="work_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=IS_OPEN_FUNCTION.format(assignment="COALESCE(NEW.assignment_id, OLD.assignment_id)"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_on_behalf(self) -> bool:
        return self.assignment.is_on_behalf(self.uploaded_by)

    @property
    def current(self) -> "EvidenceVersion":
        """The newest version; uses what the view prefetched."""
        return max(self.versions.all(), key=lambda version: version.number)


class EvidenceVersion(OfStored):
    """One file of an item of evidence, in the order of its replacements. Never altered; kept from the hand-in on."""

    Kind, Preview = kinds.Kind, kinds.Preview

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    frozen_at = models.DateTimeField(null=True, editable=False)

    objects = UseManager.from_queryset(EvidenceVersionQuerySet)()

    class Meta:
        ordering = ["evidence", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_version_once"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="file_is_never_altered", fields=["evidence", "number", "stored"]),
            pgtrigger.Protect(
                name="frozen_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="frozen_at_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(
                    old__frozen_at__isnull=False, old__frozen_at__df=pgtrigger.F("new__frozen_at")
                ),
            ),
            pgtrigger.Trigger(
                name="work_is_open",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=IS_OPEN_FUNCTION.format(
                    assignment="(SELECT assignment_id FROM portfolios_evidence WHERE id = NEW.evidence_id)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
