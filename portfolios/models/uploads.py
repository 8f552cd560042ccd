"""Files on their way into a unit: received in parts, checked by a worker, and then an item of evidence.

Those of a bulk upload come before anybody has said which unit they go into.
"""

from typing import cast
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from centres.models import Centre
from portal.catalogue.models import Criterion, Unit
from portal.kit.stateful import Stateful, allowed_moves, known_states, state_field

from ..querysets import BulkUploadQuerySet, UploadQuerySet
from .assignment import Assignment
from .evidence import Evidence, EvidenceVersion


class BulkUpload(models.Model):
    """Files that one person brings for several candidates, until each is sorted into a unit or left out.

    `unit`: where a file goes whose name gives none.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)

    objects = BulkUploadQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"bulk upload of {timezone.localtime(self.started_at):%-d %B %Y, %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("bulk-upload", args=[self.pk])

    def lock(self) -> None:
        """Until the transaction ends: two uploads cannot pass its limits together."""
        type(self).objects.select_for_update().get(pk=self.pk)


@allowed_moves
class Upload(Stateful):
    """One file on its way into a unit. What becomes of it stays listed until somebody takes it off the list.

    `received_bytes` is the offset of the tus protocol: so much is stored, in `parts`. `replaces`: the item whose
    next version it is to be; empty for a new item. `mark`: how the browser knows the same file again.
    One of a `bulk` upload has no assignment until it is sorted, at most a `proposed` one; `path` is its name with the
    folders it lay in.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", "Being uploaded"
        RECEIVED = "received", "Being checked"
        SORTING = "sorting", "To be sorted"
        READY = "ready", "Ready"
        REFUSED = "refused", "Not taken"
        HELD = "held", "Waits to be checked"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Not finished in time"
        UNPACKED = "unpacked", "Unpacked"

    UNDER_WAY = (State.RECEIVING, State.RECEIVED, State.HELD)
    TO_CHECK = (State.RECEIVED, State.HELD)

    state = state_field(State, State.RECEIVING)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="uploads")
    bulk = models.ForeignKey(BulkUpload, models.PROTECT, null=True, related_name="uploads")
    path = models.CharField(max_length=400, blank=True)
    proposed = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="+")
    typed = models.JSONField(null=True, help_text="What who sorts typed about it and has not confirmed.")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="uploads")
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    criteria = models.ManyToManyField(Criterion, related_name="+", blank=True)
    file_name = models.CharField(max_length=150)
    mark = models.CharField(max_length=250, blank=True)
    size_bytes = models.PositiveBigIntegerField()
    received_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    reason = models.CharField(
        max_length=500, blank=True, help_text="Why it was not taken, or what to look at."
    )
    is_listed = models.BooleanField(default=True)
    started_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(null=True, editable=False)
    ready_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField()
    version = models.OneToOneField(EvidenceVersion, models.PROTECT, null=True, related_name="upload")

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["started_at", "pk"]
        constraints = [
            known_states(
                [
                    "receiving",
                    "received",
                    "sorting",
                    "ready",
                    "refused",
                    "held",
                    "cancelled",
                    "expired",
                    "unpacked",
                ],
                "upload_known_state",
            ),
            models.CheckConstraint(
                condition=Q(assignment__isnull=False) | Q(bulk__isnull=False), name="upload_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(received_bytes__lte=F("size_bytes")), name="upload_not_too_long"
            ),
            models.CheckConstraint(
                condition=Q(state="ready", version__isnull=False) | ~Q(state="ready") & Q(version=None),
                name="upload_ready_with_version",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(state__in=["receiving", "sorting"]),
                name="upload_unfinished",
            )
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("upload", args=[self.key])

    @property
    def full_name(self) -> str:
        """Its name, with the folders of a zip that it lay in."""
        return self.path or self.file_name

    @property
    def centre(self) -> Centre:
        """Whose candidate's file it is, or will be."""
        work = self.assignment
        return work.candidate.centre if work else cast(BulkUpload, self.bulk).centre

    @property
    def is_complete(self) -> bool:
        return self.received_bytes == self.size_bytes

    @property
    def may_go_on(self) -> bool:
        """Whether more of the file is taken."""
        return self.state == self.State.RECEIVING and timezone.now() < self.expires_at

    @transition("state", source=State.RECEIVING, target=State.RECEIVED)
    def finish(self):
        """All of the file is there."""

    @transition("state", source=list(TO_CHECK), target=State.SORTING)
    def propose(self, *, assignment: Assignment | None, reason: str):
        """It came with others for several candidates. `assignment`: where its name says; `reason`: what it lacks."""
        self.proposed, self.reason = assignment, reason[:500]

    @transition("state", source=State.SORTING, target=State.RECEIVED)
    def sort(self, *, assignment: Assignment, title: str):
        """A person confirmed where it goes: a worker checks it and makes it evidence."""
        self.assignment, self.proposed = assignment, None
        self.title, self.reason, self.typed = title[:120], "", None

    @transition("state", source=list(TO_CHECK), target=State.UNPACKED)
    def unpack(self, *, reason: str):
        """The files in it are uploads of their own now."""
        self.reason = reason[:500]

    @transition("state", source=list(TO_CHECK), target=State.READY)
    def take(self, *, version: EvidenceVersion, reason: str = ""):
        """It is evidence now. `reason`: a remark for people."""
        self.version, self.sha256 = version, version.sha256
        self.media_type, self.reason = version.media_type, reason

    @transition("state", source=list(TO_CHECK), target=State.REFUSED)
    def refuse(self, *, reason: str, sha256: str = ""):
        """It cannot be taken, for a reason that people read."""
        self.reason, self.sha256 = reason[:500], sha256

    @transition("state", source=State.RECEIVED, target=State.HELD)
    def hold(self, *, reason: str):
        """It could not be checked for now, and waits."""
        self.reason = reason[:500]

    @transition("state", source=[State.RECEIVING, State.SORTING, State.HELD], target=State.CANCELLED)
    def cancel(self):
        """Somebody does not want it any more."""
        self.is_listed = False

    @transition("state", source=[State.RECEIVING, State.SORTING], target=State.EXPIRED)
    def expire(self):
        """Nobody went on with it, or sorted it, for too long."""
        self.reason = "It was not finished in time. Upload it again."


class UploadPart(models.Model):
    """A stretch of an upload as one request brought it, in a stored object of its own until all are joined."""

    upload = models.ForeignKey(Upload, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    first_byte = models.PositiveBigIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    file = models.FileField(max_length=200)

    class Meta:
        ordering = ["upload", "first_byte"]
        constraints = [
            models.UniqueConstraint(fields=["upload", "first_byte"], name="upload_part_once"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="upload_part_not_empty"),
        ]

    def __str__(self) -> str:
        return f"part {self.number} of {self.upload}"
