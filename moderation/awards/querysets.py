"""Queries of this room."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models
from django.db.models import Q

from candidates.models import Candidate
from centres.models import Centre
from moderation.models import ClaimLine
from portal.accounts.roles import Permission

from .states import CertificateState

Row = TypeVar("Row", bound=models.Model)


class ResultQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A candidate's own results, or those of the centres where the user may see certificates."""
        return self.filter(_own_or_at_centres(user)) if user.is_authenticated else self.none()

    def standing_of(self, qualification, *people):
        """People's results in a qualification, at any centre, that were not voided.

        With unit, claim and candidate loaded.
        """
        standing = self.filter(
            of_learners(*people), unit__qualification=qualification, line__state=ClaimLine.State.CONFIRMED
        )
        return standing.select_related("unit", "line__claim", "candidate__centre")


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A candidate's own certificates, or those of the centres where the user may see certificates."""
        return self.filter(_own_or_at_centres(user)) if user.is_authenticated else self.none()

    def printed(self):
        return self.exclude(pdf="")

    def standing(self):
        """Certificates that are in force."""
        return self.filter(state=CertificateState.ISSUED)

    def awards_of(self, qualification, *people):
        """Every award certificate of people in a qualification, in force or not; newest first."""
        awards = self.filter(of_learners(*people), award__qualification=qualification)
        return awards.select_related("award", "because_of", "candidate__centre").order_by("-issued_at", "-pk")


def of_learners(*people: Candidate) -> Q:
    """What belongs to these candidates, or to other candidates of the same learners."""
    alone = [person.pk for person in people if person.learner_id is None]
    learners = [person.learner_id for person in people if person.learner_id]
    return Q(candidate__in=alone) | Q(candidate__learner__in=learners)


def learner_key(candidate: Candidate) -> tuple[str, int]:
    """The same for every candidate of one learner."""
    return ("learner", candidate.learner_id) if candidate.learner_id else ("candidate", candidate.pk)


def by_learner(rows: Iterable[Row]) -> dict[tuple[str, int], list[Row]]:
    """Results or certificates by the learner whose they are, in their order; load their candidates with them."""
    found: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        found.setdefault(learner_key(row.candidate), []).append(row)  # type: ignore[attr-defined]
    return found


def _own_or_at_centres(user) -> Q:
    centres = Centre.objects.where(user, may=Permission.SEE_CERTIFICATES)
    return Q(candidate__user=user) | Q(candidate__centre__in=centres.values("pk"))
