"""Whoever is signed in is loaded with all that says who they are, in one query for a request."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from .models import User
from .second_step.factors import of_people


class _Whole:
    """Brings the candidate with their centre, or the moderator, that the person is, and whether they have set up
    two-step verification (`had_factor`: as the request began).

    Only the way back to candidates and moderators is used here; what they are is the business of other rooms.
    """

    def get_user(self, user_id):
        people = User.objects.select_related("candidate__centre", "moderator")
        user = people.annotate(had_factor=of_people()).filter(pk=user_id).first()
        return user if user and user.is_active else None


class ByName(_Whole, ModelBackend):
    """Candidates, by centre and candidate number; and the admin's own sign-in."""


class ByEmail(_Whole, AuthenticationBackend):
    """Adults."""
