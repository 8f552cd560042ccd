"""Candidates of a centre, and the groups they are taught in."""

import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from centres.models import Centre
from portal.kit.searching import plain_names_of

from .. import identifiers
from ..querysets import CandidateQuerySet, CurrentCandidates, GroupQuerySet
from .learners import Learner

four_digits = RegexValidator(r"^(?!0000)\d{4}$", "A candidate number has 4 digits, 0001 to 9999.")


# The fields by which a person is found at other centres (moderation/awards/alike.py).
MATCHED_BY = ("date_of_birth", "uci", "uln", "ocr_number", "entered_number")

ONE_STEP = """
    IF NOT EXISTS (
        SELECT 1 FROM candidates_candidate
        WHERE id = NEW.merged_into_id AND merged_into_id IS NULL AND centre_id = NEW.centre_id
    ) OR EXISTS (SELECT 1 FROM candidates_candidate WHERE merged_into_id = NEW.id) THEN
        RAISE EXCEPTION 'a merged candidate points to one of the same centre who is kept'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
"""


class Candidate(models.Model):
    """A person being assessed at one centre.

    The *certificate name* is the legal name, printed exactly as it is here. A person with one name only has it in one
    of the two fields; the other is empty. The *known-as name* is what people in the centre see. `ocr_number` is the
    learner's number at the awarding body, shown from the first confirmed claim (domain reference 5.4); `own_learner`
    is the learner they are while nobody is joined with them. `uci` and `uln` are known or empty, never a placeholder
    (identifiers.py).

    A person added twice is merged: the merged row points to the one kept and is in no list or count. `objects` leaves
    such rows out; `everyone` includes them, as their numbers stay in use and their history is kept.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="candidates")
    number = models.CharField("candidate number", max_length=4, validators=[four_digits])
    first_names = models.CharField(
        "first names", max_length=60, blank=True, help_text="As on the certificate."
    )
    last_name = models.CharField("last name", max_length=60, blank=True, help_text="As on the certificate.")
    known_as = models.CharField(
        "known as", max_length=60, blank=True, help_text="A different first name for use in the centre."
    )
    date_of_birth = models.DateField("date of birth")
    ocr_number = models.CharField(
        "awarding body's candidate number", max_length=8, blank=True, editable=False
    )
    uci = models.CharField(
        "UCI",
        max_length=13,
        blank=True,
        help_text="Unique candidate identifier: 12 digits and a letter. Leave it empty if you do not know it.",
    )
    uln = models.CharField(
        "ULN",
        max_length=10,
        blank=True,
        help_text="Unique learner number: 10 digits. Leave it empty if you do not know it.",
    )
    entered_number = models.CharField(
        "candidate number of the awarding body",
        max_length=8,
        blank=True,
        validators=[RegexValidator(r"^\d{8}$", "The number has 8 digits. It is on earlier certificates.")],
        help_text="8 digits, on earlier certificates. Enter it if the candidate has taken units at another centre.",
    )
    learner = models.ForeignKey(Learner, models.PROTECT, null=True, editable=False, related_name="candidates")
    own_learner = models.ForeignKey(Learner, models.PROTECT, null=True, editable=False, related_name="+")
    is_matched = models.BooleanField(
        default=False,
        editable=False,
        help_text="Checked for at other centres since the details last changed.",
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="candidate"
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now, editable=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")

    plain_names = plain_names_of("first_names", "last_name", "known_as")

    objects = CurrentCandidates()
    everyone = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["last_name", "first_names", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "number"],
                name="candidate_number_once_at_centre",
                violation_error_message="Another candidate at your centre has this number.",
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\d{4}$") & ~Q(number="0000"), name="candidate_number_four_digits"
            ),
            models.CheckConstraint(
                condition=~Q(first_names="") | ~Q(last_name=""), name="candidate_has_a_name"
            ),
            models.CheckConstraint(
                condition=Q(ocr_number="") | Q(ocr_number__regex=r"^\d{8}$"),
                name="candidate_ocr_number_eight_digits",
            ),
            models.UniqueConstraint(
                fields=["centre", "uci"],
                condition=~Q(uci="") & Q(merged_into=None),
                name="candidate_uci_once_at_centre",
            ),
            models.UniqueConstraint(
                fields=["centre", "uln"],
                condition=~Q(uln="") & Q(merged_into=None),
                name="candidate_uln_once_at_centre",
            ),
            models.CheckConstraint(
                condition=Q(uci="") | Q(uci__regex=identifiers.UCI_PATTERN), name="candidate_uci_shape"
            ),
            models.CheckConstraint(
                condition=Q(uln="") | Q(uln__regex=identifiers.ULN_PATTERN), name="candidate_uln_shape"
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("pk")), name="candidate_not_merged_into_itself"
            ),
            models.CheckConstraint(
                condition=Q(entered_number="") | Q(entered_number__regex=r"^\d{8}$"),
                name="candidate_entered_number_eight_digits",
            ),
            models.CheckConstraint(
                condition=Q(learner__isnull=False, own_learner__isnull=False)
                | Q(learner=None, own_learner=None),
                name="candidate_learner_with_their_own",
            ),
        ]
        indexes = [models.Index(fields=[name]) for name in MATCHED_BY]
        triggers = [
            pgtrigger.Trigger(
                name="merged_into_one_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__merged_into__isnull=False),
                func=ONE_STEP,
            ),
            pgtrigger.Trigger(
                name="number_of_the_learner",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=~pgtrigger.Q(new__ocr_number=""),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM candidates_learner
                        WHERE id = NEW.learner_id AND ocr_number = NEW.ocr_number
                    ) THEN
                        RAISE EXCEPTION 'a candidate has the number of the learner'
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.display_name}"

    def get_absolute_url(self) -> str:
        return reverse("candidate", args=[self.centre.number, self.number])

    @property
    def is_uci_checked(self) -> bool:
        """False if the check letter could not be checked, because position 6 is a letter."""
        return identifiers.is_checked(self.uci)

    @property
    def certificate_name(self) -> str:
        return f"{self.first_names} {self.last_name}".strip()

    @property
    def has_one_name(self) -> bool:
        return not (self.first_names and self.last_name)

    @property
    def display_name(self) -> str:
        """The name that people in the centre see."""
        return f"{self.known_as or self.first_names} {self.last_name}".strip()


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
                violation_error_message="Your centre already has a group with this name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("group", args=[self.centre.number, self.pk])


class DifferentPeople(models.Model):
    """Two candidates who look alike but are not the same person: the portal does not ask about them again."""

    first = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    second = models.ForeignKey(Candidate, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "pair of different people"
        verbose_name_plural = "pairs of different people"
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="different_people_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="different_people_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} and {self.second}"
