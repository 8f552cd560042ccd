"""Queries about the people of a centre: how far each has got with signing in, and their history."""

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)

from portal.accounts.models import User
from portal.accounts.roles import PERMISSIONS, Permission, Role
from portal.accounts.second_step import factors
from portal.kit.models import Event
from portal.kit.states import States, Tone

from .models import Centre, Membership

OWN_STEPS = ["accept invitation", "set up second step", "remove second step"]


class WayIn(States):
    """How far a person has got with signing in."""

    ACTIVE = "active", Tone.ACTIVE, "Has signed in"
    NEVER = "never", Tone.WAITING, "Never signed in"
    CLOSED = "closed", Tone.NEUTRAL, "Account closed"


def people_of(centre: Centre) -> QuerySet[User]:
    """Who has a role at `centre` now, by name: with `way_in`, `has_second_step` and the memberships `here`."""
    here = centre.memberships.active()
    return (
        User.objects.filter(pk__in=here.values("user"))
        .annotate(way_in=_way_in(), has_second_step=factors.of_people())
        .prefetch_related(Prefetch("memberships", queryset=here.order_by("role"), to_attr="here"))
        .order_by("name", "pk")
    )


def _way_in() -> Case:
    return Case(
        When(is_active=False, then=Value(WayIn.CLOSED.value)),
        When(last_login__isnull=False, then=Value(WayIn.ACTIVE.value)),
        default=Value(WayIn.NEVER.value),
        output_field=CharField(),
    )


def row_of(person: User) -> dict:
    """A person of `people_of`, for a page: which roles they hold, and how far they have got, in words."""
    held = {membership.role for membership in person.here}  # type: ignore[attr-defined]
    return {
        "person": person,
        "roles": [(role.label, role.value in held) for role in Role],
        "held": [role for role in Role if role.value in held],
        "way_in": WayIn(person.way_in),  # type: ignore[attr-defined]
    }


def powers_of(roles) -> list[str]:
    """What people in these roles may do, in words."""
    held = set().union(*(PERMISSIONS[role] for role in roles))
    return [permission.label for permission in Permission if permission in held]


def history_of(centre: Centre, person: User) -> QuerySet[Event]:
    """What was done at this centre about a person, the newest first; nothing of other centres."""
    memberships = centre.memberships.filter(user=person).values("pk")
    types = ContentType.objects.get_for_models(Membership, User)
    about_roles = Q(subject_type=types[Membership], subject_id__in=memberships)
    about_person = Q(subject_type=types[User], subject_id=person.pk)
    of_here = Q(details__centre=centre.number) | Q(by=person, verb__in=OWN_STEPS)
    return Event.objects.filter(about_roles | about_person & of_here).order_by("-at", "-pk")
