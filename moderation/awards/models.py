"""Results and certificates. A certificate freezes every printed value (domain reference 7)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from candidates.models import Candidate, NamedEntry
from centres.models import LedgerLine
from moderation.models import Claim, ClaimLine
from portal.catalogue.models import Award, Unit
from portal.files.printing import PrintedDocument
from portal.kit.stateful import Stateful, allowed_moves, known_states, stamped_by_someone, state_field

from . import numbers
from .querysets import CertificateQuerySet, ResultQuerySet


class Result(models.Model):
    """A confirmed unit of a candidate. Every attempt is kept; a unit counts once towards an award."""

    line = models.OneToOneField(ClaimLine, models.PROTECT, related_name="result")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="results")
    grade = models.CharField(max_length=5)
    confirmed_on = models.DateField(default=timezone.localdate)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["candidate", "unit__number", "confirmed_on"]

    def __str__(self) -> str:
        return f"{self.unit.code} of {self.candidate}"


FROZEN = [
    "number", "kind", "candidate", "claim", "line", "entry", "named_entry", "award", "supersedes", "certificate_name",
    "date_of_birth", "ocr_number", "centre_number", "centre_name", "title", "size", "code", "level",
    "qualification_title", "qan", "glh", "grade", "units", "awarded_on", "awarding_body",
]  # fmt: skip


@allowed_moves
class Certificate(Stateful, PrintedDocument):
    """One printed certificate: of a unit, or of an award. Its row alone draws the PDF.

    A unit certificate stands for exactly one confirmed line and one entry: the unnamed one used for it, or the named
    one the line stands on. A correction is a new
    certificate that supersedes the old; it uses no entry.
    """

    class Kind(models.TextChoices):
        UNIT = "unit", "Unit certificate"
        AWARD = "award", "Award certificate"

    class State(models.TextChoices):
        ISSUED = "issued", "Issued"
        REPLACED = "replaced", "Replaced"
        REVOKED = "revoked", "Revoked"

    template_name = "pdf/certificate.html"
    folder = "certificates"

    state = state_field(State, State.ISSUED)
    number = models.CharField("certificate number", max_length=20, unique=True, default=numbers.new_number)
    kind = models.CharField(max_length=10, choices=Kind)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="certificates")
    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="certificates", help_text="The claim that it came of."
    )
    line = models.ForeignKey(ClaimLine, models.PROTECT, null=True, blank=True, related_name="certificates")
    entry = models.ForeignKey(LedgerLine, models.PROTECT, null=True, blank=True, related_name="certificates")
    named_entry = models.ForeignKey(
        NamedEntry, models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    award = models.ForeignKey(Award, models.PROTECT, null=True, blank=True, related_name="certificates")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    replaced_at = models.DateTimeField(null=True, editable=False)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    # Printed, and frozen at issue.
    awarding_body = models.CharField(max_length=60)
    certificate_name = models.CharField(max_length=130)
    date_of_birth = models.DateField()
    ocr_number = models.CharField(max_length=8)
    centre_number = models.CharField(max_length=5)
    centre_name = models.CharField(max_length=120)
    title = models.CharField(max_length=160, help_text="Of the unit or the award.")
    size = models.CharField(max_length=30, blank=True, help_text="Of an award: Certificate, Diploma …")
    code = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField()
    qualification_title = models.CharField(max_length=160)
    qan = models.CharField(max_length=20, blank=True)
    glh = models.PositiveIntegerField("guided learning hours")
    grade = models.CharField(max_length=20, blank=True, help_text="Empty in a pass-only scheme.")
    units = models.JSONField(default=list, help_text="Of an award: [[code, title], …] that count.")
    awarded_on = models.DateField()

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            known_states(["issued", "replaced", "revoked"], "certificate_known_state"),
            models.CheckConstraint(
                name="certificate_of_a_line_and_an_entry",
                condition=Q(
                    kind="unit", line__isnull=False, entry__isnull=False, named_entry=None, award=None
                )
                | Q(kind="unit", line__isnull=False, entry=None, named_entry__isnull=False, award=None)
                | Q(kind="award", line=None, entry=None, named_entry=None, award__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(supersedes=None), name="certificate_one_first_a_line"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(supersedes=None), name="certificate_one_first_an_entry"
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="issued"), name="certificate_one_standing_a_line"
            ),
            models.UniqueConstraint(
                fields=["candidate", "award"], condition=Q(supersedes=None), name="certificate_award_once"
            ),
            models.UniqueConstraint(
                fields=["candidate", "award"],
                condition=Q(state="issued"),
                name="certificate_one_standing_award",
            ),
            stamped_by_someone("replaced", "certificate_replaced_by_someone"),
            stamped_by_someone("revoked", "certificate_revoked_by_someone"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="frozen", fields=FROZEN),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="line_confirmed_entry_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind="unit"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM moderation_claimline l
                        LEFT JOIN centres_ledgerline e ON e.held_for = l.uid AND e.kind = 'use'
                        WHERE l.id = NEW.line_id AND l.state = 'confirmed'
                            AND (e.id = NEW.entry_id OR l.named_entry_id = NEW.named_entry_id)
                    ) THEN
                        RAISE EXCEPTION 'a unit certificate needs a confirmed line and the entry used for it'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("certificate-download", args=[self.number])

    def stem(self) -> str:
        return self.number

    @property
    def kind_in_words(self) -> str:
        """What it is for, as its size is called: in the UK an Award is a size of its own."""
        return self.size or self.get_kind_display()

    @property
    def file_name(self) -> str:
        return f"{self.number}-{self.code}.pdf"

    @property
    def check_url(self) -> str:
        """What the QR code holds: the public page about this certificate, opened by its seal."""
        return settings.SITE_URL + reverse("check-certificate", args=[self.number, numbers.seal(self.number)])

    def print_context(self) -> dict:
        from .qr import svg

        return {
            "qr": svg(self.check_url),
            "check_page": settings.SITE_URL.split("://")[-1] + reverse("check"),
        }

    @transition("state", source=State.ISSUED, target=State.REPLACED)
    def replace(self):
        """A new certificate supersedes it."""

    @transition("state", source=State.ISSUED, target=State.REVOKED)
    def revoke(self):
        """It is no longer valid, and nothing takes its place."""
