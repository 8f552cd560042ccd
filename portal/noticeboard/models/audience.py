"""Who a notice is for: a group of people, limited to those concerned with some qualifications."""

from django.db import models

from portal.catalogue.models import Qualification


class Audience(models.TextChoices):
    EVERYBODY = "everybody", "Everybody (public)"
    CENTRES = "centres", "Everybody who works at a centre"
    EXAMS_OFFICERS = "exams_officers", "Exams officers"
    TUTORS = "tutors", "Tutors and leads for internal standardisation"
    MODERATORS = "moderators", "Moderators"
    CANDIDATES = "candidates", "Candidates"


class Addressed(models.Model):
    """A notice with an audience. `querysets.AddressedQuerySet` finds those that a person may read."""

    audience = models.CharField(max_length=20, choices=Audience, default=Audience.EVERYBODY)
    qualifications = models.ManyToManyField(
        Qualification,
        blank=True,
        related_name="+",
        help_text="Leave empty for all. Otherwise it is addressed only to people at centres approved for one of "
        "them, and to its moderators. What is public stays public.",
    )

    class Meta:
        abstract = True
