"""Reads of this room."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Count, Exists, F, FilteredRelation, Max, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce

from centres.models import Centre
from portal.accounts.roles import Permission
from portal.files.states import UNDER_WAY, FileState

from .sides import CANDIDATE, TUTOR, Side
from .states import OPEN, AssignmentState, RoundOutcome, UploadState


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Work that `user` may open: a candidate's own, or that of centres where they may see work."""
        if not user.is_authenticated:
            return self.none()
        centres = Centre.objects.where(user, may=Permission.SEE_WORK)
        return self.filter(Q(candidate__user=user) | Q(candidate__centre__in=centres.values("pk")))

    def own(self, user):
        """The work of the candidate who is `user`."""
        return self.filter(candidate__user=user) if user.is_authenticated else self.none()

    def at(self, centre):
        """The work of one centre's candidates."""
        return self.filter(candidate__centre=centre)

    def open_ones(self):
        """Work whose files may be changed now."""
        return self.filter(state__in=OPEN)

    def awaiting_marking(self):
        return self.filter(state=AssignmentState.HANDED_IN)

    def next_to_mark(self, after):
        """The next work to mark at the same centre after `after`, starting again at the end; None if there is none."""
        waiting = (
            self.at(after.candidate.centre_id)
            .awaiting_marking()
            .exclude(pk=after.pk)
            .order_by("handed_in_at", "pk")
        )
        behind = Q(handed_in_at__gt=after.handed_in_at) | Q(handed_in_at=after.handed_in_at, pk__gt=after.pk)
        return (waiting.filter(behind).first() if after.handed_in_at else None) or waiting.first()

    def counted(self) -> dict[tuple[str, int], int]:
        """{(state, key of a unit): number of assignments}, in one pass."""
        found = self.order_by().values_list("state", "unit").annotate(Count("pk"))
        return {(state, unit): count for state, unit, count in found}

    def for_lists(self):
        """With everything that a list shows, in one query."""
        return self.select_related("candidate__centre", "unit__qualification").annotate(
            files=Count("evidence", filter=Q(evidence__removed_at=None), distinct=True)
        )

    def with_messages(self, user):
        """With `unread` (how many messages of the other side `user` has not read), and the newest message:
        `last_message`, `last_message_by` (a name) and `last_message_at`. For the rows of one page."""
        from .models import Message

        unread = Message.objects.unread_by(user).filter(assignment=OuterRef("pk")).order_by()
        counted = unread.values("assignment").annotate(number=Count("pk")).values("number")
        newest = Message.objects.filter(assignment=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            unread=Coalesce(Subquery(counted), 0),
            last_message_at=Subquery(newest.values("at")[:1]),
            last_message_by=Subquery(newest.values("by__name")[:1]),
            last_message=Subquery(newest.values("text")[:1]),
        )

    def with_unread(self, user):
        """Work about which `user` has unread messages."""
        from .models import Message

        return self.filter(Exists(Message.objects.unread_by(user).filter(assignment=OuterRef("pk"))))

    def by_messages(self, user):
        """Keys of the units written about, with `new`: how many messages `user` has not read.

        Units with unread messages first, then the newest.
        """
        with_mark = self.alias(mark=FilteredRelation("read_marks", condition=Q(read_marks__user=user)))
        sent = _from_the_other_side(user, message="messages__", work="")
        unread = Q(mark=None) | Q(mark__up_to__lt=F("messages"))
        counted = (
            with_mark.filter(messages__isnull=False)
            .values("pk")
            .annotate(new=Count("messages", filter=sent & unread), last=Max("messages"))
        )
        return counted.order_by("-new", "-last").values_list("pk", flat=True)

    def for_pages(self):
        """With everything that a page about one assignment shows."""
        from .models import Round

        rounds = Round.objects.select_related("handed_in_by", "decided_by").prefetch_related("versions")
        return self.select_related(
            "candidate__centre", "candidate__user", "unit__qualification", "checklist", "achieved_by"
        ).prefetch_related("checklist__objectives__criteria", Prefetch("rounds", queryset=rounds))

    def for_awards(self):
        """With what `rules.towards_awards` needs."""
        return self.select_related("candidate__centre", "unit__qualification").prefetch_related(
            "unit__qualification__units", "unit__qualification__awards"
        )


class EvidenceQuerySet(models.QuerySet):
    def visible_to(self, user):
        from .models import Assignment

        return self.filter(assignment__in=Assignment.objects.visible_to(user).values("pk"))

    def present(self):
        return self.filter(removed_at=None)

    def removed(self):
        """Removed from the unit; may be put back while the work is open."""
        return self.exclude(removed_at=None)

    def with_files(self):
        """With versions, tags and who uploaded."""
        from .models import EvidenceVersion

        versions = EvidenceVersion.objects.select_related("uploaded_by")
        return self.select_related("uploaded_by", "assignment__candidate").prefetch_related(
            "criteria", Prefetch("versions", queryset=versions)
        )

    def for_pages(self):
        """What is in the unit, with everything that pages show of it."""
        return self.present().with_files()

    def for_looking(self):
        """Also with what the tags `evidence_view` and `evidence_figure` need: page images, texts, tables."""
        return self.for_pages().prefetch_related("versions__stored__renditions")


class EvidenceVersionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Files that `user` may open: those of the work they may open."""
        from .models import Assignment

        return self.filter(evidence__assignment__in=Assignment.objects.visible_to(user).values("pk"))

    def present_in(self, assignment):
        """Every version of the items that have not been removed from it."""
        return self.filter(evidence__assignment=assignment, evidence__removed_at=None)


class UploadQuerySet(models.QuerySet):
    def visible_to(self, user):
        from .models import Assignment, BulkUpload

        of_work = Assignment.objects.visible_to(user)
        unsorted = Q(assignment=None, bulk__in=BulkUpload.objects.own(user).values("pk"))
        return self.filter(Q(assignment__in=of_work.values("pk")) | unsorted)

    def in_state(self, *states: str):
        """Those whose `state` is one of these."""
        found = Q()
        for state in states:
            found |= upload_is(state)
        return self.filter(found)

    def under_way(self):
        """Not evidence yet, but may still become evidence."""
        return self.filter(stored__state__in=UNDER_WAY)

    def listed(self):
        """What the page of the unit lists besides the evidence: under way, not accepted, or with a remark."""
        ready_without_remark = Q(version__isnull=False, remark="")
        return (
            self.filter(is_listed=True)
            .exclude(ready_without_remark)
            .exclude(upload_is(UploadState.CANCELLED))
            .select_related("stored__sender", "version", "replaces")
            .order_by("stored__started_at", "pk")
        )

    def in_no_unit(self):
        """Of a bulk upload: what may still be excluded."""
        return self.filter(assignment=None).in_state(
            UploadState.RECEIVING, UploadState.SORTING, UploadState.HELD
        )


def upload_is(state: str, under: str = "") -> Q:
    """A condition that an upload is in this `state` (models.uploads). `under`: the lookup path, as "uploads__"."""
    if state == UploadState.SORTING:
        return Q(**{f"{under}stored__state": FileState.READY, f"{under}version": None})
    if state == UploadState.READY:
        return Q(**{f"{under}version__isnull": False})
    return Q(**{f"{under}ended": state}) | Q(**{f"{under}stored__state": state})


class BulkUploadQuerySet(models.QuerySet):
    def own(self, user):
        """Those that `user` started, at centres where they may upload for candidates; nobody else sorts them."""
        if not user.is_authenticated:
            return self.none()
        centres = Centre.objects.where(user, may=Permission.UPLOAD_FOR_CANDIDATE)
        return self.filter(uploaded_by=user, centre__in=centres.values("pk"))

    def for_lists(self):
        """With how many files arrived, are to be sorted, and became evidence."""
        of = "uploads__"
        return (
            self.select_related("unit")
            .annotate(
                files=Count(
                    "uploads",
                    filter=~(upload_is(UploadState.UNPACKED, of) | upload_is(UploadState.CANCELLED, of)),
                ),
                to_sort=Count("uploads", filter=upload_is(UploadState.SORTING, of)),
                taken=Count("uploads", filter=upload_is(UploadState.READY, of)),
            )
            .order_by("-started_at", "-pk")
        )


class RoundQuerySet(models.QuerySet):
    def newest_achieved(self, work):
        """For each of `work`, the newest hand-in recorded as achieved: what a claim is about."""
        achieved = self.filter(assignment__in=work, outcome=RoundOutcome.ACHIEVED)
        return achieved.order_by("assignment_id", "-number").distinct("assignment_id")


class JudgementQuerySet(models.QuerySet):
    """Reads of the judgements of one assignment, unless stated otherwise; `at`: a `standing.Standing`."""

    def standing(self, at, *sides: Side):
        """What each side says that counts for each criterion at a hand-in: its newest."""
        return self._newest_of(_counts(side, at) for side in sides)

    def before_reassessment(self, at, *sides: Side):
        """What each side had said that led to the re-assessment, or that it overtook."""
        return self._newest_of(_was_overtaken(side, at) for side in sides)

    def newest_by(self, side: Side):
        """One side's newest for each assignment, hand-in and criterion."""
        one = ["assignment_id", "round_number", "criterion_id"]
        return self.filter(side=side.code).order_by(*one, "-pk").distinct(*one)

    def _newest_of(self, conditions: Iterable[Q]):
        """The newest of each side for each criterion, among what meets one of the conditions."""
        one = ["assignment_id", "criterion_id", "side"]
        return self.filter(reduce(or_, conditions)).order_by(*one, "-pk").distinct(*one)


def _counts(side: Side, at) -> Q:
    """A condition on judgements: what this side said may count at that hand-in."""
    if not side.carries_over:
        return Q(side=side.code, round_number=at.number)
    overtaken = Q(round_number__lt=at.reassessed, criterion__in=at.doubted)
    return Q(side=side.code, round_number__lte=at.number) & ~overtaken


def _was_overtaken(side: Side, at) -> Q:
    """A condition on judgements: of a side that carries over, those in doubt; of others, all about that hand-in."""
    if not side.carries_over:
        return Q(side=side.code, round_number=at.reassessed - 1)
    return Q(side=side.code, round_number__lt=at.reassessed, criterion__in=at.doubted)


class MessageQuerySet(models.QuerySet):
    def unread_by(self, user):
        """What the other side (the tutors for a candidate, and the reverse) wrote and `user` has not been shown."""
        from .models import ReadMark

        read = ReadMark.objects.filter(
            assignment=OuterRef("assignment"), user=user, up_to__gte=OuterRef("pk")
        )
        return self.filter(_from_the_other_side(user)).exclude(Exists(read))


def _from_the_other_side(user, *, message: str = "", work: str = "assignment__") -> Q:
    """Messages of the candidate for the people of a centre, and of the tutors for the candidate.

    `message`, `work`: the ways to a message and to its unit in the query.
    """
    of_candidate, of_tutors = (Q(**{f"{message}side": side.code}) for side in (CANDIDATE, TUTOR))
    if not hasattr(user, "candidate"):
        return of_candidate
    own = Q(**{f"{work}candidate": user.candidate})
    return of_candidate & ~own | of_tutors & own


class WorkspaceQuerySet(models.QuerySet):
    def own(self, user):
        """The files of the candidate who is `user`; nobody else sees them."""
        return self.filter(candidate__user=user) if user.is_authenticated else self.none()
