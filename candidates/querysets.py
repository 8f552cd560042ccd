"""Queries of this room."""

from collections.abc import Sequence

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.utils import timezone

from centres.models import Centre
from centres.querysets import AtCentre
from centres.states import HOLDING_ENTRIES, OrderState
from portal.accounts.models import SignInCode
from portal.accounts.roles import Permission
from portal.kit.searching import holding

from .states import UNFINISHED, NamedEntryState, Standing

# {"to_do", "returned", "to_mark", "achieved": states of work}: the room that keeps the work registers them.
WAITING: dict[str, Sequence[str]] = {}


def open_codes():
    """One-time codes that work now."""
    return SignInCode.objects.filter(ended_at=None, expires_at__gt=timezone.now())


class CandidateQuerySet(AtCentre):
    seen_with = Permission.SEE_CANDIDATES

    def search(self, words: str):
        """Candidates whose names or numbers match every one of `words`: 103 finds 0103."""
        found = self
        for word in words.replace(",", " ").split():
            numbers = Q(number__startswith=word) | Q(ocr_number__startswith=word) | Q(uln__startswith=word)
            if word.isdecimal() and word.isascii():
                numbers |= Q(number=word.zfill(4))
            found = found.filter(numbers | Q(uci__istartswith=word) | holding("plain_names", word))
        return found

    def in_no_group(self):
        return self.filter(groups=None)

    def never_signed_in(self):
        return self.filter(user__last_login=None)

    def signed_in(self):
        return self.filter(user__last_login__isnull=False)

    def without_password(self):
        """Those who can only sign in with a one-time code."""
        return self.filter(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def with_open_code(self):
        """Those with a one-time code that works now."""
        return self.filter(user__in=open_codes().values("user"))

    def with_work(self):
        """Adds `to_do`, `returned`, `to_mark`, `achieved` and `assigned` (all): how many of their units are that now.

        They are counted in one pass over the work of all candidates asked for: to sort by it, or for one page's.
        """
        counts = {
            name: Count("assignments__state", filter=Q(assignments__state__in=states))
            for name, states in WAITING.items()
        }
        return self.annotate(**counts, assigned=Count("assignments__state"))

    def with_units(self, waiting: str):
        """Those with units in these states (a key of WAITING), or without any unit: "none"."""
        if waiting == "none":
            return self.filter(assignments=None)
        having = self.model._base_manager.filter(assignments__state__in=WAITING[waiting])
        return self.filter(pk__in=having.values("pk"))

    def with_merged(self):
        """Adds `has_merged`: whether others were merged into them."""
        return self.annotate(has_merged=Exists(self.model._base_manager.filter(merged_into=OuterRef("pk"))))

    def with_codes(self):
        """With the account, and its open one-time code as `user.open_codes`."""
        codes = Prefetch("user__signincodes", queryset=open_codes(), to_attr="open_codes")
        return self.select_related("user").prefetch_related(codes)

    def for_lists(self):
        """With the account and its code, the groups, and the waiting work. For the rows of one page."""
        return self.with_codes().prefetch_related("groups").with_work()

    def by_number(self, numbers) -> dict:
        """{number: candidate}, for one centre."""
        found = self.filter(number__in=numbers)
        return {candidate.number: candidate for candidate in found}  # type: ignore[attr-defined]


class CurrentCandidates(models.Manager.from_queryset(CandidateQuerySet)):  # type: ignore[misc]
    """Candidates who have not been merged into another."""

    def get_queryset(self):
        return super().get_queryset().filter(merged_into=None)


class GroupQuerySet(AtCentre):
    seen_with = Permission.SEE_CANDIDATES

    def with_size(self):
        """Adds `size` and `waiting`: how many candidates, and how many of them never signed in."""
        never = Q(candidates__isnull=False, candidates__user__last_login=None)
        return self.annotate(size=Count("candidates"), waiting=Count("candidates", filter=never)).order_by(
            "name"
        )


class NamedEntryQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Entries at the centres where `user` may see both entries and candidates."""
        for permission in (Permission.SEE_ENTRIES, Permission.SEE_CANDIDATES):
            centres = Centre.objects.where(user, may=permission)
            self = self.filter(candidate__centre__in=centres.values("pk"))
        return self

    def holding(self):
        """Those that exclude another entry of their candidate for the qualification."""
        return self.filter(state=NamedEntryState.ENTERED, order_line__order__state__in=HOLDING_ENTRIES)

    def claimable(self):
        """Live entries, which allow claims in their qualification (domain reference, L1 and L7)."""
        return self.filter(state=NamedEntryState.ENTERED, order_line__order__state=OrderState.PROCESSED)

    def standing(self, value: str):
        """Those with this value of `NamedEntry.standing`."""
        if value in (Standing.WITHDRAWN, Standing.TRANSFERRED):
            return self.filter(state=value)
        entered = self.filter(state=NamedEntryState.ENTERED)
        if value == Standing.REFUSED:
            return entered.exclude(order_line__order__state__in=HOLDING_ENTRIES)
        return entered.filter(order_line__order__state=value)

    def by_size(self):
        """The smallest size first, then by name."""
        return self.order_by(
            "award__qualification__position",
            "award__position",
            "candidate__last_name",
            "candidate__first_names",
            "candidate__number",
            "pk",
        )

    def for_lists(self):
        """With the candidate and groups, scheme code and order."""
        return self.select_related(
            "candidate__centre", "award__qualification", "order_line__order__centre"
        ).prefetch_related("candidate__groups")


class CandidateImportQuerySet(AtCentre):
    seen_with = Permission.MANAGE_CANDIDATES

    def unfinished(self):
        """Uploaded and neither imported nor discarded, newest first; without the file itself."""
        return self.filter(state__in=UNFINISHED).defer("text", "duplicates", "problems")
