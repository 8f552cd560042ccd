"""Hand-ins, and what came of each."""

import pgtrigger
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

    class AIUse(models.TextChoices):
        NOT_ASKED = "", "Not asked"
        NONE = "none", "No AI tool was used"
        USED = "used", "An AI tool was used"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    statement = models.TextField(help_text="The authenticity statement, as it was agreed to.")
    sources = models.TextField(
        blank=True, help_text="The work of others that was used, and where it is from."
    )
    ai_use = models.CharField(max_length=10, choices=AIUse, default=AIUse.NOT_ASKED, blank=True)
    ai_note = models.TextField(blank=True, help_text="Which AI tool was used, and what for.")
    planning = models.JSONField(
        default=dict,
        blank=True,
        help_text="Plan and review as the tutor saw them: {paper: [[label, text], …]}.",
    )
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
            models.CheckConstraint(
                condition=Q(ai_use__in=["", "none"]) | (Q(ai_use="used") & ~Q(ai_note="")),
                name="round_says_which_ai",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="handed_in_stays",
                fields=[
                    "assignment",
                    "number",
                    "statement",
                    "sources",
                    "ai_use",
                    "ai_note",
                    "planning",
                    "handed_in_by",
                ],
            )
        ]

    def __str__(self) -> str:
        return f"hand-in {self.number} of {self.assignment}"

    @property
    def plan(self) -> list:
        """[[label, text], …] of the plan as it was handed in."""
        return self.planning.get("plan", [])

    @property
    def review(self) -> list:
        return self.planning.get("review", [])
