"""Approval: a centre asks for qualifications, the awarding body decides each application."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.catalogue.models import Qualification
from portal.kit.stateful import Stateful, allowed_moves, known_states, stamped_by_someone, state_field

from ..querysets import ApplicationQuerySet, ApprovalQuerySet
from .centre import Centre, five_digits


@allowed_moves
class Application(Stateful):
    """A request for approval, as it was sent. `centre` is empty while the centre is new to the portal.

    The fields are those of the approval form that bear on the decision (domain reference 2.3).
    """

    class State(models.TextChoices):
        SUBMITTED = "submitted", "Waiting for a decision"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"

    state = state_field(State, State.SUBMITTED)
    centre = models.ForeignKey(Centre, models.PROTECT, null=True, blank=True, related_name="applications")
    qualifications = models.ManyToManyField(Qualification, related_name="applications")
    centre_name = models.CharField("name of the centre", max_length=120)
    centre_kind = models.CharField("kind of centre", max_length=10, choices=Centre.Kind)
    centre_number = models.CharField(
        "centre number",
        max_length=5,
        blank=True,
        validators=[five_digits],
        help_text="Five digits, if the centre has a number already.",
    )
    address = models.TextField()
    head_of_centre = models.CharField("head of centre", max_length=120)
    contact_name = models.CharField("name of the exams officer", max_length=120)
    contact_email = models.EmailField("e-mail address of the exams officer")
    staffing = models.TextField(
        "tutors and their experience", help_text="Who will teach and mark, and what they have done before."
    )
    equipment = models.TextField(
        "computers and internet access", help_text="What candidates will work on in the centre."
    )
    submitted_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, editable=False)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.TextField("reason for the decision", blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at"]
        verbose_name = "application for approval"
        verbose_name_plural = "applications for approval"
        constraints = [
            known_states(["submitted", "approved", "refused"], "application_known_state"),
            stamped_by_someone("approved", "application_approved_by_someone"),
            stamped_by_someone("refused", "application_refused_by_someone"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="application_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"of {self.centre_name}"

    @transition("state", source=State.SUBMITTED, target=State.APPROVED)
    def approve(self):
        """The centre may order, enter and claim for the qualifications asked for."""

    @transition("state", source=State.SUBMITTED, target=State.REFUSED)
    def refuse(self):
        """The centre may apply again; the reason is sent to it."""


@allowed_moves
class Approval(Stateful):
    """Permission of one centre to offer one qualification."""

    class State(models.TextChoices):
        APPROVED = "approved", "Approved"
        WITHDRAWN = "withdrawn", "Withdrawn"

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

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        ordering = ["centre", "qualification"]
        constraints = [
            known_states(["approved", "withdrawn"], "approval_known_state"),
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

    @transition("state", source=State.WITHDRAWN, target=State.APPROVED)
    def restore(self):
        """The centre may order entries and claim again."""
