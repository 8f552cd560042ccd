"""News for everybody or for some."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.kit.stateful import Stateful, allowed_moves, stamped_by_someone, state_field
from portal.kit.validators import one_line

from ..querysets import NewsQuerySet
from ..states import NewsState
from .audience import Addressed


@allowed_moves
class NewsItem(Addressed, Stateful):
    """One piece of news. Once published, it is shown from `publish_at` until `until`."""

    State = NewsState

    state = state_field(State, State.DRAFT)
    title = models.CharField(max_length=120, validators=[one_line])
    text = models.TextField(
        help_text="Plain paragraphs with an empty line between them. Web addresses become links."
    )
    publish_at = models.DateTimeField("show from", default=timezone.now)
    until = models.DateTimeField(
        "show until", null=True, blank=True, help_text="Leave empty to show it for good."
    )
    by_email = models.BooleanField(
        "also send by e-mail",
        default=True,
        help_text="Once, to those addressed who have not turned news off.",
    )
    published_at = models.DateTimeField(null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    announced_at = models.DateTimeField("e-mailed at", null=True, editable=False)

    objects = NewsQuerySet.as_manager()

    class Meta:
        ordering = ["-publish_at", "-pk"]
        verbose_name = "news item"
        verbose_name_plural = "news"
        constraints = [
            stamped_by_someone("published", "news_published_by_someone"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("publish_at")),
                name="news_until_after_publish_at",
                violation_error_message="The end must be after the start.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("news-item", args=[self.pk])

    def is_over(self) -> bool:
        return self.until is not None and self.until <= timezone.now()

    @transition("state", source=[State.DRAFT, State.WITHDRAWN], target=State.PUBLISHED)
    def publish(self):
        """Show it to its audience, from `publish_at` on."""

    @transition("state", source=State.PUBLISHED, target=State.WITHDRAWN)
    def withdraw(self):
        """Nobody sees it any longer. E-mails that were sent cannot be recalled."""
