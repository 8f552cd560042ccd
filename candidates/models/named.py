"""Named entries: a candidate entered under a scheme code (domain reference: moderation (a), (c) L1 and L7)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from centres.models import EntryOrder, OrderLine
from centres.states import HOLDING_ENTRIES, UNDECIDED
from portal.catalogue.models import Award
from portal.kit.stateful import (
    Stateful,
    allowed_moves,
    refuses,
    stamped_by_someone,
    state_field,
)

from ..querysets import NamedEntryQuerySet
from ..states import NamedEntryState, Standing
from . import named_triggers
from .candidate import Candidate


@refuses("A change of size for this entry is waiting to be processed. Withdraw its order first.")
def waits_for_no_other_size(entry: "NamedEntry") -> bool:
    return not entry.transfers.filter(order_line__order__state__in=UNDECIDED).exists()


@refuses("Only an entry whose order has been processed can be withdrawn or transferred.")
def is_processed(entry: "NamedEntry") -> bool:
    return entry.order_line.order.state == EntryOrder.State.PROCESSED


MAY_END = [is_processed, waits_for_no_other_size]


@allowed_moves
class NamedEntry(Stateful):
    """One candidate entered for one size of a qualification, under its scheme code.

    Created on a draft order and live once the order is processed; void, without a state of its own, if the order is not
    accepted. A candidate has at most one live entry for a qualification, which is one subject and level: another size
    is a transfer. A transfer creates an entry on the order line of the old one; a dearer size has its own supplementary
    line, and takes the place of the old entry once that is processed.
    """

    State = NamedEntryState

    state = state_field(State, State.ENTERED)
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="named_entries")
    award = models.ForeignKey(Award, models.PROTECT, related_name="named_entries", verbose_name="scheme code")
    order_line = models.ForeignKey(OrderLine, models.CASCADE, related_name="named_entries")
    transferred_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="transfers"
    )
    entered_at = models.DateTimeField(default=timezone.now, editable=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    transferred_at = models.DateTimeField(null=True, editable=False)
    transferred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.TextField("reason for withdrawing or transferring", blank=True, editable=False)

    objects = NamedEntryQuerySet.as_manager()

    class Meta:
        ordering = ["candidate__last_name", "candidate__first_names", "candidate__number", "pk"]
        verbose_name = "named entry"
        verbose_name_plural = "named entries"
        constraints = [
            stamped_by_someone("withdrawn", "named_entry_withdrawn_by_someone"),
            stamped_by_someone("transferred", "named_entry_transferred_by_someone"),
            models.CheckConstraint(
                condition=Q(state=NamedEntryState.ENTERED) | ~Q(reason=""),
                name="named_entry_ended_with_reason",
            ),
        ]
        triggers = named_triggers.NAMED_ENTRY

    def __str__(self) -> str:
        return f"{self.candidate} for {self.award.code}"

    def get_absolute_url(self) -> str:
        return reverse("named-entry", args=[self.candidate.centre.number, self.pk])

    @property
    def standing(self) -> Standing:
        """Reads the order: load rows with `for_lists`."""
        if self.state != self.State.ENTERED:
            return Standing(self.state)
        order = self.order_line.order.state
        return Standing(order) if order in HOLDING_ENTRIES else Standing.REFUSED

    @property
    def is_alive(self) -> bool:
        return self.standing == Standing.PROCESSED

    @transition(
        "state",
        source=State.ENTERED,
        target=State.WITHDRAWN,
        conditions=MAY_END,
    )
    def withdraw(self, reason: str = ""):
        """The candidate keeps the units achieved, and no more can be claimed for them."""
        self.reason = reason or self.reason

    @transition(
        "state",
        source=State.ENTERED,
        target=State.TRANSFERRED,
        conditions=MAY_END,
    )
    def transfer(self, reason: str = ""):
        """Another entry, of a larger or smaller size, takes its place."""
        self.reason = reason or self.reason
