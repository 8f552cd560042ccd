"""Training: events, and who is interested in a place."""

import uuid

import pgtrigger
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.catalogue.models import Qualification
from portal.kit.searching import plain_names_of
from portal.kit.stateful import (
    Stateful,
    allowed_moves,
    refuses,
    stamped_by_someone,
    state_field,
)
from portal.kit.validators import one_line

from ..querysets import InterestQuerySet, TrainingEventQuerySet
from ..states import STANDING, EventState, PlaceState
from .person import FromSomebody


@refuses("The event has already started.")
def is_to_come(event: "TrainingEvent") -> bool:
    return event.starts_at > timezone.now()


@refuses("Enter the reason why the event is cancelled.")
def has_reason(event: "TrainingEvent") -> bool:
    return event.reason != ""


@allowed_moves
class TrainingEvent(Stateful):
    """A training day, online or somewhere, with a number of places.

    `uid` identifies it in calendars and never changes; `sequence` is raised when an invitation is replaced.
    """

    State = EventState

    state = state_field(State, State.DRAFT)
    title = models.CharField(max_length=120, validators=[one_line])
    text = models.TextField("what it is about", blank=True)
    qualifications = models.ManyToManyField(
        Qualification, blank=True, related_name="+", help_text="Leave empty for all."
    )
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends")
    place = models.CharField(
        max_length=200, validators=[one_line], help_text="Address, or “Online”. Everybody can read it."
    )
    joining = models.TextField(
        "how to join",
        blank=True,
        help_text="Only for people whose place is confirmed: a link, where to park.",
    )
    capacity = models.PositiveSmallIntegerField("places", validators=[MinValueValidator(1)])
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, editable=False)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.TextField("why it was cancelled", blank=True, editable=False)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TrainingEventQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            stamped_by_someone("published", "training_published_by_someone"),
            stamped_by_someone("cancelled", "training_cancelled_by_someone"),
            models.CheckConstraint(
                condition=~Q(state=EventState.CANCELLED) | ~Q(reason=""),
                name="training_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="training_ends_after_start",
                violation_error_message="The end must be after the start.",
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="training_at_least_1_place"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("training-event", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether a place can be asked for."""
        return self.state == self.State.PUBLISHED and is_to_come(self)

    @property
    def is_one_day(self) -> bool:
        return timezone.localdate(self.starts_at) == timezone.localdate(self.ends_at)

    @transition("state", source=State.DRAFT, target=State.PUBLISHED)
    def publish(self):
        """Everybody can see it and ask for a place."""
        self.changed_at = timezone.now()

    @transition("state", source=State.PUBLISHED, target=State.CANCELLED, conditions=[is_to_come, has_reason])
    def cancel(self):
        """It will not take place. Everybody who asked for a place is told why."""
        self.sequence += 1
        self.changed_at = timezone.now()


NO_PLACE_TOO_MANY = pgtrigger.Trigger(
    name="no_place_too_many",
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    declare=[("places", "integer")],
    condition=pgtrigger.Q(new__state=PlaceState.CONFIRMED),
    func="""
        SELECT capacity INTO places FROM noticeboard_trainingevent WHERE id = NEW.event_id FOR UPDATE;
        IF (SELECT count(*) FROM noticeboard_interest
                WHERE event_id = NEW.event_id AND state = 'confirmed' AND id <> NEW.id) >= places THEN
            RAISE EXCEPTION 'all % places of training event % are taken', places, NEW.event_id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    """,
)


@refuses("All places are taken. Put the person on the waiting list, or raise the number of places.")
def has_place_left(interest: "Interest") -> bool:
    event = interest.event
    return event.interests.filter(state=Interest.State.CONFIRMED).count() < event.capacity


@refuses("The training event has already started or has been cancelled.")
def event_is_open(interest: "Interest") -> bool:
    return interest.event.is_open


@allowed_moves
class Interest(FromSomebody, Stateful):
    """Somebody has asked for a place at a training event; staff confirm it while there are places."""

    State = PlaceState

    state = state_field(State, State.REQUESTED)
    event = models.ForeignKey(TrainingEvent, models.PROTECT, related_name="interests")
    centre_name = models.CharField("centre", max_length=120, blank=True, validators=[one_line])
    note = models.TextField(
        "Is there anything we should know?",
        max_length=500,
        blank=True,
        help_text="For example what you need in order to take part.",
    )

    plain_names = plain_names_of("name", "centre_name")

    objects = InterestQuerySet.as_manager()

    class Meta:
        ordering = ["event", "sent_at", "pk"]
        verbose_name = "interest in training"
        verbose_name_plural = "interest in training"
        constraints = [
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=Q(state__in=STANDING),
                name="interest_open_once_an_address",
            ),
        ]
        triggers = [NO_PLACE_TOO_MANY]

    def __str__(self) -> str:
        return f"of {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("interest", args=[self.pk, self.token])

    @property
    def is_current(self) -> bool:
        return self.state in STANDING

    @transition(
        "state",
        source=[State.REQUESTED, State.LISTED],
        target=State.CONFIRMED,
        conditions=[event_is_open, has_place_left],
    )
    def confirm(self):
        """They have a place, and are sent an invitation for their calendar."""

    @transition("state", source=State.REQUESTED, target=State.LISTED, conditions=[event_is_open])
    def put_on_waiting_list(self):
        """All places are taken; they are told when one becomes free."""

    @transition("state", source=list(STANDING), target=State.WITHDRAWN)
    def withdraw(self):
        """They will not come, so a place becomes free."""

    @transition("state", source=list(STANDING), target=State.CALLED_OFF)
    def call_off(self):
        """The event was cancelled."""
