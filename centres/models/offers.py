"""Roles at a centre that somebody has been offered."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.accounts import codes
from portal.accounts.roles import Role

from ..querysets import RoleOfferQuerySet
from .centre import Centre


class RoleOffer(models.Model):
    """Roles at a centre, offered to the owner of an e-mail address, who has them after accepting by a link.

    `name` is what was typed, not the name on any account with that address. As for an invitation, the link is
    derived from `nonce`. `is_barred`: the account may not work at a centre, and the awarding body was told.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="role_offers")
    name = models.CharField(max_length=120)
    email = models.EmailField("e-mail address")
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    is_barred = models.BooleanField("belongs to a moderator or member of staff", default=False)
    nonce = models.CharField(max_length=codes.NONCE_LENGTH, default=codes.new_nonce, editable=False)
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was answered, replaced or withdrawn."
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="role_offers"
    )

    objects = RoleOfferQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation to a centre"
        verbose_name_plural = "invitations to centres"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "email"], condition=Q(ended_at=None), name="role_offer_one_open"
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=Role.values) & Q(roles__len__gt=0),
                name="role_offer_known_roles",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by=None) | Q(ended_at__isnull=False), name="role_offer_accepted_is_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} at {self.centre}"

    @property
    def token(self) -> str:
        return codes.link_token(self.nonce)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.expires_at > timezone.now()

    @property
    def role_names(self) -> list[str]:
        """The roles in words."""
        return [Role(role).label for role in self.roles]
