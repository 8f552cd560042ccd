"""E-mails, one for each event and recipient; when each person wants them; and daily digests."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.kit.models import Event

from ..states import EMailState


class Timing(models.TextChoices):
    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day, in one e-mail"
    OFF = "off", "Not by e-mail"


class Topic(models.TextChoices):
    """What an e-mail is about; people choose for each topic when they want it."""

    ACCOUNT = "account", "Signing in: invitations, passwords, two-step verification"
    APPROVAL = "approval", "Applications and approvals"
    ENTRIES = "entries", "Orders and entries"
    CLAIMS = "claims", "Claims and moderation"
    WORK = "work", "Candidates’ work: messages"
    HANDED_IN = "handed_in", "Candidates’ work: handed in"
    TRAINING = "training", "Training days and enquiries"
    NEWS = "news", "News"

    @property
    def choices_of_timing(self) -> list[tuple[str, str]]:
        """When e-mails of this topic may come: nobody may miss how to sign in, or what was decided."""
        allowed = {Topic.ACCOUNT: [Timing.AT_ONCE], Topic.NEWS: list(Timing)}
        return [(timing.value, timing.label) for timing in allowed.get(self, [Timing.AT_ONCE, Timing.DAILY])]

    @property
    def usual_timing(self) -> Timing:
        """The timing for people who have not chosen: a class that hands in causes one e-mail, not 30."""
        return Timing.DAILY if self == Topic.HANDED_IN else Timing.AT_ONCE


class MailSetting(models.Model):
    """When one person wants the e-mails of one topic; without a row, the topic's `usual_timing`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_settings")
    topic = models.CharField(max_length=12, choices=Topic)
    timing = models.CharField(max_length=10, choices=Timing)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "topic"], name="mail_setting_once_a_topic"),
            models.CheckConstraint(
                condition=~Q(timing="off") | Q(topic="news"), name="mail_setting_off_where_allowed"
            ),
            models.CheckConstraint(
                condition=~Q(topic="account") | Q(timing="at_once"), name="mail_setting_account_at_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_topic_display()}, {self.get_timing_display()}"


class Digest(models.Model):
    """The e-mails of one person that were waiting on one day, sent as one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="digests")
    on = models.DateField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-on"]
        constraints = [models.UniqueConstraint(fields=["user", "on"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"Digest of {self.user} on {self.on}"


class EMail(models.Model):
    """One e-mail that is to be sent, or was sent, to one address because of one event of the audit trail.

    It has no text: the e-mail of its `kind` is written from the event when it is sent, so that the database
    contains no link that lets somebody in.
    """

    State = EMailState

    event = models.ForeignKey(Event, models.PROTECT, related_name="emails")
    recipient = models.EmailField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="emails")
    kind = models.CharField(max_length=60)
    topic = models.CharField(max_length=12, choices=Topic)
    timing = models.CharField(max_length=10, choices=Timing)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, related_name="emails")
    written_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "e-mail"
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient"], name="email_once_for_event_and_recipient"),
            models.CheckConstraint(condition=Q(state__in=EMailState.values), name="email_known_state"),
            models.CheckConstraint(
                condition=Q(state=EMailState.SENT, sent_at__isnull=False)
                | (~Q(state=EMailState.SENT) & Q(sent_at__isnull=True)),
                name="email_sent_with_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user"],
                condition=Q(state=EMailState.WAITING, timing=Timing.DAILY, digest__isnull=True),
                name="email_for_next_digest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ').capitalize()} to {self.recipient}"
