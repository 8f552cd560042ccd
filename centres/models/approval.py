"""Approval: a centre's permission to offer a qualification, how it ends, and the letter that confirms it."""

from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.catalogue.models import Qualification
from portal.files.printing import PrintedDocument
from portal.kit.stateful import Stateful, allowed_moves, stamped_by_someone, state_field

from ..querysets import ApprovalQuerySet, LetterQuerySet
from ..states import ApprovalState
from .applications import Application
from .centre import Centre


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@allowed_moves
class Approval(Stateful):
    """Permission of one centre to offer one qualification. It lapses after years without activity.

    `warned_of` is the day of lapse that the centre was last warned of; activity since then puts the day off.
    """

    State = ApprovalState

    active_at: datetime  # by with_activity()

    state = state_field(State, State.APPROVED)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="approvals")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="approvals")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, editable=False, related_name="approvals"
    )
    approved_at = models.DateTimeField(default=timezone.now, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    lapsed_at = models.DateTimeField(null=True, editable=False)
    warned_of = models.DateField("warned of its lapse on", null=True, blank=True, editable=False)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["centre", "qualification"]
        constraints = [
            stamped_by_someone("withdrawn", "approval_withdrawn_by_someone"),
            models.UniqueConstraint(fields=["centre", "qualification"], name="approval_once"),
        ]

    def __str__(self) -> str:
        return f"of {self.centre} for {self.qualification}"

    def get_absolute_url(self) -> str:
        return reverse("centre", args=[self.centre.number])

    @transition("state", source=State.APPROVED, target=State.WITHDRAWN)
    def withdraw(self):
        """The centre may no longer order entries or claim."""

    @transition("state", source=State.APPROVED, target=State.LAPSED)
    def lapse(self):
        """Nothing was ordered or claimed for years, so the centre may no longer order or claim."""

    @transition("state", source=[State.WITHDRAWN, State.LAPSED], target=State.APPROVED)
    def restore(self):
        """The centre may order entries and claim again; the years without activity are counted from now."""

    @property
    def due_to_lapse_on(self) -> date:
        """The day on which it lapses unless there is activity. Needs `with_activity()`."""
        return years_after(timezone.localdate(self.active_at), settings.APPROVAL_YEARS)

    @property
    def is_warned(self) -> bool:
        """Whether the centre was warned of this lapse, not of one that activity has put off since."""
        return self.warned_of is not None and self.warned_of >= self.due_to_lapse_on

    @property
    def lapses_on(self) -> date:
        """The day it lapses, as the centre is told: never before the day it was warned of."""
        return max(self.due_to_lapse_on, self.warned_of or self.due_to_lapse_on)


class ApprovalLetter(PrintedDocument):
    """The letter of confirmation of one application, frozen as printed. It has no names of people on it."""

    template_name = "pdf/approval_letter.html"
    folder = "approval-letters"

    number = models.CharField(max_length=20, unique=True)
    application = models.OneToOneField(Application, models.PROTECT, related_name="letter")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="approval_letters")
    issued_on = models.DateField(default=timezone.localdate)
    centre_number = models.CharField(max_length=5)
    centre_name = models.CharField(max_length=120)
    centre_address = models.TextField()
    lines = models.JSONField(help_text="One for each qualification: code, title, level.")
    approved_from = models.DateField()
    lapse_years = models.PositiveSmallIntegerField(
        help_text="Years without activity after which approval lapsed, when the letter was written."
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-number"]
        verbose_name = "letter of confirmation"
        verbose_name_plural = "letters of confirmation"

    def __str__(self) -> str:
        return self.number

    def stem(self) -> str:
        return self.number
