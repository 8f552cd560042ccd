"""Ask whether a person may do something at a centre, or with an application for approval."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from portal.accounts.models import User
from portal.accounts.roles import PERMISSIONS, Permission, Role, roles_with

from .models import Application, Centre, Membership


def memberships_of(user) -> list[Membership]:
    """The roles that `user` holds now, by centre; one query a request."""
    if not user.is_authenticated:
        return []
    # Each request has its own user object, so what is remembered on it lasts only for the request.
    if not hasattr(user, "held_memberships"):
        held = user.memberships.active().select_related("centre")
        user.held_memberships = list(held.order_by("centre__name", "centre__number", "role"))
    return user.held_memberships


def permissions_of(user, centre: Centre) -> set[Permission]:
    """Everything `user` may do at `centre`."""
    here = [each.role for each in memberships_of(user) if each.centre_id == centre.pk]
    return set().union(*(PERMISSIONS[Role(role)] for role in here))


def centres_of(user) -> list[Centre]:
    """Where `user` works, by name: the same as `Centre.objects.visible_to`, without a query of its own."""
    held = [each for each in memberships_of(user) if Permission.SEE_CENTRE in PERMISSIONS[Role(each.role)]]
    return list({each.centre_id: each.centre for each in held}.values())


def may(user, permission: Permission, *, at: Centre) -> bool:
    return permission in permissions_of(user, at)


def centre_of(user, number: str) -> Centre:
    """The centre with that number, if `user` works there; otherwise 404, as if there were none."""
    for centre in centres_of(user):
        if centre.number == number:
            return centre
    raise Http404


def people_who_may(permission: Permission, *, at: Centre) -> QuerySet[User]:
    """Everybody who holds `permission` at the centre now."""
    return User.objects.filter(
        memberships__centre=at, memberships__ended_at=None, memberships__role__in=roles_with(permission)
    ).distinct()


def people_to_tell(remembered: Iterable[int | None], permission: Permission, *, at: Centre) -> list[User]:
    """Those of the users `remembered` (keys) who still hold `permission` at the centre and can sign in.

    Once all of them have left, everybody who holds it, so that somebody at the centre is always told.
    """
    able = people_who_may(permission, at=at).filter(is_active=True)
    return list(able.filter(pk__in=[key for key in remembered if key])) or list(able)


def require(user, permission: Permission, *, at: Centre) -> None:
    """Raise PermissionDenied (403) unless `user` holds `permission` at the centre."""
    if not may(user, permission, at=at):
        raise PermissionDenied(f"This needs the permission: {permission.label}.")


def open_centre(request, number: str, *, needs: Permission) -> Centre:
    """The centre a page is about: 404 if the person may not see it, 403 if they do not have `needs` there.

    Remembered in the session, so that pages which name no centre keep the navigation of the last one.
    """
    centre = centre_of(request.user, number)
    require(request.user, needs, at=centre)
    if request.session.get("centre") != number:
        request.session["centre"] = number
    return centre


APPLICATION_KEY = "application"  # in the session: the application that a link opened in this browser


def is_opened_by_link(request, pk: int) -> bool:
    """Whether this browser opened the application by the link that its applicant was sent."""
    return request.session.get(APPLICATION_KEY) == pk


def open_application(request, pk: int) -> Application:
    """The application a page is about: 404 unless a link opened it here, or the person may apply for its centre."""
    found = Application.objects.select_related("centre").prefetch_related("lines__qualification")
    if not is_opened_by_link(request, pk):
        found = found.visible_to(request.user)
    return get_object_or_404(found, pk=pk)
