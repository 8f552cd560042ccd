"""Reads of this room: a centre sees its own claims, a moderator those of allocated centres without conflict."""

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, When

from centres.models import Centre, Membership
from portal.accounts.roles import Permission
from portfolios.models import Evidence, EvidenceVersion, Round


def moderated_by(user) -> Q:
    """Claims that `user` moderates: submitted, allocated to them, no conflict recorded, and not where they work."""
    from .models import Allocation, Claim, Conflict

    allocated = Allocation.objects.filter(
        moderator__user=user,
        ended_at=None,
        centre=OuterRef("centre"),
        qualification=OuterRef("qualification"),
    )
    conflicts = Conflict.objects.filter(moderator__user=user, centre=OuterRef("centre"))
    unsubmitted = [Claim.State.DRAFT, Claim.State.DISCARDED]
    works_there = Membership.objects.active().filter(user=user, centre=OuterRef("centre"))
    barred = Q(Exists(conflicts)) | Q(Exists(works_there)) | Q(state__in=unsubmitted)
    return Q(Exists(allocated)) & ~barred


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Claims `user` may open: their own centre's, or those they moderate."""
        return self.at_centres_of(user) | self.moderated_by(user)

    def at_centres_of(self, user):
        centres = Centre.objects.where(user, may=Permission.SEE_CLAIMS)
        return self.filter(centre__in=centres.values("pk"))

    def moderated_by(self, user):
        return self.filter(moderated_by(user)) if user.is_authenticated else self.none()

    def with_returned_work(self):
        """Claims with a line that was not agreed, withdrawn or voided, and whose work is not claimed again yet."""
        from .models import ClaimLine

        to_assess = ClaimLine.objects.filter(
            claim=OuterRef("pk"), state__in=["returned", "withdrawn", "voided"]
        ).exclude(assignment__state__in=["claimed", "confirmed"])
        return self.filter(Exists(to_assess))

    def for_lists(self):
        """The newest first, with the numbers that a list shows."""
        counted = self.select_related("centre", "qualification", "submitted_by").annotate(
            line_count=Count("lines", distinct=True),
            sampled_count=Count("lines__sampled", distinct=True),
            decided_count=Count(
                "lines", filter=Q(lines__sampled__isnull=False, lines__decisions__isnull=False), distinct=True
            ),
        )
        return counted.order_by("-created_at", "-pk")  # counting drops the model's own order

    def waiting_first(self):
        """What waits for the moderator, the oldest first; then what is concluded, the newest first."""
        concluded = Case(When(state="concluded", then=1), default=0)
        return self.order_by(concluded, F("concluded_at").desc(nulls_first=True), "submitted_at", "pk")


class AllocationQuerySet(models.QuerySet):
    def standing(self):
        """Allocations that have not ended and that no conflict of interest stands against."""
        from .models import Conflict

        conflicts = Conflict.objects.filter(moderator=OuterRef("moderator"), centre=OuterRef("centre"))
        return self.filter(~Exists(conflicts), ended_at=None)

    def without_effect(self):
        """Allocations that have not ended, of moderators who work at the centre: they see nothing of its claims."""
        works_there = Membership.objects.active().filter(
            user=OuterRef("moderator__user"), centre=OuterRef("centre")
        )
        return self.filter(Exists(works_there), ended_at=None)


class ClaimLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Lines of claims that `user` may open."""
        from .models import Claim

        return self.filter(claim__in=Claim.objects.visible_to(user).values("pk"))

    def moderated_by(self, user):
        """Lines of claims that `user` moderates."""
        from .models import Claim

        return self.filter(claim__in=Claim.objects.moderated_by(user).values("pk"))

    def for_pages(self):
        """With candidate, unit, assessor, whether sampled, and the decisions made."""
        from .models import Decision

        return self.select_related(
            "assignment__candidate__centre", "assignment__unit", "assessor", "sampled", "claim"
        ).prefetch_related(Prefetch("decisions", queryset=Decision.objects.select_related("by")))


def round_of(line) -> Round | None:
    """The hand-in that a submitted line claims: the last one before the claim went off."""
    return (
        line.assignment.rounds.filter(handed_in_at__lte=line.claim.submitted_at).order_by("-number").first()
    )


def evidence_of(line) -> models.QuerySet[Evidence]:
    """The evidence of a submitted line as its page shows it, each item in the version that was handed in."""
    versions = EvidenceVersion.objects.filter(rounds=round_of(line)).prefetch_related("stored__renditions")
    return (
        Evidence.objects.filter(versions__in=versions.values("pk"))
        .select_related("uploaded_by", "assignment__candidate")
        .prefetch_related("criteria", Prefetch("versions", queryset=versions))
    )


def files_moderated_by(user) -> models.QuerySet[EvidenceVersion]:
    """Files handed in for work on lines that `user` moderates, and nothing that came after the claim."""
    from .models import ClaimLine

    lines = ClaimLine.objects.moderated_by(user)
    claimed = Round.objects.filter(
        Exists(
            lines.filter(assignment=OuterRef("assignment"), claim__submitted_at__gte=OuterRef("handed_in_at"))
        )
    )
    return EvidenceVersion.objects.filter(rounds__in=claimed.values("pk")).distinct()
