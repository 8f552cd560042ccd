"""Queries of this room: who may read a notice, what is coming up, who has asked for what."""

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from centres.access import memberships_of
from centres.states import ApprovalState
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.catalogue.models import Qualification

from .states import ASKED_FOR, STANDING, EnquiryState, EventState, NewsState, PlaceState

ROLES = {
    "centres": list(Role),
    "exams_officers": [Role.EXAMS_OFFICER],
    "tutors": [Role.TUTOR, Role.STANDARDISER],
}  # audience: the roles at a centre that belong to it
CONCERNED = ["centres", "moderators", "candidates"]  # everybody, if only some qualifications are meant


def people_of(audience: str, qualifications) -> models.QuerySet[User]:
    """Active people to whom a notice for `audience` about `qualifications` (none: all) is addressed.

    The reverse of `AddressedQuerySet.addressed_to`.
    """
    found = User.objects.filter(is_active=True)
    if audience != "everybody":
        return found.filter(_belongs(audience, qualifications)).distinct()
    if not qualifications:
        return found
    concerned = [_belongs(part, qualifications) for part in CONCERNED]
    return found.filter(concerned[0] | concerned[1] | concerned[2]).distinct()


def _belongs(audience: str, qualifications) -> Q:
    if audience == "moderators":
        there = Q(moderator__isnull=False)
        narrowed = Q(
            moderator__allocations__ended_at=None, moderator__allocations__qualification__in=qualifications
        )
    elif audience == "candidates":
        there = Q(candidate__isnull=False)
        narrowed = _approved("candidate__centre", qualifications)
    else:
        there = Q(memberships__ended_at=None, memberships__role__in=ROLES[audience])
        narrowed = _approved("memberships__centre", qualifications)
    return there & narrowed if qualifications else there


def _approved(centre: str, qualifications) -> Q:
    return Q(
        **{
            f"{centre}__approvals__state": ApprovalState.APPROVED,
            f"{centre}__approvals__qualification__in": qualifications,
        }
    )


def reach_of(user) -> list[tuple[str, models.QuerySet[Qualification]]]:
    """(audience, qualifications that concern them as part of it) for each audience that `user` belongs to."""
    found = []
    for audience, roles in ROLES.items():
        if where := [held.centre_id for held in memberships_of(user) if held.role in roles]:
            found.append((audience, _approved_at(where)))
    if hasattr(user, "moderator"):
        mine = user.moderator.allocations.filter(ended_at=None)
        found.append(("moderators", Qualification.objects.filter(pk__in=mine.values("qualification"))))
    if hasattr(user, "candidate"):
        found.append(("candidates", _approved_at([user.candidate.centre_id])))
    return found


def _approved_at(centres) -> models.QuerySet[Qualification]:
    return Qualification.objects.filter(
        approvals__centre__in=centres, approvals__state=ApprovalState.APPROVED
    )


class AddressedQuerySet(models.QuerySet):
    """Notices with an audience."""

    def addressed_to(self, user):
        """Those that are public or addressed to `user`; staff read all."""
        if user.is_authenticated and user.is_staff:
            return self
        wanted = Q(audience="everybody")
        for audience, concerned in reach_of(user) if user.is_authenticated else []:
            about = Q(qualifications=None) | Q(qualifications__in=concerned.order_by().values("pk"))
            wanted |= Q(audience=audience) & about
        return self.filter(wanted).distinct()

    def about(self, qualification):
        """Those for `qualification`, and those for all."""
        return self.filter(Q(qualifications=None) | Q(qualifications=qualification)).distinct()


class NewsQuerySet(AddressedQuerySet):
    def current(self):
        now = timezone.now()
        ended = Q(until__isnull=False, until__lte=now)
        return self.filter(state=NewsState.PUBLISHED, publish_at__lte=now).exclude(ended)

    def visible_to(self, user):
        """Published news for `user` that has not ended."""
        return self.current().addressed_to(user)


class KeyDateQuerySet(AddressedQuerySet):
    def visible_to(self, user):
        return self.addressed_to(user)

    def public(self):
        """The dates in the feed that everybody can read."""
        return self.filter(audience="everybody")

    def to_come(self, on):
        """Those that are not past on the day `on`."""
        return self.filter(self._not_over(on))

    def over(self, on):
        return self.exclude(self._not_over(on))

    @staticmethod
    def _not_over(on) -> Q:
        return Q(starts_on__gte=on) | Q(ends_on__isnull=False, ends_on__gte=on)


class TrainingEventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whatever has been published is public, even after it was cancelled."""
        return self.exclude(state=EventState.DRAFT)

    def to_come(self, now):
        return self.filter(ends_at__gt=now)

    def over(self, now):
        return self.filter(ends_at__lte=now)

    def about(self, qualification):
        return self.filter(Q(qualifications=None) | Q(qualifications=qualification)).distinct()

    def with_places(self):
        """Adds `taken`, `places_left` and `waiting` (asked for or on the waiting list)."""
        return self.annotate(taken=_interests(PlaceState.CONFIRMED), waiting=_interests(*ASKED_FOR)).annotate(
            places_left=F("capacity") - F("taken")
        )


def _interests(*states: str) -> Coalesce:
    from .models import Interest

    rows = Interest.objects.filter(event=OuterRef("pk"), state__in=states).order_by().values("event")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), 0)


class InterestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own; people without an account use their link."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def open(self):
        return self.filter(state__in=STANDING)


class EnquiryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A person's own; people without an account use their link."""
        return self.filter(user=user) if user.is_authenticated else self.none()

    def waiting(self):
        return self.filter(state=EnquiryState.OPEN)
