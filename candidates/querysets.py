"""Reads of this room."""

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone

from centres.querysets import AtCentre
from portal.accounts.models import SignInCode
from portal.accounts.roles import Permission


def open_codes():
    """One-time codes that let somebody in now."""
    return SignInCode.objects.filter(ended_at=None, expires_at__gt=timezone.now())


class CandidateQuerySet(AtCentre):
    seen_with = Permission.SEE_CANDIDATES

    def search(self, words: str):
        """Candidates whose number or any name holds every one of `words`."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(number__startswith=word)
                | Q(first_names__icontains=word)
                | Q(last_name__icontains=word)
                | Q(known_as__icontains=word)
            )
        return found

    def in_no_group(self):
        return self.filter(groups=None)

    def never_signed_in(self):
        return self.filter(user__last_login=None)

    def signed_in(self):
        return self.filter(user__last_login__isnull=False)

    def for_lists(self):
        """With the account, its open one-time code as `user.open_codes`, and the groups."""
        codes = Prefetch("user__signincodes", queryset=open_codes(), to_attr="open_codes")
        return self.select_related("user").prefetch_related(codes, "groups")


class GroupQuerySet(AtCentre):
    seen_with = Permission.SEE_CANDIDATES

    def with_size(self):
        """Adds `size` and `waiting`: how many candidates, and how many of them never signed in."""
        never = Q(candidates__isnull=False, candidates__user__last_login=None)
        return self.annotate(
            size=models.Count("candidates"), waiting=models.Count("candidates", filter=never)
        ).order_by("name")


class CandidateImportQuerySet(AtCentre):
    seen_with = Permission.MANAGE_CANDIDATES
