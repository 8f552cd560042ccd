"""Qualifications, their units and e-checklists, and the awards that units make."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from .grades import PASS_ONLY, SCALES, Scale
from .querysets import ChecklistQuerySet, QualificationQuerySet, UnitQuerySet


class EntryRoute(models.TextChoices):
    UNNAMED = "UNNAMED", "Unnamed entries"
    NAMED = "NAMED", "Named entries"


class ModerationMode(models.TextChoices):
    REMOTE = "REMOTE", "Remote, in the portal"
    VISITED = "VISITED", "By a (virtual) visit"


class Qualification(models.Model):
    """One level of a suite, the thing a centre is approved for.

    How it is graded, entered and moderated is data, not a separate code path
    (domain reference 3.3 and 5.1).
    """

    code = models.SlugField("code", max_length=40, unique=True, help_text="For example IMEDIA-L2.")
    title = models.CharField(max_length=120, help_text="Short title, for example Level 2 iMedia.")
    level = models.PositiveSmallIntegerField(help_text="How demanding it is. This is not a grade.")
    qan = models.CharField(
        "qualification number (QAN)",
        max_length=12,
        blank=True,
        help_text="Given by the regulator, for example 500/8533/5. Leave blank until confirmed.",
    )
    subject_area = models.CharField(max_length=120)
    grade_scale = models.CharField(
        max_length=10,
        choices=[(scale.code, scale.words) for scale in SCALES.values()],
        default=PASS_ONLY.code,
    )
    entry_route = models.CharField(max_length=10, choices=EntryRoute, default=EntryRoute.UNNAMED)
    moderation_mode = models.CharField(max_length=10, choices=ModerationMode, default=ModerationMode.REMOTE)
    digital_only = models.BooleanField(
        default=True, help_text="Work is accepted only in the portal, not on disc or paper."
    )
    last_entry_on = models.DateField("last entry date", null=True, blank=True)
    last_certification_on = models.DateField("last certification date", null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in lists.")

    objects = QualificationQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__range=(1, 8)), name="qualification_level_1_to_8"),
            models.CheckConstraint(
                condition=Q(last_certification_on__gte=models.F("last_entry_on"))
                | Q(last_entry_on=None)
                | Q(last_certification_on=None),
                name="qualification_entries_end_before_certification",
            ),
            models.CheckConstraint(
                condition=Q(grade_scale__in=list(SCALES)), name="qualification_known_scale"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("qualification", args=[self.code])

    def is_open_for_entry(self, on: date) -> bool:
        """Whether entries may still be ordered on the day `on` (the last day included)."""
        return self.last_entry_on is None or on <= self.last_entry_on

    def is_open_for_certification(self, on: date) -> bool:
        """Whether units may still be claimed on the day `on` (the last day included)."""
        return self.last_certification_on is None or on <= self.last_certification_on

    @property
    def scale(self) -> Scale:
        return SCALES[self.grade_scale]

    @property
    def not_yet(self) -> str:
        """What the portal cannot do for it yet, shown wherever an entry or work starts; empty if it can do all."""
        if not self.scale.is_graded:
            return ""
        return (
            f"Grades of {self.scale.words} cannot be recorded in the portal yet. Work for {self} can be "
            "assigned and marked, but it cannot be claimed, and no certificates are issued."
        )

    def mandatory_unit(self) -> "Unit | None":
        return next((unit for unit in self.units.all() if unit.is_mandatory), None)


class Unit(models.Model):
    """The thing assigned, claimed, moderated and certificated."""

    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="units")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    code = models.SlugField(max_length=20, unique=True, help_text="For example IM201.")
    title = models.CharField(max_length=120)
    glh = models.PositiveSmallIntegerField("guided learning hours")
    is_mandatory = models.BooleanField("mandatory", default=False, help_text="Every award must include it.")
    is_examined = models.BooleanField(
        "examined",
        default=False,
        help_text="Set and marked by the awarding body, so it is not assigned or claimed in the portal.",
    )
    summary = models.TextField(blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["qualification__position", "qualification__code", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "number"], name="unit_number_once_in_qualification"
            ),
            models.UniqueConstraint(
                fields=["qualification"],
                condition=Q(is_mandatory=True),
                name="unit_one_mandatory_in_qualification",
                violation_error_message="This qualification already has a mandatory unit.",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="unit_number_from_1"),
            models.CheckConstraint(condition=Q(glh__gt=0), name="unit_glh_above_0"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("unit", args=[self.code])

    def current_checklist(self) -> "Checklist | None":
        """The e-checklist to pin to an assignment made now; None before the first is published."""
        return self.checklists.current().first()


class Checklist(models.Model):
    """One version of a unit's e-checklist.

    An assignment keeps the version it was made with, so a published one never changes;
    triggers enforce this for it, its objectives and its criteria (domain reference 3.4).
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="checklists")
    version = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Blank if it was loaded from the seed data.",
    )

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = "e-checklist"
        ordering = ["unit", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "version"], name="checklist_version_once_in_unit"),
            models.CheckConstraint(condition=Q(version__gte=1), name="checklist_version_from_1"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(published_by=None),
                name="checklist_published_by_with_at",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.published_at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*"
                ),
                func="""
                    RAISE EXCEPTION 'e-checklist % is published and cannot be changed', OLD.id
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="published_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                func="""
                    RAISE EXCEPTION 'e-checklist % is published and cannot be deleted', OLD.id
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} e-checklist, version {self.version}"

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @transaction.atomic
    def publish(self, *, by) -> None:
        """Make this the e-checklist of new assignments; it can never change again.

        `by` is None when the seed data is loaded. Raises TransitionRefused if it is already
        published, has nothing to judge, or is older than one that is published.
        """
        locked = Checklist.objects.select_for_update(of=["self"]).get(pk=self.pk)
        if locked.is_published:
            raise TransitionRefused(f"Version {self.version} is already published.")
        if self.unit.is_examined:
            raise TransitionRefused(f"{self.unit} is examined, so it has no e-checklist to publish.")
        objectives = list(locked.objectives.prefetch_related("criteria"))
        if not objectives:
            raise TransitionRefused("Add assessment objectives and criteria before publishing.")
        for objective in objectives:
            if not objective.criteria.all():
                raise TransitionRefused(f"Add a criterion to objective {objective.number} before publishing.")
        if self.unit.checklists.published().filter(version__gt=self.version).exists():
            raise TransitionRefused(f"A version later than {self.version} is already published.")
        self.published_at, self.published_by = timezone.now(), by
        self.save(update_fields=["published_at", "published_by"])
        audit.record("publish", self, by=by, before="draft", after="published")


def _fixed_once_published(model, *, checklist_of):
    """Trigger that refuses to add, change or delete rows of `model` once their e-checklist is published.

    `checklist_of`: SQL that finds the e-checklist of `row`. FOR SHARE makes it wait for a publish in flight.
    """
    return pgtrigger.Trigger(
        name="fixed_once_published",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        declare=[("sheet", "RECORD")],
        func=f"""
            IF TG_OP <> 'INSERT' THEN
                {checklist_of.format(row="OLD")} FOR SHARE OF checklist;
                IF sheet.published_at IS NOT NULL THEN
                    RAISE EXCEPTION 'e-checklist % is published: its {model} cannot be changed', sheet.id
                        USING ERRCODE = 'integrity_constraint_violation';
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            {checklist_of.format(row="NEW")} FOR SHARE OF checklist;
            IF sheet.published_at IS NOT NULL THEN
                RAISE EXCEPTION 'e-checklist % is published: no {model} can be added', sheet.id
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        """,
    )


class Objective(models.Model):
    """Assessment objective: one of the numbered things that the candidate must show in the unit."""

    checklist = models.ForeignKey(Checklist, models.CASCADE, related_name="objectives")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    title = models.CharField(max_length=200)
    guidance = models.TextField(
        "guidance for candidates",
        blank=True,
        help_text="What to show, in words for the candidate. Everybody can read it.",
    )
    assessor_notes = models.TextField(
        "notes for assessors",
        blank=True,
        help_text="What to look for when marking. Candidates and the public never see it.",
    )

    class Meta:
        verbose_name = "assessment objective"
        ordering = ["checklist", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "number"], name="objective_number_once_in_checklist"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="objective_number_from_1"),
        ]
        triggers = [
            _fixed_once_published(
                "assessment objectives",
                checklist_of="""SELECT checklist.id, checklist.published_at INTO sheet
                    FROM catalogue_checklist AS checklist WHERE checklist.id = {row}.checklist_id""",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Criterion(models.Model):
    """What is judged: met or not met by the evidence."""

    objective = models.ForeignKey(Objective, models.CASCADE, related_name="criteria")
    ref = models.CharField("reference", max_length=10, help_text="For example 1.1.")
    text = models.TextField()
    is_required = models.BooleanField("required", default=True, help_text="Must be met to pass the unit.")
    position = models.PositiveSmallIntegerField(default=0, help_text="Order within the objective.")

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["objective__number", "position", "ref"]
        constraints = [
            models.UniqueConstraint(fields=["objective", "ref"], name="criterion_ref_once_in_objective"),
        ]
        triggers = [
            _fixed_once_published(
                "criteria",
                checklist_of="""SELECT checklist.id, checklist.published_at INTO sheet
                    FROM catalogue_objective AS objective
                    JOIN catalogue_checklist AS checklist ON checklist.id = objective.checklist_id
                    WHERE objective.id = {row}.objective_id""",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.text}"


class Award(models.Model):
    """A size of a qualification, with its entry code (in Cambridge Technicals: scheme code).

    With `rule` THRESHOLD, a number of units makes it, and further units do no harm (domain reference 3.1;
    `rules.awards_met`). With POINTS, the awarding body works it out from grades and hours; the portal issues nothing.
    """

    class Kind(models.TextChoices):
        CERTIFICATE = "CERTIFICATE", "Certificate"
        EXTENDED_CERTIFICATE = "EXTENDED_CERTIFICATE", "Extended Certificate"
        INTRODUCTORY_DIPLOMA = "INTRODUCTORY_DIPLOMA", "Introductory Diploma"
        FOUNDATION_DIPLOMA = "FOUNDATION_DIPLOMA", "Foundation Diploma"
        SUBSIDIARY_DIPLOMA = "SUBSIDIARY_DIPLOMA", "Subsidiary Diploma"
        DIPLOMA = "DIPLOMA", "Diploma"
        EXTENDED_DIPLOMA = "EXTENDED_DIPLOMA", "Extended Diploma"

    class Rule(models.TextChoices):
        THRESHOLD = "THRESHOLD", "A number of units"
        POINTS = "POINTS", "Points for grades and guided learning hours"

    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="awards")
    kind = models.CharField(max_length=24, choices=Kind)
    code = models.SlugField("entry code", max_length=20, unique=True, help_text="For example IM2C or 05843.")
    is_provisional = models.BooleanField(
        "code is provisional",
        default=False,
        help_text="The real entry code is not yet known, so nobody can be entered under this one.",
    )
    title = models.CharField(max_length=200, help_text="Full title, as it is printed on the certificate.")
    rule = models.CharField(max_length=10, choices=Rule, default=Rule.THRESHOLD)
    units_needed = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Only for awards made by a number of units."
    )
    glh = models.PositiveSmallIntegerField(
        "guided learning hours", null=True, blank=True, help_text="Only for awards made by points: the size."
    )
    needs_mandatory = models.BooleanField("needs the mandatory unit", default=True)
    ucas_points = models.PositiveSmallIntegerField(
        "UCAS points", null=True, blank=True, help_text="Shown as “to be confirmed”."
    )
    performance = models.CharField(
        "school performance",
        max_length=120,
        blank=True,
        help_text="For example 1 GCSE, 46 performance points.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order by size, the smallest first.")

    class Meta:
        ordering = ["qualification__position", "qualification__code", "position", "units_needed"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "kind"], name="award_kind_once_in_qualification"
            ),
            models.CheckConstraint(
                condition=Q(rule="THRESHOLD", units_needed__isnull=False, units_needed__gt=0, glh=None)
                | Q(rule="POINTS", units_needed=None, glh__isnull=False, glh__gt=0),
                name="award_size_fits_its_rule",
                violation_error_message="Enter the number of units, or the hours if the award is made by points.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
