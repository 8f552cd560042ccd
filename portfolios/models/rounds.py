"""Hand-ins, and what came of each."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .assignment import Assignment
from .evidence import EvidenceVersion


class Round(models.Model):
    """One hand-in and what came of it. `versions` are the files exactly as the tutor saw them."""

    class Outcome(models.TextChoices):
        WAITING = "", "Waiting for the tutor"
        RETURNED = "returned", "Returned for further work"
        ACHIEVED = "achieved", "Achieved"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    statement = models.TextField(help_text="The authenticity statement, as it was agreed to.")
    handed_in_at = models.DateTimeField(default=timezone.now)
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    versions = models.ManyToManyField(EvidenceVersion, related_name="rounds")
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING, blank=True)
    comment = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["assignment", "number"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "number"], name="round_number_once"),
            models.UniqueConstraint(fields=["assignment"], condition=Q(outcome=""), name="round_one_waiting"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None, decided_by=None)
                | (~Q(outcome="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="round_decided_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"hand-in {self.number} of {self.assignment}"
