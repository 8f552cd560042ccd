"""A centre and the people who work there."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from portal.accounts.roles import Role
from portal.kit.searching import plain_names_of

from ..querysets import CentreQuerySet, MembershipQuerySet

five_digits = RegexValidator(r"^\d{5}$", "A centre number has five digits.")


class Centre(models.Model):
    """A school, college or training provider that offers qualifications; known by its five-digit number."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "School"
        COLLEGE = "college", "College"
        PROVIDER = "provider", "Training provider"

    number = models.CharField("centre number", max_length=5, unique=True, validators=[five_digits])
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SCHOOL)
    address = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    plain_names = plain_names_of("name")

    objects = CentreQuerySet.as_manager()

    class Meta:
        ordering = ["name", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__regex=r"^\d{5}$"), name="centre_number_five_digits")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("centre", args=[self.number])


class Membership(models.Model):
    """One person's role at one centre, until it is ended. Access ends with it, on the next request."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    since = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["role", "user__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "centre", "role"],
                condition=Q(ended_at__isnull=True),
                name="membership_role_once",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} at {self.centre}"
