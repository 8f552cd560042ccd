"""What a candidate and the tutors write to each other about a unit: part of the record."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ..querysets import MessageQuerySet
from ..sides import CANDIDATE, TUTOR
from .assignment import Assignment

LONGEST = 4000  # characters in one message


class Message(models.Model):
    """One message, kept with the unit. Plain text; only ever added. Moderators do not see them."""

    SIDES = [CANDIDATE, TUTOR]

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="messages")
    side = models.CharField(max_length=10, choices=[(side.code, side.words) for side in SIDES])
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["assignment", "side", "id"], name="message_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=[CANDIDATE.code, TUTOR.code]), name="message_known_side"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="message_not_empty"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"message about {self.assignment}"

    def get_absolute_url(self) -> str:
        return f"{reverse('work-messages', args=[self.assignment_id])}#message-{self.pk}"

    @property
    def is_from_candidate(self) -> bool:
        return self.side == CANDIDATE.code


class ReadMark(models.Model):
    """How far one person has read the messages of one unit: `up_to` is the id of the newest message they were shown."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="read_marks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    up_to = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "user"], name="read_mark_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.assignment}"
