"""The work to do for awarding-body staff: how much, since when, and the list of the admin that holds it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, Min, Model, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from candidates.models import LearnerPair
from centres.models import Adjustment, Application, EntryOrder, RoleOffer
from moderation.awards.models import Revocation
from moderation.models import Allocation, Claim
from portal.kit.models import OutboxEntry
from portal.noticeboard.models import Enquiry, Interest, TrainingRequest
from portfolios.models import Upload


@dataclass(frozen=True)
class Waiting:
    """One kind of work.

    `since`: the field that says from when a row has waited; `query`: what narrows the admin's list to the same rows.
    """

    label: str
    rows: Callable[[], QuerySet]
    since: str
    query: dict[str, str]

    @property
    def model(self) -> type[Model]:
        return self.rows().model

    @property
    def route(self) -> str:
        options = self.model._meta
        return f"admin:{options.app_label}_{options.model_name}_changelist"

    @property
    def url(self) -> str:
        return f"{reverse(self.route)}?{urlencode(self.query)}"


@dataclass(frozen=True)
class Found:
    """How many wait, and when the oldest of them came; None where none does."""

    waiting: Waiting
    count: int
    oldest: datetime | None


def _in_state(model: type[Model], state: str, label: str, since: str) -> Waiting:
    return Waiting(label, lambda: model._default_manager.filter(state=state), since, {"state__exact": state})


WAITING = [
    _in_state(Application, Application.State.SUBMITTED, "Applications to decide", "submitted_at"),
    _in_state(EntryOrder, EntryOrder.State.SUBMITTED, "Orders to process", "submitted_at"),
    Waiting(
        "Claims without a moderator",
        Claim.objects.without_moderator,
        "submitted_at",
        {"moderator": "none"},
    ),
    Waiting("Allocations without effect", Allocation.objects.without_effect, "since", {"effect": "none"}),
    _in_state(Adjustment, Adjustment.State.PROPOSED, "Corrections that need a second person", "proposed_at"),
    _in_state(Revocation, Revocation.State.PROPOSED, "Revocations that need a second person", "proposed_at"),
    _in_state(LearnerPair, LearnerPair.State.OPEN, "Candidates who may be the same person", "found_at"),
    Waiting(
        "Moderators or staff invited to a centre",
        lambda: RoleOffer.objects.waiting().filter(is_barred=True),
        "offered_at",
        {"is_barred__exact": "1", "ended_at__isempty": "1"},
    ),
    _in_state(Enquiry, Enquiry.State.OPEN, "Enquiries to answer", "sent_at"),
    Waiting(
        "Training places to confirm",
        lambda: Interest.objects.filter(state=Interest.State.REQUESTED, event__starts_at__gt=timezone.now()),
        "sent_at",
        {"state__exact": Interest.State.REQUESTED, "event_is": "to_come"},
    ),
    _in_state(TrainingRequest, TrainingRequest.State.NEW, "Training days requested", "sent_at"),
    Waiting(
        "Files held for another check",
        lambda: Upload.objects.filter(stored__state=Upload.State.HELD),
        "stored__started_at",
        {"stored__state__exact": Upload.State.HELD},
    ),
    _in_state(OutboxEntry, OutboxEntry.State.FAILED, "Failed background work", "not_before"),
]  # the order in which staff see them


def look(kinds: Iterable[Waiting] = WAITING) -> list[Found]:
    """Count all of them, and find the oldest of each, in one query."""
    kinds = list(kinds)
    parts = [
        kind.rows().order_by().annotate(nth_kind=Value(place, output_field=IntegerField())).values("nth_kind")
        .annotate(how_many=Count("pk"), oldest=Min(kind.since)).values_list("nth_kind", "how_many", "oldest")
        for place, kind in enumerate(kinds)
    ]  # fmt: skip
    if not parts:
        return []
    found = {place: (count, oldest) for place, count, oldest in parts[0].union(*parts[1:], all=True)}
    return [Found(kind, *found.get(place, (0, None))) for place, kind in enumerate(kinds)]
