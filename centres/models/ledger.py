"""The entry ledger (domain reference 5.2).

An entry is a number. No name enters here; a claim line is known to the ledger by an opaque id alone.
"""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.catalogue.models import Qualification

from ..querysets import EntryAccountQuerySet, LedgerLineQuerySet
from .centre import Centre
from .fees import Product
from .orders import OrderLine


class EntryAccount(models.Model):
    """A centre's stock of one product. The three balances are sums of the ledger, kept by its trigger."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="entry_accounts")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="entry_accounts")
    product = models.CharField(max_length=10, choices=Product, default=Product.UNIT)
    available = models.IntegerField(default=0, editable=False)
    reserved = models.IntegerField(default=0, editable=False)
    used = models.IntegerField(default=0, editable=False)

    objects = EntryAccountQuerySet.as_manager()

    class Meta:
        ordering = ["centre", "qualification", "product"]
        constraints = [
            models.UniqueConstraint(fields=["centre", "qualification", "product"], name="entry_account_once"),
            models.CheckConstraint(condition=~Q(product="named"), name="entry_account_of_unnamed_only"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__gte": 0}), name=f"entry_account_{name}_not_negative"
                )
                for name in ("available", "reserved", "used")
            ),
        ]
        triggers = [
            # Depth 2 means: within the ledger's own trigger. Nothing else may touch a balance.
            pgtrigger.Trigger(
                name="balance_by_ledger_only",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Insert,
                func="""
                    IF pg_trigger_depth() >= 2 THEN RETURN NEW; END IF;
                    IF TG_OP = 'INSERT' AND (NEW.available, NEW.reserved, NEW.used) = (0, 0, 0) THEN
                        RETURN NEW;
                    END IF;
                    IF TG_OP = 'UPDATE' AND (NEW.available, NEW.reserved, NEW.used)
                        = (OLD.available, OLD.reserved, OLD.used) THEN
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION 'balances change by ledger lines only'
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.centre}: {self.qualification}, {self.get_product_display()}"


class LedgerLine(models.Model):
    """One change of an account: what it adds to available, reserved and used. Only ever added.

    `held_for` is the id of a claim line, on RESERVE, RELEASE and USE: each claim line reserves once and ends
    once. The shape of every kind, and that an entry is reserved before it is released or used, is the
    database's rule too (domain reference 5.2).
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Order processed"
        RESERVE = "reserve", "Reserved for a claim"
        RELEASE = "release", "Released"
        USE = "use", "Used for a certificate"
        CANCEL = "cancel", "Cancelled"
        ADJUST = "adjust", "Adjusted"

    account = models.ForeignKey(EntryAccount, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind)
    available = models.IntegerField()
    reserved = models.IntegerField(default=0)
    used = models.IntegerField(default=0)
    order_line = models.OneToOneField(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="ledger_line"
    )
    held_for = models.UUIDField(null=True, blank=True, db_index=True)
    claim_number = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = LedgerLineQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "ledger line"
        indexes = [models.Index(fields=["account", "at", "id"], name="ledger_by_account")]
        constraints = [
            models.CheckConstraint(
                name="ledger_shape_of_kind",
                condition=Q(kind="grant", available__gt=0, reserved=0, used=0, order_line__isnull=False)
                | Q(kind="reserve", available=-1, reserved=1, used=0, held_for__isnull=False)
                | Q(kind="release", available=1, reserved=-1, used=0, held_for__isnull=False)
                | Q(kind="use", available=0, reserved=-1, used=1, held_for__isnull=False)
                | Q(kind="cancel", available__lt=0, reserved=0, used=0)
                | (Q(kind="adjust", reserved=0, used=0) & ~Q(available=0) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="ledger_held_for_claims_only",
                condition=Q(held_for__isnull=True) | Q(kind__in=["reserve", "release", "use"]),
            ),
            models.UniqueConstraint(
                fields=["held_for"], condition=Q(kind="reserve"), name="ledger_reserved_once"
            ),
            models.UniqueConstraint(
                fields=["held_for"], condition=Q(kind__in=["release", "use"]), name="ledger_ended_once"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="reserved_before_it_ends",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind__in=["release", "use"]),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM centres_ledgerline
                        WHERE kind = 'reserve' AND held_for = NEW.held_for AND account_id = NEW.account_id
                    ) THEN
                        RAISE EXCEPTION 'no entry of this account is reserved for %', NEW.held_for
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="post_to_account",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func="""
                    UPDATE centres_entryaccount
                    SET available = available + NEW.available,
                        reserved = reserved + NEW.reserved,
                        used = used + NEW.used
                    WHERE id = NEW.account_id;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.available:+d}/{self.reserved:+d}/{self.used:+d}"

    @property
    def reference(self) -> str:
        """The claim or the order that the line comes from."""
        return self.claim_number or (self.order_line.order.order_number if self.order_line else "")
