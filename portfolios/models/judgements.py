"""Whether a criterion is met, as each side sees it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.catalogue.grades import Outcome
from portal.catalogue.models import Criterion

from .. import sides
from ..querysets import JudgementQuerySet
from .assignment import Assignment


class Judgement(models.Model):
    """Whether one criterion is met, as one side sees it. Only ever added; which counts is in `standing.py`.

    It belongs to the hand-in with that number or, while the work is with the candidate, to the next one.
    What one side says is shown beside what the others say and never replaces it (design, rule 4).
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="judgements")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="judgements")
    round_number = models.PositiveSmallIntegerField("hand-in")
    side = models.CharField(max_length=10, choices=sides.choices)
    outcome = models.CharField(max_length=10, choices=Outcome)
    comment = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["assignment", "side", "criterion", "-id"], name="judgement_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=list(sides.SIDES)), name="judgement_known_side"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="judgement_known_outcome"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="not_of_a_claimed_round",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__side=sides.MODERATOR.code),
                func="""
                    IF EXISTS (
                        SELECT 1 FROM portfolios_round
                        WHERE assignment_id = NEW.assignment_id AND number >= NEW.round_number
                            AND frozen_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION 'a claim names the hand-in: its judgements cannot be changed'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="criterion_of_the_checklist",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM catalogue_criterion c
                        JOIN catalogue_objective o ON o.id = c.objective_id
                        JOIN portfolios_assignment a ON a.checklist_id = o.checklist_id
                        WHERE c.id = NEW.criterion_id AND a.id = NEW.assignment_id
                    ) THEN
                        RAISE EXCEPTION 'the criterion is not on the assignment''s e-checklist'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.get_outcome_display()}"

    @property
    def is_met(self) -> bool:
        """Whether it counts towards a grade, be it the lowest."""
        return self.outcome != Outcome.NOT_YET
