"""One person is one learner at the awarding body, with a candidate at each centre that enters them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import transition

from portal.kit.stateful import Stateful, allowed_moves, state_field

from ..states import LearnerPairState


class Learner(models.Model):
    """A person as the awarding body knows them: units taken at several centres count together.

    `ocr_number`: the eight-digit number, given at the first confirmed claim (domain reference 5.4). Created when
    needed: a candidate without one is a separate learner.
    """

    ocr_number = models.CharField("awarding body's candidate number", max_length=8, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ocr_number"], condition=~Q(ocr_number=""), name="learner_ocr_number_once"
            ),
            models.CheckConstraint(
                condition=Q(ocr_number="") | Q(ocr_number__regex=r"^\d{8}$"),
                name="learner_ocr_number_eight_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.ocr_number or f"learner {self.pk}"


@allowed_moves
class LearnerPair(Stateful):
    """Two candidates at different centres who may be one person, and the decision about them.

    If a number, the date of birth and the name agree, the portal itself joins them; `joined_by` is then empty. It never
    rejoins a pair that people have undone. The joined pairs determine who is one person.
    """

    State = LearnerPairState

    state = state_field(State, State.OPEN)
    first = models.ForeignKey("Candidate", models.PROTECT, related_name="+")
    second = models.ForeignKey("Candidate", models.PROTECT, related_name="+")
    why = models.CharField("what agrees", max_length=200)
    found_at = models.DateTimeField(default=timezone.now)
    is_undone = models.BooleanField("a decision was undone", default=False)
    joined_at = models.DateTimeField(null=True)
    joined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    separate_at = models.DateTimeField(null=True)
    separate_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-found_at", "-pk"]
        verbose_name = "pair that may be one person"
        verbose_name_plural = "pairs that may be one person"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="learner_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="learner_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"

    @transition("state", source=State.OPEN, target=State.JOINED)
    def join(self):
        """They are one person: their achievements count together."""

    @transition("state", source=State.OPEN, target=State.SEPARATE)
    def separate(self):
        """They are two people who look alike."""

    @transition("state", source=[State.JOINED, State.SEPARATE], target=State.OPEN)
    def undo(self):
        """The decision was wrong, or too early."""
        self.is_undone = True
