"""Claims, samples and moderators' decisions (domain reference: moderation (c), (d), (g))."""

from typing import cast
from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from candidates.models import NamedEntry
from centres.models import Centre
from portal.accounts.models import User
from portal.catalogue.grades import grade_field, known_grades
from portal.catalogue.models import Qualification
from portal.kit.stateful import (
    Stateful,
    allowed_moves,
    refuses,
    stamped_by_someone,
    state_field,
)
from portfolios.models import Assignment, Round

from .querysets import AllocationQuerySet, ClaimLineQuerySet, ClaimQuerySet
from .states import HOLDS_THE_UNIT, ClaimState, DecisionOutcome, LineState


class Moderator(models.Model):
    """An examiner-moderator of the awarding body."""

    user = models.OneToOneField(User, models.PROTECT, related_name="moderator")

    class Meta:
        ordering = ["user__name"]

    def __str__(self) -> str:
        return str(self.user)


class Allocation(models.Model):
    """A moderator moderates one centre's claims for one qualification, until the allocation is ended."""

    moderator = models.ForeignKey(Moderator, models.PROTECT, related_name="allocations")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="allocations")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="allocations")
    since = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["centre", "qualification"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "qualification"],
                condition=Q(ended_at=None),
                name="allocation_one_moderator",
                violation_error_message="Another moderator is allocated. End that allocation first.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.moderator}: {self.centre}, {self.qualification}"


class Conflict(models.Model):
    """A declared conflict of interest: this moderator never sees this centre's work."""

    moderator = models.ForeignKey(Moderator, models.CASCADE, related_name="conflicts")
    centre = models.ForeignKey(Centre, models.CASCADE, related_name="conflicts")
    reason = models.TextField()
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["moderator", "centre"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.moderator} and {self.centre}"


@refuses("A claim needs at least one line.")
def has_lines(claim: "Claim") -> bool:
    return claim.lines.exists()


@refuses("Not every line has a decision yet.")
def is_decided(claim: "Claim") -> bool:
    return not claim.lines.filter(state=ClaimLine.State.PENDING).exists()


@allowed_moves
class Claim(Stateful):
    """A centre's statement, for one qualification, of which candidates achieved which units.

    A centre has at most one draft for a qualification; several submitted claims may be in moderation.
    `sample_seed` is stored so that the same sample can be drawn again.
    """

    State = ClaimState

    state = state_field(State, State.DRAFT)
    number = models.CharField("claim number", max_length=30, unique=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="claims")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="claims")
    sample_seed = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    in_moderation_at = models.DateTimeField(null=True, editable=False)
    in_moderation_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    concluded_at = models.DateTimeField(null=True, editable=False)
    concluded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    report = models.TextField("report to the centre", blank=True)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "qualification"],
                condition=Q(state=ClaimState.DRAFT),
                name="claim_one_open_draft",
            ),
            stamped_by_someone("submitted", "claim_submitted_by_someone"),
            stamped_by_someone("in_moderation", "claim_in_moderation_by_someone"),
            stamped_by_someone("concluded", "claim_concluded_by_someone"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("claim", args=[self.pk])

    @transition("state", source=State.DRAFT, target=State.SUBMITTED, conditions=[has_lines])
    def submit(self):
        """Pass the claim to the moderator; the centre can no longer change it."""

    @transition("state", source=State.DRAFT, target=State.DISCARDED)
    def discard(self):
        """The centre discards the draft."""

    @transition("state", source=State.SUBMITTED, target=State.SAMPLE_PROPOSED)
    def propose_sample(self):
        """The portal has drawn a sample for the moderator to accept or change."""

    @transition("state", source=State.SAMPLE_PROPOSED, target=State.IN_MODERATION)
    def send_sample(self):
        """The sample is fixed and the moderator reviews it."""

    @transition("state", source=State.IN_MODERATION, target=State.CONCLUDED, conditions=[is_decided])
    def conclude(self):
        """Every line is decided: confirmed lines become results, the others go back to the centre."""


@allowed_moves
class ClaimLine(Stateful):
    """One candidate and unit on a claim. `assessor` is who recorded the unit as achieved.

    `round` is the hand-in that is claimed, with its `grade`: a draft line follows the newest achieved one, a submitted
    line keeps its own. `uid` identifies the line in the entry ledger. Certificate name and date of birth are frozen at
    submission.
    """

    State = LineState

    state = state_field(State, State.DRAFT)
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    claim = models.ForeignKey(Claim, models.CASCADE, related_name="lines")
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="claim_lines")
    round = models.ForeignKey(
        Round, models.PROTECT, null=True, editable=False, related_name="claim_lines", verbose_name="hand-in"
    )
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    grade = grade_field()
    certificate_name = models.CharField(max_length=130, blank=True, editable=False)
    date_of_birth = models.DateField(null=True, editable=False)
    named_entry = models.ForeignKey(
        NamedEntry,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="claim_lines",
        help_text="The entry that covers the line where candidates are entered by name; recorded at submission.",
    )

    objects = ClaimLineQuerySet.as_manager()

    class Meta:
        ordering = [
            "assignment__unit__number",
            "assignment__candidate__last_name",
            "assignment__candidate__first_names",
            "pk",
        ]
        verbose_name = "claim line"
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state__in=HOLDS_THE_UNIT),
                name="claim_line_unit_once",
            ),
            models.CheckConstraint(
                condition=Q(state=LineState.DRAFT)
                | (~Q(certificate_name="") & Q(date_of_birth__isnull=False)),
                name="claim_line_named_when_submitted",
            ),
            known_grades("claim_line_known_grade"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="claims_a_round_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=~pgtrigger.Q(new__state=LineState.DRAFT),
                func="""
                    IF TG_OP = 'UPDATE' AND OLD.state <> 'draft' THEN
                        IF (OLD.round_id, OLD.assignment_id, OLD.grade)
                            IS DISTINCT FROM (NEW.round_id, NEW.assignment_id, NEW.grade)
                        THEN
                            RAISE EXCEPTION 'a submitted line stays with its hand-in and grade'
                                USING ERRCODE = 'integrity_constraint_violation';
                        END IF;
                    ELSIF NOT EXISTS (
                        SELECT 1 FROM portfolios_round
                        WHERE id = NEW.round_id AND assignment_id = NEW.assignment_id
                            AND outcome = 'achieved' AND grade = NEW.grade AND frozen_at IS NOT NULL
                    ) THEN
                        RAISE EXCEPTION
                            'a submitted line names an achieved hand-in of its work, which is frozen, and its grade'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment} on {self.claim}"

    @property
    def hand_in(self) -> Round:
        """The hand-in that a submitted line claims; a submitted line always has one."""
        return cast(Round, self.round)

    @transition("state", source=State.DRAFT, target=State.PENDING)
    def submit(self):
        """The line goes to the moderator, with the name and date of birth frozen on it."""

    @transition("state", source=State.PENDING, target=State.CONFIRMED)
    def confirm(self):
        """The moderator agrees with the centre: the unit is certificated."""

    @transition("state", source=State.PENDING, target=State.RETURNED)
    def send_back(self):
        """The moderator does not agree: the tutor judges the same work again, and the unit can be claimed again."""

    @transition("state", source=State.PENDING, target=State.WITHDRAWN)
    def withdraw(self):
        """The moderator withdraws the line, as it was claimed in error."""

    @transition("state", source=State.CONFIRMED, target=State.VOIDED)
    def void(self):
        """Its certificate was revoked: the result no longer counts, the entry stays used, the unit is free again."""

    @transition("state", source=State.VOIDED, target=State.CONFIRMED)
    def restore(self):
        """Its certificate was restored: the result counts again."""


class SampleMember(models.Model):
    """A line that the moderator looks at, and why it was picked."""

    line = models.OneToOneField(ClaimLine, models.PROTECT, related_name="sampled")
    reason = models.CharField(max_length=120)
    is_added = models.BooleanField(default=False, help_text="Added by the moderator to the proposed sample.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.reason}"


class Decision(models.Model):
    """The moderator's decision on one line, kept beside the centre's claim. Only ever added; the newest counts.

    Lines outside the sample are decided as well: on their own if the moderator looked at them (`looked_at`), otherwise
    with their group (unit, assessor and grade). "Not looked at" never means agreement (design, rule 4).
    """

    Outcome = DecisionOutcome

    line = models.ForeignKey(ClaimLine, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=Outcome)
    comment = models.TextField(blank=True, help_text="For the centre.")
    for_candidate = models.TextField(blank=True, help_text="For the candidate.")
    looked_at = models.BooleanField(help_text="Whether the work was looked at, not only its group.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=DecisionOutcome.values), name="decision_known_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome=DecisionOutcome.AGREED) | ~Q(comment=""),
                name="decision_against_has_comment",
            ),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_outcome_display()}"
