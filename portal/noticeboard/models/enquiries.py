"""Contact: enquiries under a reference number, and the conversation that follows."""

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.kit.stateful import Stateful, allowed_moves, stamped_by_someone, state_field

from ..querysets import EnquiryQuerySet
from ..states import EnquiryState
from .person import FromSomebody

five_digits = RegexValidator(r"^\d{5}\Z", "A centre number has five digits.")


@allowed_moves
class Enquiry(FromSomebody, Stateful):
    """A question to the awarding body. The text is in its messages; a further message from the person reopens it."""

    State = EnquiryState

    class Topic(models.TextChoices):
        APPROVAL = "approval", "Approval of a centre"
        ENTRIES = "entries", "Entries, orders and fees"
        SIGN_IN = "sign_in", "Signing in, people and candidates"
        WORK = "work", "Coursework and marking"
        CLAIMS = "claims", "Claims and moderation"
        CERTIFICATES = "certificates", "Results and certificates"
        TRAINING = "training", "Training"
        ACCESSIBILITY = "accessibility", "Something in the portal that I cannot use"
        OTHER = "other", "Something else"

    state = state_field(State, State.OPEN)
    reference = models.CharField(max_length=20, unique=True, editable=False)
    topic = models.CharField(max_length=20, choices=Topic)
    centre_number = models.CharField(
        max_length=5, blank=True, validators=[five_digits], help_text="Five digits, if it is about a centre."
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at", "-pk"]
        verbose_name_plural = "enquiries"
        constraints = [
            stamped_by_someone("answered", "enquiry_answered_by_someone"),
            stamped_by_someone("closed", "enquiry_closed_by_someone"),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^Q-\d{4}-\d{6,}$"), name="enquiry_reference_form"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The person's own page, at the link that only they are sent."""
        return reverse("enquiry", args=[self.reference, self.token])

    @transition("state", source=[State.OPEN, State.ANSWERED], target=State.ANSWERED)
    def answer(self):
        """The awarding body wrote back."""

    @transition("state", source=[State.ANSWERED, State.CLOSED], target=State.OPEN)
    def reopen(self):
        """The person wrote again."""

    @transition("state", source=[State.OPEN, State.ANSWERED], target=State.CLOSED)
    def close(self):
        """No answer is needed; a further message reopens it."""


class EnquiryMessage(models.Model):
    """One thing said about an enquiry, by the person who asked or by staff. Only added, never changed."""

    enquiry = models.ForeignKey(Enquiry, models.PROTECT, related_name="messages")
    text = models.TextField("message", max_length=4000)
    is_answer = models.BooleanField("from the awarding body", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "message"
        constraints = [
            models.CheckConstraint(
                condition=Q(is_answer=False) | Q(by__isnull=False), name="enquiry_answer_by_someone"
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M}"
