"""A centre asks for a training day of its own."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django_fsm import transition

from portal.catalogue.models import Qualification
from portal.kit.searching import plain_names_of
from portal.kit.stateful import Stateful, allowed_moves, refuses, state_field
from portal.kit.validators import one_line

from ..states import TrainingDayState
from .person import FromSomebody


@refuses("Write an answer first.")
def has_answer(request: "TrainingRequest") -> bool:
    return request.answer != ""


@allowed_moves
class TrainingRequest(FromSomebody, Stateful):
    """A request for a training day; staff answer it, arrange the day, or decline."""

    State = TrainingDayState

    state = state_field(State, State.NEW)
    centre_name = models.CharField("centre", max_length=120, validators=[one_line])
    qualifications = models.ManyToManyField(Qualification, blank=True, related_name="+")
    about = models.TextField("what the day should be about", max_length=2000)
    place = models.CharField(
        "where", max_length=200, validators=[one_line], help_text="An address, or “Online”."
    )
    when_about = models.CharField(
        "when",
        max_length=200,
        validators=[one_line],
        help_text="For example “a Friday in March” or “before Easter”.",
    )
    people = models.PositiveSmallIntegerField(
        "how many people", validators=[MinValueValidator(1), MaxValueValidator(500)]
    )

    plain_names = plain_names_of("name", "centre_name")
    answer = models.TextField("answer", blank=True, editable=False)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name = "request for a training day"
        verbose_name_plural = "requests for training days"
        constraints = [
            models.CheckConstraint(
                condition=Q(state=TrainingDayState.NEW) | ~Q(answer=""), name="training_request_has_answer"
            ),
            models.CheckConstraint(condition=Q(people__gte=1), name="training_request_for_someone"),
        ]

    def __str__(self) -> str:
        return f"of {self.centre_name}"

    @transition("state", source=State.NEW, target=State.ANSWERED, conditions=[has_answer])
    def reply(self):
        """We answered; nothing has been agreed yet."""

    @transition("state", source=[State.NEW, State.ANSWERED], target=State.ARRANGED, conditions=[has_answer])
    def arrange(self):
        """The day is agreed; it can be published as an event or be for the centre alone."""

    @transition("state", source=[State.NEW, State.ANSWERED], target=State.DECLINED, conditions=[has_answer])
    def decline(self):
        """There will be no training day; the answer says why."""
