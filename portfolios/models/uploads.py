"""Files being uploaded to a unit: received in parts, checked by a worker, and then an item of evidence.

Those of a bulk upload arrive before anybody has said which unit they go into.
"""

from pathlib import PurePosixPath
from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from centres.models import Centre
from portal.catalogue.models import Criterion, Unit
from portal.files.models import OfStored, StoredFile, UseManager, of_stored
from portal.kit import audit

from ..querysets import BulkUploadQuerySet, UploadQuerySet
from ..states import UploadState
from .assignment import Assignment
from .evidence import Evidence, EvidenceVersion


class BulkUpload(models.Model):
    """Files that one person uploads for more than one candidate, until each is sorted into a unit or excluded.

    `unit`: where a file goes if its name does not give a unit.
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
        """Lock it until the transaction ends, so that two uploads cannot pass its limits together."""
        type(self).objects.select_for_update().get(pk=self.pk)


class Upload(OfStored):
    """One file being uploaded to a unit. Its outcome stays listed until somebody removes it from the list.

    `replaces`: the item that it is a new version of; empty for a new item. One of a `bulk` upload has no assignment
    until it is sorted, at most a `proposed` one; `path` is its name with the folders it was in. `ended`: why it did not
    become evidence though the file was accepted; its file is then deleted, and only its name stays.
    """

    State = UploadState

    class Ended(models.TextChoices):
        NOT = "", "No"
        CANCELLED = "cancelled", "Excluded"
        EXPIRED = "expired", "Not sorted in time"
        UNPACKED = "unpacked", "Unpacked"

    # Typed as if always there: only an ended upload has none, and nothing reads it then.
    stored: "models.OneToOneField[StoredFile, StoredFile]" = models.OneToOneField(  # type: ignore[misc]
        StoredFile, models.PROTECT, null=True, related_name="upload"
    )
    assignment = models.ForeignKey(Assignment, models.PROTECT, null=True, related_name="uploads")
    bulk = models.ForeignKey(BulkUpload, models.PROTECT, null=True, related_name="uploads")
    path = models.CharField(max_length=400, blank=True)
    proposed = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="+")
    typed = models.JSONField(
        null=True, help_text="What the person sorting typed about it and has not confirmed."
    )
    replaces = models.ForeignKey(Evidence, models.PROTECT, null=True, related_name="uploads")
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    criteria = models.ManyToManyField(Criterion, related_name="+", blank=True)
    remark = models.CharField(
        max_length=500, blank=True, help_text="What to check, or what sorting still needs."
    )
    is_listed = models.BooleanField(default=True)
    ended = models.CharField(max_length=10, choices=Ended, blank=True)
    version = models.OneToOneField(EvidenceVersion, models.PROTECT, null=True, related_name="upload")

    objects = UseManager.from_queryset(UploadQuerySet)()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(assignment__isnull=False) | Q(bulk__isnull=False), name="upload_goes_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(ended="", stored__isnull=False) | ~Q(ended="") & Q(stored=None, version=None),
                name="upload_ended_without_file",
            ),
            models.CheckConstraint(
                condition=Q(version=None) | Q(assignment__isnull=False), name="upload_ready_in_a_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return self.stored.get_absolute_url()

    def lock(self) -> None:
        """Lock it and its file until the transaction ends, and reload their values."""
        fresh = type(self)._base_manager.select_for_update(of=("self",)).get(pk=self.pk)
        for field in self._meta.concrete_fields:
            setattr(self, field.attname, getattr(fresh, field.attname))
        if self.stored:
            self.stored.lock()

    @property
    def state(self) -> str:
        """Its state: being uploaded, being sorted, or as evidence."""
        if self.ended:
            return self.State(self.ended)
        if self.stored.state != StoredFile.State.READY:
            return self.State(self.stored.state)
        return self.State.READY if self.version_id else self.State.SORTING

    def get_state_display(self) -> str:
        """The label of its state. Ended ones have their own labels: a file not sorted in time did arrive in time."""
        return self.Ended(self.ended).label if self.ended else self.State(self.state).label

    @property
    def reason(self) -> str:
        """Why it was not accepted or is waiting, or what to check."""
        if self.ended == self.Ended.EXPIRED:
            return "Nobody sorted it into a unit in time. Upload it again."
        return self.remark or (self.stored.reason if self.stored else "")

    @property
    def file_name(self) -> str:
        return self.stored.name if self.stored else PurePosixPath(self.path).name

    @property
    def full_name(self) -> str:
        """Its name, with the folders of the zip that it was in."""
        return self.path or self.file_name

    @property
    def uploaded_by(self):
        return self.stored.sender if self.stored else cast(BulkUpload, self.bulk).uploaded_by

    @property
    def centre(self) -> Centre:
        """The centre of the candidate whose file it is or will be."""
        work = self.assignment
        return work.candidate.centre if work else cast(BulkUpload, self.bulk).centre

    key = of_stored("key")
    mark = of_stored("mark")
    received_bytes = of_stored("received_bytes")
    started_at = of_stored("started_at")
    expires_at = of_stored("expires_at")
    may_go_on = of_stored("may_go_on")

    def end(self, how: str, *, by, remark: str = "") -> None:
        """End it without evidence and let go of its file. The caller has locked it, and releases the file."""
        before = self.state
        self.path, self.ended, self.remark = self.full_name, how, remark
        self.stored_id, self.proposed = None, None
        self.save(update_fields=["path", "ended", "remark", "stored", "proposed"])
        audit.record("end upload", self, by=by, before=before, after=how)
