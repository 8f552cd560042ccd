"""Candidates of a centre, and the groups they are taught in."""

import pghistory
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from centres.models import Centre

from ..querysets import CandidateQuerySet, GroupQuerySet

four_digits = RegexValidator(r"^(?!0000)\d{4}$", "A candidate number has four digits, 0001 to 9999.")


@pghistory.track(exclude=["user"])
class Candidate(models.Model):
    """A person being assessed at one centre.

    The *certificate name* is the legal name, printed exactly as it stands here; the *known-as name* is what
    people in the centre see. `ocr_number` is the awarding body's, given at the first confirmed claim
    (domain reference 5.4).
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="candidates")
    number = models.CharField("candidate number", max_length=4, validators=[four_digits])
    first_names = models.CharField("first names", max_length=60, help_text="As on the certificate.")
    last_name = models.CharField("last name", max_length=60, help_text="As on the certificate.")
    known_as = models.CharField(
        "known as", max_length=60, blank=True, help_text="If others should see another first name."
    )
    date_of_birth = models.DateField("date of birth")
    ocr_number = models.CharField(
        "awarding body's candidate number", max_length=8, blank=True, editable=False
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="candidate"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_names", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "number"],
                name="candidate_number_once_at_centre",
                violation_error_message="Another candidate of your centre has this number.",
            ),
            models.UniqueConstraint(
                fields=["ocr_number"], condition=~Q(ocr_number=""), name="candidate_ocr_number_once"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\d{4}$") & ~Q(number="0000"), name="candidate_number_four_digits"
            ),
            models.CheckConstraint(
                condition=Q(ocr_number="") | Q(ocr_number__regex=r"^\d{8}$"),
                name="candidate_ocr_number_eight_digits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.display_name}"

    def get_absolute_url(self) -> str:
        return reverse("candidate", args=[self.centre.number, self.number])

    @property
    def certificate_name(self) -> str:
        return f"{self.first_names} {self.last_name}"

    @property
    def display_name(self) -> str:
        """The name that people in the centre see."""
        return f"{self.known_as or self.first_names} {self.last_name}"


class Group(models.Model):
    """A teaching group: candidates who are assigned work together."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="groups")
    name = models.CharField(max_length=60)
    candidates = models.ManyToManyField(Candidate, related_name="groups", blank=True)

    objects = GroupQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "name"],
                name="group_name_once_at_centre",
                violation_error_message="Your centre has a group of this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.centre.number, self.pk])
