"""The entry ledger (domain reference 5.2).

An entry is a number. No name is stored here; the ledger knows a claim line only by an opaque id.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from portal.catalogue.models import Qualification

from ..querysets import EntryAccountQuerySet, LedgerLineQuerySet
from . import ledger_triggers
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
        triggers = ledger_triggers.ACCOUNT

    def __str__(self) -> str:
        return f"{self.centre}: {self.qualification}, {self.get_product_display()}"


class LedgerLine(models.Model):
    """One change of an account: what it adds to available, reserved and used. Only ever added.

    `held_for` is the id of a claim line, on RESERVE, RELEASE and USE: each claim line reserves once and ends
    once. `…_after` are the account's balances after the line, written by the trigger that posts it. What the
    database itself refuses is listed in docs/decisions/ledger.md (domain reference 5.2).
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Order processed"
        RESERVE = "reserve", "Reserved for a claim"
        RELEASE = "release", "Released"
        USE = "use", "Used for a certificate"
        CANCEL = "cancel", "Cancelled"
        EXPIRE = "expire", "Expired"
        ADJUST = "adjust", "Adjusted"

    account = models.ForeignKey(EntryAccount, models.PROTECT, related_name="lines")
    kind = models.CharField(max_length=10, choices=Kind)
    available = models.IntegerField()
    reserved = models.IntegerField(default=0)
    used = models.IntegerField(default=0)
    order_line = models.OneToOneField(
        OrderLine, models.PROTECT, null=True, blank=True, related_name="ledger_line"
    )
    adjustment = models.OneToOneField(
        "centres.Adjustment", models.PROTECT, null=True, blank=True, related_name="ledger_line"
    )
    held_for = models.UUIDField(null=True, blank=True, db_index=True)
    claim_number = models.CharField(max_length=30, blank=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    available_after = models.IntegerField(null=True, editable=False)
    reserved_after = models.IntegerField(null=True, editable=False)
    used_after = models.IntegerField(null=True, editable=False)

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
                | Q(kind__in=["cancel", "expire"], available__lt=0, reserved=0, used=0)
                | (Q(kind="adjust", reserved=0, used=0) & ~Q(available=0) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="ledger_held_for_claims_only",
                condition=Q(held_for__isnull=True) | Q(kind__in=["reserve", "release", "use"]),
            ),
            models.CheckConstraint(
                name="ledger_adjustment_for_corrections",
                condition=Q(kind__in=["adjust", "cancel", "expire"], adjustment__isnull=False)
                | (~Q(kind__in=["adjust", "cancel", "expire"]) & Q(adjustment__isnull=True)),
            ),
            models.UniqueConstraint(
                fields=["held_for"], condition=Q(kind="reserve"), name="ledger_reserved_once"
            ),
            models.UniqueConstraint(
                fields=["held_for"], condition=Q(kind__in=["release", "use"]), name="ledger_ended_once"
            ),
        ]
        triggers = ledger_triggers.LINE

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.available:+d}/{self.reserved:+d}/{self.used:+d}"

    @property
    def reference(self) -> str:
        """The claim or the order that the line comes from."""
        return self.claim_number or (self.order_line.order.order_number if self.order_line else "")

    @property
    def change(self) -> int:
        """By how many entries the line changes the account, whatever it does with them."""
        return self.available or self.used
