"""One candidate's work for one unit, and the states it goes through."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from candidates.models import Candidate
from portal.catalogue.models import Checklist, Unit
from portal.kit.stateful import Stateful, allowed_moves, state_field

from .. import guards
from ..querysets import AssignmentQuerySet
from ..states import OPEN, AssignmentState


@allowed_moves
class Assignment(Stateful):
    """One candidate, one unit, and the e-checklist version it was given with (pinned).

    The work can be changed until it is handed in, and again after it is returned.
    """

    State = AssignmentState

    # A state in a narrow column, where the usual words are too long.
    SHORT = {State.IN_PROGRESS: "Started", State.RETURNED: "Returned", State.CLAIMED: "Claimed"}

    state = state_field(State, State.ASSIGNED)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="assignments", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    checklist = models.ForeignKey(Checklist, models.PROTECT, related_name="assignments")
    due_on = models.DateField("due", null=True, blank=True)
    assigned_at = models.DateTimeField(default=timezone.now, editable=False)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, editable=False)
    achieved_at = models.DateTimeField(null=True, editable=False)
    achieved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="achieved_assignments",
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["candidate__last_name", "candidate__first_names", "unit__number"]
        indexes = [models.Index(fields=["candidate", "state"], name="assignment_of_candidate")]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "unit"], name="assignment_unit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code} of {self.candidate}"

    def get_absolute_url(self) -> str:
        return reverse("assignment", args=[self.pk])

    @property
    def short_state(self) -> str:
        state = self.State(self.state)
        return self.SHORT.get(state, state.label)

    @property
    def is_open(self) -> bool:
        """Whether evidence may be added, changed and removed."""
        return self.state in OPEN

    def is_on_behalf(self, user) -> bool:
        """Whether what `user` does with it is done for the candidate by somebody else.

        Only adults have an e-mail address: an account without one is the candidate's own, or that of a row merged
        into theirs.
        """
        return user.pk != self.candidate.user_id and user.email is not None

    @transition("state", source=[State.ASSIGNED, State.RETURNED], target=State.IN_PROGRESS)
    def begin(self):
        """The first change to evidence since it was assigned or returned."""

    @transition(
        "state",
        source=[State.IN_PROGRESS, State.RETURNED],
        target=State.HANDED_IN,
        conditions=[guards.has_evidence, guards.has_nothing_under_way],
    )
    def hand_in(self):
        """Pass the work to the tutor; the files can no longer be changed."""

    @transition("state", source=[State.HANDED_IN, State.ACHIEVED], target=State.RETURNED)
    def send_back(self):
        """Return the work for further work, with a reason."""
        self._is_not_achieved()

    @transition(
        "state",
        source=State.HANDED_IN,
        target=State.ACHIEVED,
        conditions=[guards.meets_every_required_criterion],
    )
    def achieve(self):
        """Record the unit as achieved in the centre's final opinion."""

    @transition("state", source=State.ACHIEVED, target=State.CLAIMED)
    def claim(self):
        """The unit is on a submitted claim; the whole portfolio of the unit is frozen."""

    @transition("state", source=State.CLAIMED, target=State.ACHIEVED, custom={"stamps": False})
    def reopen(self):
        """The claim line was withdrawn because it was claimed in error: the unit may be claimed again as it is.

        The assessor is still the one who recorded it as achieved, not the moderator who reopens it.
        """

    @transition("state", source=State.CLAIMED, target=State.HANDED_IN, custom={"stamps": False})
    def reassess(self):
        """The moderator did not agree: the same files are with the tutor again. The hand-in date stays the same."""
        self._is_not_achieved()

    @transition("state", source=State.CLAIMED, target=State.CONFIRMED)
    def confirm(self):
        """The result is confirmed."""

    @transition("state", source=State.CONFIRMED, target=State.ACHIEVED, custom={"stamps": False})
    def void(self):
        """The result was voided: the unit is as the centre recorded it, and may be claimed again."""

    @transition("state", source=State.ACHIEVED, target=State.CONFIRMED)
    def restore(self):
        """The voided result counts again."""

    def _is_not_achieved(self) -> None:
        """Clear the fields, so that no page says that it was recorded as achieved."""
        self.achieved_at = self.achieved_by = None
