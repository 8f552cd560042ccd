"""Applications for approval: what a centre asks for, the conversation about it, and the way in without an account."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.accounts import codes
from portal.catalogue.models import Qualification
from portal.files.models import OfStored, UseManager
from portal.kit.searching import plain_names_of
from portal.kit.stateful import (
    Stateful,
    allowed_moves,
    refuses,
    stamped_by_someone,
    state_field,
)

from .. import answers
from ..querysets import ApplicationQuerySet
from ..states import CHANGEABLE, OPEN, ApplicationLineOutcome, ApplicationState
from .centre import Centre, five_digits

WORDS_LIMIT = 4000  # characters of one answer or message


@refuses("Some answers are missing. See “Check your answers”.")
def is_complete(application: "Application") -> bool:
    return not answers.missing(application)


@allowed_moves
class Application(Stateful):
    """A request for approval. `centre` is empty while the centre is new to the portal.

    Somebody without an account proves the address `applicant_email` by a link; for a centre that uses the portal,
    somebody with the permission applies. The fields are those of the approval form (domain reference 2.3); until
    it is submitted, any of them may be empty.
    """

    State = ApplicationState

    class Elsewhere(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"

    state = state_field(State, State.DRAFT)
    centre = models.ForeignKey(Centre, models.PROTECT, null=True, blank=True, related_name="applications")
    applicant_email = models.EmailField(
        "e-mail address of the applicant", blank=True, editable=False, help_text="Proved by a link."
    )
    qualifications = models.ManyToManyField(
        Qualification, through="ApplicationLine", related_name="applications"
    )
    centre_name = models.CharField(
        "name of the centre",
        max_length=120,
        blank=True,
        help_text="As it should appear in our records and on certificates.",
    )
    centre_kind = models.CharField("kind of centre", max_length=10, choices=Centre.Kind, blank=True)
    centre_number = models.CharField(
        "centre number",
        max_length=5,
        blank=True,
        validators=[five_digits],
        help_text="Five digits, if the centre already has a number.",
    )
    address = models.TextField(blank=True)
    site_url = models.URLField("web site of the centre", blank=True)
    head_of_centre = models.CharField("name of the head of centre", max_length=120, blank=True)
    contact_name = models.CharField("name of the exams officer", max_length=120, blank=True)
    contact_email = models.EmailField(
        "e-mail address of the exams officer",
        blank=True,
        help_text="If the centre is approved, the exams officer is invited at this address.",
    )
    contact_phone = models.CharField("telephone number of the exams officer", max_length=30, blank=True)
    coordinator_name = models.CharField(
        "name of the programme coordinator",
        max_length=120,
        blank=True,
        help_text="The person who leads the teaching. It can be somebody you have already named.",
    )
    coordinator_email = models.EmailField("e-mail address of the programme coordinator", blank=True)
    staffing = models.TextField(
        "tutors and their experience",
        blank=True,
        help_text="Who will teach and mark, and what they have done before.",
    )
    equipment = models.TextField(
        "computers and internet access", blank=True, help_text="What candidates will use at the centre."
    )
    site_contact = models.CharField(
        "contact for computers and internet",
        max_length=200,
        blank=True,
        help_text="Name and e-mail address or telephone number of the person who looks after them.",
    )
    approved_elsewhere = models.CharField(
        "approved by another awarding body", max_length=3, choices=Elsewhere, blank=True
    )
    other_approvals = models.TextField(
        "approvals by other awarding bodies",
        blank=True,
        help_text="Which body, for which qualifications, and since when.",
    )
    declared_by = models.CharField("declared by", max_length=120, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(null=True, editable=False)
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
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    reason = models.TextField("reason for the decision", blank=True)

    plain_names = plain_names_of("centre_name", "contact_name", "coordinator_name", "head_of_centre")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "application for approval"
        verbose_name_plural = "applications for approval"
        constraints = [
            stamped_by_someone("approved", "application_approved_by_someone"),
            stamped_by_someone("refused", "application_refused_by_someone"),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.REFUSED) | ~Q(reason=""),
                name="application_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ApplicationState.DRAFT, ApplicationState.WITHDRAWN])
                | (
                    Q(submitted_at__isnull=False)
                    & ~Q(centre_name="")
                    & ~Q(contact_name="")
                    & ~Q(contact_email="")
                ),
                name="application_sent_says_who",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.APPROVED) | Q(centre__isnull=False),
                name="application_approved_for_centre",
            ),
            models.UniqueConstraint(
                fields=["applicant_email"],
                condition=Q(state__in=OPEN) & ~Q(applicant_email=""),
                name="application_one_open_of_address",
            ),
            models.UniqueConstraint(
                fields=["centre"],
                condition=Q(state=ApplicationState.DRAFT),
                name="application_one_draft_of_centre",
            ),
        ]

    def __str__(self) -> str:
        return f"of {self.centre_name or 'a new centre'}"

    def get_absolute_url(self) -> str:
        return reverse("application", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def may_be_changed(self) -> bool:
        return self.state in CHANGEABLE

    @transition(
        "state",
        source=[State.DRAFT, State.MORE_INFORMATION],
        target=State.SUBMITTED,
        conditions=[is_complete],
    )
    def submit(self):
        """Submit it, or submit it again with what was asked for; the awarding body decides."""

    @transition("state", source=State.SUBMITTED, target=State.MORE_INFORMATION)
    def ask(self):
        """The awarding body needs more information; the question is in the conversation."""

    @transition("state", source=State.SUBMITTED, target=State.APPROVED)
    def approve(self):
        """The centre may order, enter and claim for what was approved."""

    @transition("state", source=State.SUBMITTED, target=State.REFUSED)
    def refuse(self):
        """The centre may apply again; the reason is sent to it."""

    @transition("state", source=list(OPEN), target=State.WITHDRAWN)
    def withdraw(self):
        """The applicant no longer wants it."""


class ApplicationLine(models.Model):
    """One qualification (and with it one level) that is asked for, and what was decided about it."""

    Outcome = ApplicationLineOutcome

    application = models.ForeignKey(Application, models.CASCADE, related_name="lines")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.OPEN)

    class Meta:
        ordering = ["qualification"]
        verbose_name = "qualification asked for"
        verbose_name_plural = "qualifications asked for"
        constraints = [
            models.UniqueConstraint(fields=["application", "qualification"], name="application_asks_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=ApplicationLineOutcome.values), name="application_line_known_outcome"
            ),
        ]

    def __str__(self) -> str:
        return str(self.qualification)


class ApplicationMessage(models.Model):
    """One contribution to the conversation about an application. Only ever added."""

    class Side(models.TextChoices):
        CENTRE = "centre", "The applicant"
        AWARDING_BODY = "awarding_body", "The awarding body"

    application = models.ForeignKey(Application, models.PROTECT, related_name="messages")
    side = models.CharField(max_length=15, choices=Side)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    author_name = models.CharField(max_length=254, help_text="As it was then.")
    text = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "message about an application"
        verbose_name_plural = "messages about applications"
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=["centre", "awarding_body"]), name="application_message_known_side"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="application_message_says_something"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.author_name}, {timezone.localtime(self.at):%d/%m/%Y %H:%M}"


class Attachment(OfStored):
    """A file that belongs to an application or, where `message` is set, to one answer in its conversation.

    It can be removed while the application is a draft, but not afterwards.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="attachments")
    message = models.ForeignKey(
        ApplicationMessage, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = UseManager()

    class Meta:
        ordering = ["uploaded_at", "pk"]
        triggers = [
            pgtrigger.Protect(name="stays_as_uploaded", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="stays_once_sent",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="""
                    IF EXISTS (
                        SELECT 1 FROM centres_application WHERE id = OLD.application_id AND state <> 'draft'
                    ) THEN
                        RAISE EXCEPTION 'the application was sent, so its attachments stay'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN OLD;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ApplicationLink(models.Model):
    """A link by e-mail for somebody without an account: proves `email`, and opens the application made with it.

    Like that of an invitation, it is derived from `nonce` and the server's key, so it is not stored. It works
    until it expires or the application is decided. `application` is empty until the link is first opened.
    """

    email = models.EmailField()
    application = models.ForeignKey(Application, models.CASCADE, null=True, blank=True, related_name="links")
    nonce = models.CharField(max_length=codes.NONCE_LENGTH, default=codes.new_nonce, editable=False)
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["email", "issued_at"], name="application_link_by_email")]

    def __str__(self) -> str:
        return "Link to an application"

    @property
    def token(self) -> str:
        return codes.link_token(self.nonce)

    @property
    def is_open(self) -> bool:
        in_time = self.expires_at > timezone.now()
        return in_time and (self.application is None or self.application.is_open)
