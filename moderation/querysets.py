"""Queries of this room: a centre sees its own claims, a moderator those of allocated centres without a conflict."""

from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce

from centres.models import Centre, Membership
from portal.accounts.roles import Permission
from portfolios.models import Assignment, EvidenceVersion

from .states import WITH_MODERATOR, ClaimState, LineState


def moderated_by(user) -> Q:
    """Claims that `user` moderates: submitted, with a current allocation to the centre and qualification."""
    from .models import Claim

    unsubmitted = Q(state__in=[Claim.State.DRAFT, Claim.State.DISCARDED])
    return Q(Exists(_allocated().filter(moderator__user=user))) & ~unsubmitted


def _allocated():
    """Current allocations to a claim's centre and qualification."""
    from .models import Allocation

    return Allocation.objects.standing().filter(
        centre=OuterRef("centre"), qualification=OuterRef("qualification")
    )


class ClaimQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Claims `user` may open: their own centre's, or those they moderate."""
        return self.at_centres_of(user) | self.moderated_by(user)

    def at_centres_of(self, user):
        centres = Centre.objects.where(user, may=Permission.SEE_CLAIMS)
        return self.filter(centre__in=centres.values("pk"))

    def moderated_by(self, user):
        return self.filter(moderated_by(user)) if user.is_authenticated else self.none()

    def without_moderator(self):
        """Submitted claims that nobody can moderate: no allocation is current, or its moderator was deactivated."""
        allocated = _allocated().filter(moderator__user__is_active=True)
        return self.filter(~Exists(allocated), state__in=WITH_MODERATOR)

    def with_returned_work(self):
        """Claims with a line that was not agreed and whose work has not been recorded as achieved again."""
        from .models import ClaimLine

        State = Assignment.State
        to_assess = ClaimLine.objects.filter(
            claim=OuterRef("pk"),
            state=ClaimLine.State.RETURNED,
            assignment__state__in=[State.HANDED_IN, State.RETURNED, State.IN_PROGRESS],
        )
        return self.filter(Exists(to_assess))

    def for_lists(self):
        """Newest first, with the counts that a list shows."""
        from .models import ClaimLine, Decision

        lines = ClaimLine.objects.filter(claim=OuterRef("pk"))
        is_decided = Exists(Decision.objects.filter(line=OuterRef("pk")))
        return self.select_related("centre", "qualification", "submitted_by").annotate(
            line_count=_number_of(lines),
            sampled_count=_number_of(lines.sampled()),
            decided_count=_number_of(lines.sampled().filter(is_decided)),
        )

    def waiting_first(self):
        """Claims waiting for the moderator, oldest first; then concluded claims, newest first."""
        concluded = Case(When(state=ClaimState.CONCLUDED, then=1), default=0)
        return self.order_by(concluded, F("concluded_at").desc(nulls_first=True), "submitted_at", "pk")


def _number_of(lines) -> Coalesce:
    """How many of a claim's lines there are: counted for each claim by itself, so only for those of a page."""
    return Coalesce(Subquery(lines.order_by().values("claim").annotate(n=Count("pk")).values("n")), 0)


class AllocationQuerySet(models.QuerySet):
    def standing(self):
        """Allocations that have not ended and whose moderator may see the centre's claims."""
        return self.filter(~_is_barred(), ended_at=None)

    def without_effect(self):
        """Allocations that have not ended but whose moderator may not see the centre's claims."""
        return self.filter(_is_barred(), ended_at=None)


def _is_barred() -> Q:
    """Whether an allocation's moderator has a conflict of interest with the centre, or works there."""
    from .models import Conflict

    conflicts = Conflict.objects.filter(moderator=OuterRef("moderator"), centre=OuterRef("centre"))
    works_there = Membership.objects.active().filter(
        user=OuterRef("moderator__user"), centre=OuterRef("centre")
    )
    return Q(Exists(conflicts)) | Q(Exists(works_there))


_LISTED = (
    "state", "claim", "grade", "certificate_name",
    "assignment__state", "assignment__candidate__number", "assignment__candidate__first_names",
    "assignment__candidate__last_name", "assignment__candidate__known_as",
    "assignment__unit__code", "assignment__unit__title",
    "round__number", "round__tutor_statement", "round__after_claim", "round__decided_at", "round__decided_by__name",
    "assessor__name", "sampled__reason",
)  # fmt: skip


class ClaimLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Lines of claims that `user` may open."""
        from .models import Claim

        return self.filter(claim__in=Claim.objects.visible_to(user).values("pk"))

    def moderated_by(self, user):
        """Lines of claims that `user` moderates."""
        from .models import Claim

        return self.filter(claim__in=Claim.objects.moderated_by(user).values("pk"))

    def looked_at(self):
        """In the sample, or decided on their own outside it."""
        return self.filter(_was_looked_at())

    def not_looked_at(self):
        """Decided with their group, if at all."""
        return self.exclude(_was_looked_at())

    def without_result(self):
        """Confirmed, and not recorded yet."""
        return self.filter(state=LineState.CONFIRMED, result=None)

    def sampled(self):
        return self.filter(sampled__isnull=False)

    def for_pages(self):
        """With candidate, unit, hand-in, assessor, sample membership and decisions loaded."""
        from .models import Decision

        return self.select_related(
            "assignment__candidate__centre",
            "assignment__unit__qualification",
            "round__decided_by",
            "assessor",
            "sampled",
            "claim",
        ).prefetch_related(Prefetch("decisions", queryset=Decision.objects.select_related("by")))

    def for_lists(self):
        """With what lists show of candidate, unit, hand-in, assessor and sample, and with decisions; no more of any."""
        with_names = self.select_related(
            "assignment__candidate", "assignment__unit", "round__decided_by", "assessor", "sampled"
        )
        return with_names.only(*_LISTED).prefetch_related("decisions")

    def with_certificates(self):
        """With certificates, and what gives the reason if one was revoked, loaded."""
        return self.prefetch_related("certificates__because_of__certificate")


def _was_looked_at() -> Q:
    from .models import Decision

    on_its_own = Decision.objects.filter(line=OuterRef("pk"), looked_at=True)
    return Q(sampled__isnull=False) | Q(Exists(on_its_own))


def earlier_lines(line) -> models.QuerySet:
    """Lines of earlier claims for the same work, newest first, which the next moderator may read.

    Certificates are loaded as well, because a revoked one gives the reason.
    """
    from .models import ClaimLine

    submitted = ClaimLine.objects.filter(assignment=line.assignment_id, pk__lt=line.pk).exclude(
        state=LineState.DRAFT
    )
    return submitted.for_pages().with_certificates().order_by("-pk")


def files_moderated_by(user) -> models.QuerySet[EvidenceVersion]:
    """Files of the hand-ins on lines moderated by `user`, and of earlier claims for the same work."""
    from .models import ClaimLine

    of_theirs = ClaimLine.objects.moderated_by(user).filter(
        assignment=OuterRef("assignment"), pk__gte=OuterRef("pk")
    )
    claimed = ClaimLine.objects.exclude(state=LineState.DRAFT).filter(Exists(of_theirs))
    return EvidenceVersion.objects.filter(rounds__in=claimed.values("round")).distinct()
