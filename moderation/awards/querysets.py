"""Queries of this room."""

from django.db import models
from django.db.models import Q

from centres.models import Centre
from moderation.models import ClaimLine
from portal.accounts.roles import Permission


class ResultQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A candidate's own results, or those of the centres where the user may see certificates."""
        return self.filter(_own_or_at_centres(user)) if user.is_authenticated else self.none()

    def standing_of(self, candidate, qualification):
        """A person's results in a qualification, at any centre, that were not voided; with unit and claim loaded."""
        standing = self.filter(
            of_learner(candidate), unit__qualification=qualification, line__state=ClaimLine.State.CONFIRMED
        )
        return standing.select_related("unit", "line__claim")


class CertificateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A candidate's own certificates, or those of the centres where the user may see certificates."""
        return self.filter(_own_or_at_centres(user)) if user.is_authenticated else self.none()

    def printed(self):
        return self.exclude(pdf="")

    def standing(self):
        """Certificates that are in force."""
        return self.filter(state="issued")

    def awards_of(self, candidate, qualification):
        """Every award certificate of a person in a qualification, in force or not; newest first."""
        awards = self.filter(of_learner(candidate), award__qualification=qualification)
        return awards.select_related("award", "because_of", "candidate__centre").order_by("-issued_at", "-pk")


def of_learner(candidate) -> Q:
    """What belongs to this candidate, or to another candidate of the same learner."""
    if candidate.learner_id is None:
        return Q(candidate=candidate)
    return Q(candidate__learner=candidate.learner_id)


def _own_or_at_centres(user) -> Q:
    centres = Centre.objects.where(user, may=Permission.SEE_CERTIFICATES)
    return Q(candidate__user=user) | Q(candidate__centre__in=centres.values("pk"))
