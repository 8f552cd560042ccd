"""Hand-ins and their outcomes."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.catalogue.grades import WORDS, grade_field
from portal.catalogue.models import Criterion

from ..querysets import RoundQuerySet
from ..states import RoundOutcome
from .assignment import Assignment
from .evidence import EvidenceVersion


class Round(models.Model):
    """One hand-in and its outcome. `versions` are the files exactly as the tutor saw them.

    A claim names the hand-in it is about: from then on (`frozen_at`) nothing in it changes, and titles, notes and
    tags of its evidence are read from `kept`. If a moderator did not agree, the next round is a *re-assessment* of
    the same files: it names the claim and the criteria in doubt, which the tutor judges again.
    """

    Outcome = RoundOutcome

    class AIUse(models.TextChoices):
        NOT_ASKED = "", "Not asked"
        NONE = "none", "No AI tool was used"
        USED = "used", "An AI tool was used"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    statement = models.TextField(help_text="The authenticity statement as it was agreed to.")
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
    versions: models.ManyToManyField = models.ManyToManyField(
        EvidenceVersion, through="RoundFile", related_name="rounds"
    )
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING, blank=True)
    grade = grade_field(
        blank=True,
        editable=False,
        help_text="Worked out from the e-checklist when it was recorded as achieved.",
    )
    comment = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    tutor_statement = models.TextField(
        blank=True, editable=False, help_text="What the tutor declared when recording the unit as achieved."
    )
    untagged = models.TextField(
        blank=True,
        editable=False,
        help_text="Where the evidence is, according to the tutor, if none is tagged with a criterion.",
    )
    after_claim = models.CharField(
        max_length=30,
        blank=True,
        editable=False,
        help_text="The claim whose moderator did not agree with the previous round.",
    )
    opened_at = models.DateTimeField(null=True, editable=False, help_text="When the re-assessment began.")
    doubted: models.ManyToManyField = models.ManyToManyField(
        Criterion, through="RoundDoubt", related_name="+"
    )
    frozen_at = models.DateTimeField(null=True, editable=False, help_text="When a claim first named it.")
    kept = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text="Its evidence as it was claimed: {key of the item: {title, note, criteria: [keys]}}.",
    )

    objects = RoundQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=~Q(outcome=RoundOutcome.ACHIEVED) | ~Q(tutor_statement=""),
                name="round_achieved_is_declared",
            ),
            models.CheckConstraint(
                condition=Q(outcome=RoundOutcome.ACHIEVED, grade__in=list(WORDS))
                | (~Q(outcome=RoundOutcome.ACHIEVED) & Q(grade="")),
                name="round_achieved_has_a_grade",
            ),
            models.CheckConstraint(
                condition=Q(after_claim="", opened_at=None)
                | (~Q(after_claim="") & Q(opened_at__isnull=False)),
                name="round_reassessed_after_a_claim",
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
                    "after_claim",
                ],
            ),
            pgtrigger.Protect(
                name="claimed_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"hand-in {self.number} of {self.assignment}"

    @property
    def is_reassessment(self) -> bool:
        return bool(self.after_claim)

    @property
    def plan(self) -> list:
        """[[label, text], …] of the plan as it was handed in."""
        return self.planning.get("plan", [])

    @property
    def review(self) -> list:
        return self.planning.get("review", [])


def _of_a_round_that_is_not_claimed(name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func="""
            IF EXISTS (
                SELECT 1 FROM portfolios_round
                WHERE id IN (OLD.round_id, NEW.round_id) AND frozen_at IS NOT NULL
            ) THEN
                RAISE EXCEPTION 'a claim names the hand-in: nothing of it can be changed'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN COALESCE(NEW, OLD);
        """,
    )


class RoundFile(models.Model):
    """A file of a hand-in."""

    round = models.ForeignKey(Round, models.CASCADE)
    version = models.ForeignKey(EvidenceVersion, models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "version"], name="round_file_once")]
        triggers = [_of_a_round_that_is_not_claimed("file_stays")]

    def __str__(self) -> str:
        return f"{self.version} in {self.round}"


class RoundDoubt(models.Model):
    """A criterion that a re-assessment is about."""

    round = models.ForeignKey(Round, models.CASCADE)
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "criterion"], name="round_doubt_once")]
        triggers = [_of_a_round_that_is_not_claimed("doubt_stays")]

    def __str__(self) -> str:
        return f"{self.criterion} in {self.round}"
