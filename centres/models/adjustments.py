"""Corrections to an account by the awarding body: one person proposes them, another approves them."""

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django_fsm import transition

from portal.kit.stateful import Stateful, allowed_moves, stamped_by_someone, state_field

from ..states import AdjustmentState
from .ledger import EntryAccount


@allowed_moves
class Adjustment(Stateful):
    """A change of `account` by `quantity` entries, above 0 or below, for a reason that the centre is shown.

    It takes effect once another person has approved it; then it has exactly one ledger line. The portal itself
    proposes expiries: then `proposed_by` is empty.
    """

    State = AdjustmentState

    class Kind(models.TextChoices):
        ADJUST = "adjust", "Correction"
        CANCEL = "cancel", "Cancellation of unused entries"
        EXPIRE = "expire", "Expiry after the last certification date"

    NOT_OVER = "Entries expire only once the last certification date of their qualification has passed."

    state = state_field(State, State.PROPOSED)
    account = models.ForeignKey(EntryAccount, models.PROTECT, related_name="adjustments")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.ADJUST)
    quantity = models.IntegerField(
        "number of entries", help_text="Above 0 adds entries, below 0 takes them away, for example -3."
    )
    reason = models.TextField(help_text="The centre sees this.")
    proposed_at = models.DateTimeField(default=timezone.now, editable=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    rejected_at = models.DateTimeField(null=True, editable=False)
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            stamped_by_someone("approved", "adjustment_approved_by_someone"),
            stamped_by_someone("rejected", "adjustment_rejected_by_someone"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(approved_by=F("proposed_by")),
                name="adjustment_by_two_people",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=False) | Q(kind="expire"),
                name="adjustment_proposed_by_someone",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="adjustment_has_a_reason"),
            models.CheckConstraint(
                condition=(Q(kind="adjust") & ~Q(quantity=0))
                | Q(kind__in=["cancel", "expire"], quantity__lt=0),
                name="adjustment_sign_of_kind",
                violation_error_message="A correction cannot be 0. A cancellation or an expiry only takes entries"
                " away: enter a number below 0.",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(kind="expire", state=AdjustmentState.PROPOSED),
                name="adjustment_one_open_expiry",
                violation_error_message="An expiry of this account is already waiting for a second person.",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="as_proposed",
                fields=["account", "kind", "quantity", "reason", "proposed_at", "proposed_by"],
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="proposed_first",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=~pgtrigger.Q(new__state=AdjustmentState.PROPOSED),
                func="RAISE EXCEPTION 'an adjustment is proposed first' USING ERRCODE = '23000';",
            ),
            pgtrigger.Trigger(
                name="approved_is_posted",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                timing=pgtrigger.Deferred,
                condition=pgtrigger.Q(new__state=AdjustmentState.APPROVED),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM centres_ledgerline WHERE adjustment_id = NEW.id) THEN
                        RAISE EXCEPTION 'an approved adjustment has its ledger line' USING ERRCODE = '23000';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.quantity:+d}: {self.account}"

    def clean(self):
        if self.account_id and self.is_early_expiry():
            raise ValidationError({"kind": self.NOT_OVER})

    def is_early_expiry(self) -> bool:
        qualification = self.account.qualification
        return self.kind == self.Kind.EXPIRE and qualification.is_open_for_certification(timezone.localdate())

    @transition("state", source=State.PROPOSED, target=State.APPROVED)
    def approve(self):
        """A second person agrees: the ledger line is written."""

    @transition("state", source=State.PROPOSED, target=State.REJECTED)
    def reject(self):
        """Nothing changes."""
