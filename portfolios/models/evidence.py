"""Items of evidence, the versions of their files, and what workers make to look at."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.catalogue.models import Criterion
from portal.files import kinds

from ..querysets import EvidenceQuerySet, EvidenceVersionQuerySet
from .assignment import Assignment

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
        return self.assignment.is_on_behalf(self.uploaded_by)

    @property
    def current(self) -> "EvidenceVersion":
        """The newest version; uses what the view prefetched."""
        return max(self.versions.all(), key=lambda version: version.number)


class EvidenceVersion(models.Model):
    """One file of an item of evidence, byte for byte as uploaded. Never altered; frozen at hand-in.

    `kind` says how it is shown; `preview` whether workers have made something to look at from it.
    """

    Kind, Preview = kinds.Kind, kinds.Preview

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    file = models.FileField(max_length=200)
    file_name = models.CharField(max_length=150, help_text="As it was called when it was uploaded.")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    preview = models.CharField(max_length=10, choices=Preview)
    preview_fault = models.CharField(
        max_length=300, blank=True, help_text="Why not all, or nothing, is shown."
    )
    preview_done = models.PositiveSmallIntegerField(null=True, help_text="Pages, or hundredths, made so far.")
    preview_of = models.PositiveSmallIntegerField(null=True)
    # What workers found out about the file, for the manifest.
    pages = models.PositiveIntegerField(null=True, editable=False)
    duration_ms = models.PositiveBigIntegerField(null=True, editable=False)
    width = models.PositiveIntegerField(
        null=True, editable=False, help_text="Of a picture or video, upright."
    )
    height = models.PositiveIntegerField(null=True, editable=False)
    plays_itself = models.BooleanField(
        null=True, editable=False, help_text="Browsers play the file as it is."
    )
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

    @property
    def is_being_made(self) -> bool:
        return self.preview in (self.Preview.WAITING, self.Preview.MAKING)

    @property
    def has_preview(self) -> bool:
        return self.preview in (self.Preview.READY, self.Preview.PARTLY)

    @property
    def may_be_retried(self) -> bool:
        """Whether another try could show more than there is."""
        return self.preview in (self.Preview.FAILED, self.Preview.PARTLY)

    @property
    def extent(self) -> str:
        """How much there is of it: "45 pages", "2:05 minutes", "1920 × 1080"; empty until workers know."""
        parts = []
        if self.pages:
            parts.append(f"{self.pages} page{'' if self.pages == 1 else 's'}")
        if self.duration_ms:
            minutes, seconds = divmod(round(self.duration_ms / 1000), 60)
            parts.append(f"{minutes}:{seconds:02} minutes")
        if self.width:
            parts.append(f"{self.width} × {self.height}")
        return ", ".join(parts)

    @property
    def progress(self) -> str:
        """How far the preview is, in words: "page 12 of 40", "37 %"."""
        if self.preview_done is None or self.preview_of is None:
            return ""
        if self.kind in (self.Kind.PDF, self.Kind.OFFICE):
            return f"page {self.preview_done + 1} of {self.preview_of}"
        return f"{self.preview_done * 100 // max(self.preview_of, 1)} %"


class Rendition(models.Model):
    """Something to look at or to play that workers made from a version. May be made again; nothing hangs on it.

    A page image with its text, a text, the rows of a table (`data["rows"]`), the files of a zip (`data["files"]`, of
    name and bytes, and `data["start"]`), a video's poster, a sound's waveform, or a copy that browsers play.
    """

    class Kind(models.TextChoices):
        PAGE = "page", "Page"
        TEXT = "text", "Text"
        TABLE = "table", "Table"
        LISTING = "listing", "Files of a zip"
        POSTER = "poster", "Poster"
        WAVEFORM = "waveform", "Waveform"
        PLAYABLE = "playable", "Copy to play"

    version = models.ForeignKey(EvidenceVersion, models.CASCADE, related_name="renditions")
    kind = models.CharField(max_length=10, choices=Kind)
    index = models.PositiveSmallIntegerField(
        help_text="From 1, through all of a version: a page's is its number."
    )
    file = models.FileField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True)
    data = models.JSONField(null=True)

    class Meta:
        ordering = ["version", "index"]
        constraints = [models.UniqueConstraint(fields=["version", "index"], name="rendition_page_once")]

    def __str__(self) -> str:
        return f"{self.version}, {self.get_kind_display().lower()} {self.index}"

    @property
    def start(self) -> str:
        """Where the web site in a zip begins; empty where there is none."""
        return (self.data or {}).get("start", "")
