"""The words and the colour of a state: each room names its own states once, with both (style 3)."""

from enum import StrEnum

from django.db import models


class Tone(StrEnum):
    """What a state asks of people, which gives it its colour."""

    NEUTRAL = "neutral"  # nothing to do
    WAITING = "waiting"  # somebody must act
    ACTIVE = "active"  # in progress
    GOOD = "good"  # ended well
    WARN = "warn"  # needs attention
    BAD = "bad"  # ended badly


class States(models.TextChoices):
    """The values of a `state` or an `outcome`, each with its tone and its words.

    DRAFT = "draft", Tone.NEUTRAL, "Draft"
    """

    tone: Tone

    def again(self) -> tuple[str, Tone, str]:
        """This value, tone and words for the states of another model."""
        return self.value, self.tone, self.label

    def __new__(
        cls, value: str, tone: Tone = Tone.NEUTRAL
    ):  # States("draft") is typed as if it came here, too
        state = str.__new__(cls, value)
        state._value_ = value
        state.tone = tone
        return state


def state_of(record, name: str = "state") -> States:
    """The value of the field `name` of `record`, as its model's class of the same name (State, Outcome) has it."""
    return getattr(type(record), name.capitalize())(getattr(record, name))
