"""The e-portfolio: one candidate's work for one unit, its evidence, hand-ins and judgements."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from candidates.models import Candidate
from portal.catalogue.models import Checklist, Criterion, Unit
from portal.kit.stateful import Stateful, allowed_moves, known_states, state_field

from . import rules
from .querysets import AssignmentQuerySet, EvidenceQuerySet, EvidenceVersionQuerySet, JudgementQuerySet


@allowed_moves
class Assignment(Stateful):
    """One candidate, one unit, and the e-checklist version it was given with (pinned).

    The work is open to change until it is handed in, and again after it was returned.
    """

    class State(models.TextChoices):
        ASSIGNED = "assigned", "Assigned"
        IN_PROGRESS = "in_progress", "In progress"
        HANDED_IN = "handed_in", "Handed in"
        RETURNED = "returned", "Returned for further work"
        ACHIEVED = "achieved", "Achieved"
        CLAIMED = "claimed", "On a claim"
        CONFIRMED = "confirmed", "Confirmed"

    OPEN = (State.ASSIGNED, State.IN_PROGRESS, State.RETURNED)
    COUNTS = (State.ACHIEVED, State.CLAIMED, State.CONFIRMED)  # towards an award, in the centre's opinion

    state = state_field(State, State.ASSIGNED)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="assignments")
    due_on = models.DateField("due", null=True, blank=True)
    assigned_at = models.DateTimeField(default=timezone.now, editable=False)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, editable=False)
    achieved_at = models.DateTimeField(null=True, editable=False)
    achieved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="achieved_assignments",
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["candidate__last_name", "candidate__first_names", "unit__number"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "unit"], name="assignment_unit_once"),
            known_states(
                ["assigned", "in_progress", "handed_in", "returned", "achieved", "claimed", "confirmed"],
                "assignment_known_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code} of {self.candidate}"

    def get_absolute_url(self) -> str:
        return reverse("assignment", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether evidence may be added, changed and removed."""
        return self.state in self.OPEN

    @transition("state", source=[State.ASSIGNED, State.RETURNED], target=State.IN_PROGRESS)
    def begin(self):
        """The first change of evidence since it was assigned or returned."""

    @transition(
        "state",
        source=[State.IN_PROGRESS, State.RETURNED],
        target=State.HANDED_IN,
        conditions=[rules.has_evidence],
    )
    def hand_in(self):
        """Pass the work to the tutor; the files can no longer be changed."""

    @transition("state", source=[State.HANDED_IN, State.ACHIEVED], target=State.RETURNED)
    def send_back(self):
        """Return the work for further work, with a reason."""

    @transition(
        "state",
        source=State.HANDED_IN,
        target=State.ACHIEVED,
        conditions=[rules.meets_every_required_criterion],
    )
    def achieve(self):
        """Record the unit as achieved in the centre's final opinion."""

    @transition("state", source=State.ACHIEVED, target=State.CLAIMED)
    def claim(self):
        """The unit is on a submitted claim; the whole portfolio of the unit is frozen."""

    @transition("state", source=State.CLAIMED, target=State.ACHIEVED, custom={"stamps": False})
    def reopen(self):
        """The claim line was returned or withdrawn: the centre re-assesses and may claim again.

        The assessor stays the one who recorded it as achieved, not the moderator who reopens it.
        """

    @transition("state", source=State.CLAIMED, target=State.CONFIRMED)
    def confirm(self):
        """The result stands."""


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
        """Whether somebody else than the candidate uploaded it.

        Only adults have an e-mail address: an account without one is the candidate's own, or that of a row that
        was merged into theirs.
        """
        return self.uploaded_by_id != self.assignment.candidate.user_id and self.uploaded_by.email is not None

    @property
    def current(self) -> "EvidenceVersion":
        """The newest version; uses what the view prefetched."""
        return max(self.versions.all(), key=lambda version: version.number)


class EvidenceVersion(models.Model):
    """One file of an item of evidence, byte for byte as uploaded. Never altered; frozen at hand-in.

    `kind` says how it is shown; `preview` whether workers have made something to look at from it.
    """

    class Kind(models.TextChoices):
        PICTURE = "picture", "Picture"
        PDF = "pdf", "PDF document"
        AUDIO = "audio", "Sound"
        VIDEO = "video", "Video"
        TEXT = "text", "Text"
        OTHER = "other", "File to download"

    class Preview(models.TextChoices):
        WAITING = "waiting", "Preview is being made"
        READY = "ready", "Can be viewed"
        NONE = "none", "Download to view"
        FAILED = "failed", "No preview could be made"

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(max_length=200)
    file_name = models.CharField(max_length=150, help_text="As it was called when it was uploaded.")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    preview = models.CharField(max_length=10, choices=Preview)
    preview_fault = models.CharField(max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    frozen_at = models.DateTimeField(null=True, editable=False)

    objects = EvidenceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["evidence", "number"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "number"], name="evidence_version_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="evidence_version_not_empty"),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="file_is_never_altered",
                fields=[
                    "evidence",
                    "number",
                    "file",
                    "file_name",
                    "sha256",
                    "size_bytes",
                    "media_type",
                    "kind",
                ],
            ),
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


class Rendition(models.Model):
    """A page image, or the text, that workers made from a version. May be made again; nothing hangs on it."""

    version = models.ForeignKey(EvidenceVersion, models.CASCADE, related_name="renditions")
    index = models.PositiveSmallIntegerField(help_text="Page, from 1.")
    image = models.FileField(max_length=200, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["version", "index"]
        constraints = [models.UniqueConstraint(fields=["version", "index"], name="rendition_page_once")]

    def __str__(self) -> str:
        return f"{self.version}, page {self.index}"


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


class Judgement(models.Model):
    """Whether one criterion is met, as one side sees it. Only ever added; the newest of a side counts.

    The moderator's stands beside the tutor's and never replaces it (design, rule 4).
    """

    class Side(models.TextChoices):
        TUTOR = "tutor", "Tutor"
        MODERATOR = "moderator", "Moderator"

    class Outcome(models.TextChoices):
        MET = "met", "Met"
        NOT_YET = "not_yet", "Not yet met"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="judgements")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="judgements")
    side = models.CharField(max_length=10, choices=Side)
    outcome = models.CharField(max_length=10, choices=Outcome)
    comment = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = JudgementQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["assignment", "side", "criterion", "-id"], name="judgement_newest")]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=["tutor", "moderator"]), name="judgement_known_side"),
            models.CheckConstraint(
                condition=Q(outcome__in=["met", "not_yet"]), name="judgement_known_outcome"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
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
