"""A stored file, its parts during the upload, and what workers made from it to view. Its use knows what it is for."""

from uuid import uuid4

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.kit.amounts import playing_time
from portal.kit.stateful import Stateful, allowed_moves, state_field

from . import kinds
from .kinds import Kind, Preview
from .states import TO_CHECK, FileState

ONCE_KNOWN = ["file", "name", "size_bytes", "sha256", "media_type", "kind", "sender", "use"]


def _changes(names: list[str]) -> pgtrigger.Q:
    """Any of these fields changes."""
    found = pgtrigger.Q()
    for name in names:
        found |= pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
    return found


@allowed_moves
class StoredFile(Stateful):
    """One file, byte for byte as it was sent: uploaded, inspected, and from then on never altered.

    `use`: the name under which a room registered what it is for (uses.py). `sender`: empty for an applicant without an
    account. `received_bytes` is the offset of the tus protocol: what is stored so far, in `parts`. `file`: the whole
    file, once it is ready; empty for one that was only unpacked. `mark`: how the browser recognises the same file.
    `generation`: of the renditions that are shown. `kept_at`: since when neither they nor the file may be deleted.
    """

    State = FileState

    state = state_field(State, State.RECEIVING)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    use = models.CharField(max_length=20)
    name = models.CharField(max_length=150, help_text="The name of the file when it was sent.")
    size_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    mark = models.CharField(max_length=250, blank=True)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True, help_text="Why it was not accepted, or is waiting.")
    started_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(null=True, editable=False)
    ready_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(db_index=True)
    kept_at = models.DateTimeField(null=True, editable=False)

    file = models.FileField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    media_type = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=10, choices=Kind, blank=True)
    preview = models.CharField(max_length=10, choices=Preview, default=Preview.NONE)
    preview_fault = models.CharField(
        max_length=300, blank=True, help_text="Why only part, or nothing, is shown."
    )
    preview_done = models.PositiveSmallIntegerField(null=True, help_text="Pages, or hundredths, made so far.")
    preview_of = models.PositiveSmallIntegerField(null=True)
    generation = models.PositiveIntegerField(default=0)
    # What workers found out about it.
    pages = models.PositiveIntegerField(null=True, editable=False)
    duration_ms = models.PositiveBigIntegerField(null=True, editable=False)
    width = models.PositiveIntegerField(
        null=True, editable=False, help_text="Of a picture or video, the right way up."
    )
    height = models.PositiveIntegerField(null=True, editable=False)
    plays_itself = models.BooleanField(
        null=True, editable=False, help_text="Whether browsers play the file as it is."
    )

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(received_bytes__lte=F("size_bytes")), name="stored_file_not_too_long"
            ),
            models.CheckConstraint(
                condition=~Q(state=FileState.READY) | ~Q(sha256="") & Q(size_bytes__gt=0),
                name="stored_file_ready_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kept_at=None) | Q(state=FileState.READY) & ~Q(file=""),
                name="stored_file_kept_is_there",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="never_altered",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state=FileState.READY) & _changes(ONCE_KNOWN),
            ),
            pgtrigger.Protect(
                name="kept_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__kept_at__isnull=False),
            ),
            pgtrigger.Protect(
                name="kept_at_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__kept_at__isnull=False) & _changes(["kept_at"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("upload", args=[self.key])

    @property
    def is_complete(self) -> bool:
        return self.received_bytes == self.size_bytes

    @property
    def may_go_on(self) -> bool:
        """Whether more of the file is accepted."""
        return self.state == self.State.RECEIVING and timezone.now() < self.expires_at

    # --- What is shown of it --------------------------------------------------------------------

    @property
    def shown(self) -> "list[Rendition]":
        """The renditions of the newest generation, in order, from what the view prefetched."""
        return [made for made in self.renditions.all() if made.generation == self.generation]

    @property
    def is_being_made(self) -> bool:
        return self.preview in (Preview.WAITING, Preview.MAKING)

    @property
    def has_preview(self) -> bool:
        return self.preview in (Preview.READY, Preview.PARTLY)

    @property
    def may_be_retried(self) -> bool:
        """Whether another try could show more than now."""
        return self.preview in (Preview.FAILED, Preview.PARTLY)

    @property
    def extent(self) -> str:
        """How long or large it is: "45 pages", "2:05 minutes", "1920 × 1080"; empty until workers know."""
        parts = []
        if self.pages:
            parts.append(f"{self.pages} page{'' if self.pages == 1 else 's'}")
        if self.duration_ms:
            parts.append(playing_time(self.duration_ms))
        if self.width:
            parts.append(f"{self.width} × {self.height}")
        return ", ".join(parts)

    @property
    def progress(self) -> str:
        """How far the preview has got, in words: "page 12 of 40", "37 %"."""
        if self.preview_done is None or self.preview_of is None:
            return ""
        if self.kind in (Kind.PDF, Kind.OFFICE):
            return f"page {self.preview_done + 1} of {self.preview_of}"
        return f"{self.preview_done * 100 // max(self.preview_of, 1)} %"

    # --- Moves ----------------------------------------------------------------------------------

    @transition("state", source=State.RECEIVING, target=State.RECEIVED)
    def finish(self):
        """The whole file has arrived."""

    @transition("state", source=list(TO_CHECK), target=State.READY)
    def accept(self, *, file: str, sha256: str, media_type: str = "", kind: str = "", is_shown: bool = False):
        """It was inspected, and its use accepted it. `file`: where the whole file is stored."""
        self.file, self.sha256, self.media_type, self.kind = file, sha256, media_type, kind
        self.reason = ""
        self.preview = Preview.WAITING if is_shown else Preview.NONE

    @transition("state", source=list(TO_CHECK), target=State.REFUSED)
    def refuse(self, *, reason: str, sha256: str = ""):
        """It is not accepted, for a reason that people read."""
        self.reason, self.sha256 = reason[:500], sha256

    @transition("state", source=State.RECEIVED, target=State.HELD)
    def hold(self, *, reason: str):
        """It cannot be checked at the moment, and waits."""
        self.reason = reason[:500]

    @transition("state", source=[State.RECEIVING, State.HELD], target=State.CANCELLED)
    def cancel(self):
        """Somebody no longer wants it."""

    @transition("state", source=State.RECEIVING, target=State.EXPIRED)
    def expire(self):
        """Nobody continued it in time."""
        self.reason = "It was not finished in time. Upload it again."


class Part(models.Model):
    """A part of a file as one request sent it, in a stored object of its own until all are joined."""

    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    first_byte = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    file = models.FileField(max_length=200)

    class Meta:
        ordering = ["stored", "first_byte"]
        constraints = [
            models.UniqueConstraint(fields=["stored", "first_byte"], name="part_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="part_not_empty"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.stored}"


class Rendition(models.Model):
    """Something to view or play that workers made from a file, in one of its numbered generations.

    A page image with its text, a text, the rows of a table (`data["rows"]`), the files in a zip (`data["files"]`, by
    name and bytes, and `data["start"]`), a video's poster, a waveform, or a copy that browsers play. Once the file is
    kept, a generation never changes: a later rendering is a new one.
    """

    Kind = kinds.Shown

    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="renditions")
    generation = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=kinds.Shown)
    index = models.PositiveSmallIntegerField(
        help_text="From 1, through all of a generation: for a page, its number."
    )
    file = models.FileField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True)
    data = models.JSONField(null=True)

    class Meta:
        ordering = ["stored", "generation", "index"]
        constraints = [
            models.UniqueConstraint(fields=["stored", "generation", "index"], name="rendition_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="of_a_kept_file_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM files_storedfile
                         WHERE id = COALESCE(OLD.stored_id, NEW.stored_id) AND kept_at IS NOT NULL
                           AND (TG_OP <> 'INSERT' OR NEW.generation <= generation)
                    ) THEN
                        RAISE EXCEPTION 'the file is kept: what was made of it cannot be changed'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN COALESCE(NEW, OLD);
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.stored}, {self.get_kind_display().lower()} {self.index}"

    @property
    def start(self) -> str:
        """Where the website in a zip starts; empty if there is none."""
        return (self.data or {}).get("start", "")


class ContentLink(models.Model):
    """A link to the origin of user content: one person may view what is in one file, for one use of it.

    `digest`: of the key in the address, which is not stored. It ends with the session it was made in.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    stored = models.ForeignKey(StoredFile, models.CASCADE, related_name="links")
    use = models.CharField(max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40)
    given_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.stored} for {self.user}"


class UseManager(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("stored")


def of_stored(name: str):
    """A property that returns that of the stored file."""
    return property(lambda row: getattr(row.stored, name))


class OfStored(models.Model):
    """A row with which a room uses a stored file: it has the attributes of the file."""

    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    file = of_stored("file")
    file_name = of_stored("name")
    size_bytes = of_stored("size_bytes")
    sha256 = of_stored("sha256")
    media_type = of_stored("media_type")
    kind = of_stored("kind")
    get_kind_display = of_stored("get_kind_display")
    preview = of_stored("preview")
    preview_fault = of_stored("preview_fault")
    get_preview_display = of_stored("get_preview_display")
    plays_itself = of_stored("plays_itself")
    pages = of_stored("pages")
    duration_ms = of_stored("duration_ms")
    width = of_stored("width")
    height = of_stored("height")
    is_being_made = of_stored("is_being_made")
    has_preview = of_stored("has_preview")
    may_be_retried = of_stored("may_be_retried")
    extent = of_stored("extent")
    progress = of_stored("progress")
    shown = of_stored("shown")

    @property
    def renditions(self) -> "models.QuerySet[Rendition]":
        """Those of the newest generation, read again from the database."""
        return self.stored.renditions.filter(generation=self.stored.generation)
