"""Files on their way into a unit: received in parts, checked by a worker, and then an item of evidence."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.catalogue.models import Criterion
from portal.kit.stateful import Stateful, allowed_moves, known_states, state_field

from ..querysets import UploadQuerySet
from .assignment import Assignment
from .evidence import Evidence, EvidenceVersion


@allowed_moves
class Upload(Stateful):
    """One file on its way into a unit. What becomes of it stays listed until somebody takes it off the list.

    `received_bytes` is the offset of the tus protocol: so much is stored, in `parts`. `replaces`: the item whose
    next version it is to be; empty for a new item. `mark`: how the browser knows the same file again.
    """

    class State(models.TextChoices):
        RECEIVING = "receiving", "Being uploaded"
        RECEIVED = "received", "Being checked"
        READY = "ready", "Ready"
        REFUSED = "refused", "Not taken"
        HELD = "held", "Waits to be checked"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Not finished in time"

    UNDER_WAY = (State.RECEIVING, State.RECEIVED, State.HELD)
    TO_CHECK = (State.RECEIVED, State.HELD)

    state = state_field(State, State.RECEIVING)
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="uploads")
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
                ["receiving", "received", "ready", "refused", "held", "cancelled", "expired"],
                "upload_known_state",
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
            models.Index(fields=["expires_at"], condition=Q(state="receiving"), name="upload_unfinished")
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("upload", args=[self.key])

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

    @transition("state", source=[State.RECEIVING, State.HELD], target=State.CANCELLED)
    def cancel(self):
        """Somebody does not want it any more."""
        self.is_listed = False

    @transition("state", source=State.RECEIVING, target=State.EXPIRED)
    def expire(self):
        """Nobody went on with it for too long."""
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
