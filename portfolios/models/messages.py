"""What a candidate and the tutors write to each other about a unit: part of the record."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ..querysets import MessageQuerySet
from .assignment import Assignment

LONGEST = 4000  # characters in one message


class Message(models.Model):
    """One message, kept with the unit. Plain text; only ever added. Moderators do not see them."""

    class Side(models.TextChoices):
        CANDIDATE = "candidate", "Candidate"
        CENTRE = "centre", "Centre"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="messages")
    side = models.CharField(max_length=10, choices=Side)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["assignment", "side", "id"], name="message_by_unit")]
        constraints = [
            models.CheckConstraint(condition=Q(side__in=["candidate", "centre"]), name="message_known_side"),
            models.CheckConstraint(condition=~Q(text=""), name="message_not_empty"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"message about {self.assignment}"

    def get_absolute_url(self) -> str:
        return f"{reverse('work-messages', args=[self.assignment_id])}#message-{self.pk}"


class ReadMark(models.Model):
    """How far one person has read the messages of one unit: `up_to` is the id of the newest message they were shown."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    up_to = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.assignment}"
