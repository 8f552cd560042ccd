"""The planning and review form of a unit: what the candidate plans to do, and how it went."""

import hashlib

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from .assignment import Assignment
from .evidence import IS_OPEN_FUNCTION


class Paper(models.Model):
    """One side of the form, one for each assignment: optional texts that can change while the work is open.

    A hand-in keeps them as they were (`Round.planning`). Domain reference: imedia 6, screen 6.
    """

    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} for {self.assignment}"  # type: ignore[attr-defined]

    @classmethod
    def questions(cls) -> list[models.TextField]:
        """The fields to fill in, in order."""
        return [field for field in cls._meta.fields if isinstance(field, models.TextField)]

    def texts(self) -> dict[str, str]:
        """{name of the field: its text}."""
        return {field.name: getattr(self, field.name) for field in self.questions()}

    def answers(self) -> list[list[str]]:
        """[[label, text], …] of the answers that are filled in."""
        return [
            [str(field.verbose_name).capitalize(), text]
            for field in self.questions()
            if (text := getattr(self, field.name))
        ]

    def text_mark(self) -> str:
        """A short hash of the texts, which shows whether somebody has changed them since."""
        return hashlib.sha256("\0".join(self.texts().values()).encode()).hexdigest()[:16]


def _while_the_work_is_open() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="work_is_open",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=IS_OPEN_FUNCTION.format(assignment="COALESCE(NEW.assignment_id, OLD.assignment_id)"),
    )


class Plan(Paper):
    """Written before: what will be made, for whom, with what, and when."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="plan")
    aim = models.TextField("aim", blank=True, help_text="What you will make, and what it is for.")
    audience = models.TextField("audience", blank=True, help_text="Who it is for, and what they need.")
    tools = models.TextField("tools", blank=True, help_text="Programs and equipment.")
    assets = models.TextField(
        "assets",
        blank=True,
        help_text="Images, audio and text, where each comes from, and who gave permission.",
    )
    timetable = models.TextField("timetable", blank=True, help_text="What you will do, and by when.")

    class Meta:
        triggers = [_while_the_work_is_open()]


class Review(Paper):
    """Written after: how it went."""

    assignment = models.OneToOneField(Assignment, models.PROTECT, related_name="review")
    went_well = models.TextField("what went well", blank=True)
    changed = models.TextField(
        "what was changed", blank=True, help_text="Where you changed your plan and why, and what others said."
    )
    would_improve = models.TextField("what would be improved", blank=True, help_text="With more time.")

    class Meta:
        triggers = [_while_the_work_is_open()]


PAPERS: dict[str, type[Plan] | type[Review]] = {"plan": Plan, "review": Review}


class PlanningComment(models.Model):
    """What a tutor says about a plan or a review. Shown beside it, and only ever added."""

    class Paper(models.TextChoices):
        PLAN = "plan", "Plan"
        REVIEW = "review", "Review"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="planning_comments")
    paper = models.CharField(max_length=6, choices=Paper)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(paper__in=["plan", "review"]), name="planning_comment_known_paper"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"comment on the {self.paper} for {self.assignment}"
