"""Results and certificates. A certificate freezes every printed value (domain reference 7)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from candidates.models import Candidate, NamedEntry
from centres.models import LedgerLine
from moderation.models import Claim, ClaimLine
from portal.catalogue.grades import grade_field, known_grades
from portal.catalogue.models import Award, Unit
from portal.files.printing import PrintedDocument
from portal.kit.searching import plain_names_of
from portal.kit.stateful import Stateful, allowed_moves, stamped_by_someone, state_field

from . import numbers
from .querysets import CertificateQuerySet, ResultQuerySet
from .states import CertificateState, RevocationState


class Result(models.Model):
    """A confirmed unit of a candidate. Every attempt is kept; a unit counts once towards an award."""

    line = models.OneToOneField(ClaimLine, models.PROTECT, related_name="result")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="results")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="results")
    grade = grade_field()
    confirmed_on = models.DateField(default=timezone.localdate)

    objects = ResultQuerySet.as_manager()

    class Meta:
        ordering = ["candidate", "unit__number", "confirmed_on"]
        constraints = [known_grades("result_known_grade")]

    def __str__(self) -> str:
        return f"{self.unit.code} of {self.candidate}"

    @property
    def stands(self) -> bool:
        """Whether it counts: its line is confirmed and was not voided with its certificate."""
        return self.line.state == ClaimLine.State.CONFIRMED


FROZEN = [
    "number", "kind", "candidate", "claim", "line", "entry", "named_entry", "award", "supersedes", "certificate_name",
    "date_of_birth", "ocr_number", "centre_number", "centre_name", "title", "size", "code", "level",
    "qualification_title", "qan", "glh", "grade", "units", "awarded_on", "awarding_body",
]  # fmt: skip


@allowed_moves
class Certificate(Stateful, PrintedDocument):
    """One printed certificate, for a unit or an award. The PDF is drawn from its row alone.

    A unit certificate belongs to exactly one confirmed line and one entry: the unnamed entry used for the line, or the
    named entry that covers it. A correction is a new certificate that supersedes the old one; it uses no entry.
    """

    class Kind(models.TextChoices):
        UNIT = "unit", "Unit certificate"
        AWARD = "award", "Award certificate"

    State = CertificateState

    template_name = "pdf/certificate.html"
    folder = "certificates"

    state = state_field(State, State.ISSUED)
    number = models.CharField("certificate number", max_length=20, unique=True, default=numbers.new_number)
    kind = models.CharField(max_length=10, choices=Kind)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="certificates")
    claim = models.ForeignKey(
        Claim, models.PROTECT, related_name="certificates", help_text="The claim that led to it."
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
    because_of = models.ForeignKey(
        "Revocation",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="consequences",
        help_text="The proposal that revoked or replaced it, about itself or about a unit that it counted.",
    )

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

    plain_names = plain_names_of("certificate_name")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
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
                fields=["line"],
                condition=Q(state=CertificateState.ISSUED),
                name="certificate_one_standing_a_line",
            ),
            models.UniqueConstraint(
                fields=["candidate", "award"],
                condition=Q(state=CertificateState.ISSUED),
                name="certificate_one_standing_award",
            ),
            stamped_by_someone("replaced", "certificate_replaced_by_someone"),
            stamped_by_someone("revoked", "certificate_revoked_by_someone"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="frozen", fields=FROZEN),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="revoked_as_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(new__state=CertificateState.REVOKED)
                & ~pgtrigger.Q(old__state=CertificateState.REVOKED),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM awards_revocation
                        WHERE id = NEW.because_of_id AND kind = 'revoke' AND state = 'approved'
                    ) THEN
                        RAISE EXCEPTION 'a certificate is revoked by what two people agreed'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
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
        """What it is for, by the name of its size: in the UK an Award is one of the sizes."""
        return self.size or self.get_kind_display()

    @property
    def file_name(self) -> str:
        return f"{self.number}-{self.code}.pdf"

    @property
    def check_url(self) -> str:
        """The address in the QR code: the public page about this certificate, opened by its seal."""
        return settings.SITE_URL + reverse("check-certificate", args=[self.number, numbers.seal(self.number)])

    def print_context(self) -> dict:
        from .qr import svg

        return {
            "qr": svg(self.check_url),
            "check_page": settings.SITE_URL.split("://")[-1] + reverse("check"),
        }

    @property
    def is_in_force(self) -> bool:
        return self.state == self.State.ISSUED

    def newest(self) -> "Certificate":
        """The certificate that finally replaced it, or itself if none did."""
        return self.superseded_by.newest() if self.state == self.State.REPLACED else self

    @property
    def is_revoked_itself(self) -> bool:
        """Whether it was revoked directly, not because of a unit that it counted."""
        meant = self.because_of.certificate_id if self.because_of else None
        return self.state == self.State.REVOKED and meant == self.pk

    def why_revoked(self) -> str:
        """Why it was revoked, in words for the public; empty if it was not."""
        if self.state != self.State.REVOKED or self.because_of is None:
            return ""
        if self.is_revoked_itself:
            return self.because_of.get_ground_display()
        return "A unit that it counted was revoked."

    def why_revoked_at_the_centre(self) -> str:
        """Why it was revoked, in words for the centre; empty if it was not."""
        if self.state != self.State.REVOKED or self.because_of is None:
            return ""
        revoked = self.because_of.certificate
        if self.is_revoked_itself:
            return self.because_of.reason
        return f"Certificate {revoked} for {revoked.code} was revoked."

    @transition("state", source=State.ISSUED, target=State.REPLACED)
    def replace(self, because_of: "Revocation | None" = None):
        """A new certificate supersedes it."""
        self.because_of = because_of or self.because_of

    @transition("state", source=State.ISSUED, target=State.REVOKED)
    def revoke(self, because_of: "Revocation | None" = None):
        """It is no longer valid, and nothing takes its place."""
        self.because_of = because_of or self.because_of

    @transition("state", source=State.REVOKED, target=State.ISSUED, custom={"stamps": False})
    def restore(self):
        """It was revoked in error, and is valid again under its own number."""
        self.revoked_at = self.revoked_by = self.because_of = None


@allowed_moves
class Revocation(Stateful):
    """A proposal to revoke a certificate or restore a revoked one; carried out once a second person approves it."""

    State = RevocationState

    class Kind(models.TextChoices):
        REVOKE = "revoke", "Revoke"
        RESTORE = "restore", "Restore"

    class Ground(models.TextChoices):
        """Why, in words that anyone who checks the certificate can read: nothing about the holder."""

        ERROR = "error", "It was issued in error."
        ASSESSMENT = "assessment", "The assessment behind it is no longer valid."
        PERSON = "person", "It was issued to the wrong person."

    state = state_field(State, State.PROPOSED)
    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="revocations")
    kind = models.CharField("what to do", max_length=10, choices=Kind, default=Kind.REVOKE)
    ground = models.CharField(
        "reason given to the public",
        max_length=12,
        choices=Ground,
        blank=True,
        help_text="Only when revoking. Anyone who checks the certificate sees this.",
    )
    reason = models.TextField(help_text="The centre sees this.")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    rejected_at = models.DateTimeField(null=True, editable=False)
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            stamped_by_someone("approved", "revocation_approved_by_someone"),
            stamped_by_someone("rejected", "revocation_rejected_by_someone"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="revocation_by_two_people",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="revocation_has_a_reason"),
            models.CheckConstraint(
                condition=Q(kind="revoke", ground__in=["error", "assessment", "person"])
                | Q(kind="restore", ground=""),
                name="revocation_ground_of_kind",
                violation_error_message="Choose a reason for the public to revoke a certificate, not to restore one.",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(state=RevocationState.PROPOSED),
                name="revocation_one_open",
                violation_error_message="A proposal for this certificate is already waiting for a second person.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="as_proposed",
                fields=["certificate", "kind", "ground", "reason", "proposed_at", "proposed_by"],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="proposed_first",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state=RevocationState.PROPOSED),
                func="RAISE EXCEPTION 'a revocation is proposed first' USING ERRCODE = '23000';",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.certificate}"

    @property
    def done(self) -> str:
        """What it did to the certificate, in one word."""
        return "revoked" if self.kind == self.Kind.REVOKE else "restored"

    @transition("state", source=State.PROPOSED, target=State.APPROVED)
    def approve(self):
        """A second person approves it, and it is carried out."""

    @transition("state", source=State.PROPOSED, target=State.REJECTED)
    def reject(self):
        """It is not carried out."""
