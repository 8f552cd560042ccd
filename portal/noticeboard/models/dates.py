"""Key dates: deadlines and other days, for people and for their calendars."""

import uuid
from datetime import date, datetime, time

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from portal.kit.validators import one_line

from ..querysets import KeyDateQuerySet
from .audience import Addressed


class KeyDate(Addressed):
    """A day, several days, or a moment. Times are in London time.

    `uid` identifies it in calendars and never changes; each change raises `sequence`. A date that no longer
    applies is cancelled, not deleted, so that calendars which follow the feed show it.
    """

    title = models.CharField(max_length=120, validators=[one_line])
    text = models.TextField("what to know", blank=True)
    starts_on = models.DateField("day")
    starts_at = models.TimeField("time", null=True, blank=True, help_text="Leave empty for the whole day.")
    ends_on = models.DateField("last day", null=True, blank=True, help_text="Leave empty for one day.")
    ends_at = models.TimeField("end time", null=True, blank=True)
    is_cancelled = models.BooleanField(
        "cancelled", default=False, help_text="It no longer applies. Calendars show it as cancelled."
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = KeyDateQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", F("starts_at").asc(nulls_first=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="date_ends_after_start",
                violation_error_message="The last day must not be before the first.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=False),
                name="date_end_time_with_start_time",
                violation_error_message="Enter a start time as well as the end time.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__isnull=False),
                name="date_last_day_with_end_time",
                violation_error_message="Enter an end time as well, or leave both times empty.",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True)
                | Q(ends_on__isnull=False, ends_on__gt=F("starts_on"))
                | Q(ends_at__gt=F("starts_at")),
                name="date_end_time_after_start_time",
                violation_error_message="The end time must be after the start time.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('key-dates')}#date-{self.pk}"

    @property
    def is_all_day(self) -> bool:
        return self.starts_at is None

    @property
    def last_day(self) -> date:
        return self.ends_on or self.starts_on

    def starts(self) -> datetime:
        """When it starts; only for a date that has a time."""
        return timezone.make_aware(datetime.combine(self.starts_on, self.starts_at or time.min))

    def ends(self) -> datetime | None:
        if self.ends_at is None:
            return None
        return timezone.make_aware(datetime.combine(self.last_day, self.ends_at))
