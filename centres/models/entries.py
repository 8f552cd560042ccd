"""Unnamed entries: orders, the ledger, and the statement of entries (domain reference 5).

An entry is a number. No name enters here; a claim line is known to the ledger by an opaque id alone.
"""

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.catalogue.models import Qualification
from portal.kit.printing import PrintedDocument
from portal.kit.stateful import (
    Stateful,
    allowed_moves,
    known_states,
    refuses,
    stamped_by_someone,
    state_field,
)

from ..querysets import (
    EntryAccountQuerySet,
    EntryOrderQuerySet,
    FeeQuerySet,
    LedgerLineQuerySet,
    StatementQuerySet,
)
from .centre import Centre


class Product(models.TextChoices):
    """What is entered. Award entries come with a later rule; awards issue free when their rule is met (5.2)."""

    UNIT = "unit", "Unit entry"


class Fee(models.Model):
    """The price of one entry from a day on; an order line copies it."""

    qualification = models.ForeignKey(Qualification, models.CASCADE, related_name="fees")
    product = models.CharField(max_length=10, choices=Product, default=Product.UNIT)
    valid_from = models.DateField()
    price = models.DecimalField("price in pounds", max_digits=8, decimal_places=2)

    objects = FeeQuerySet.as_manager()

    class Meta:
        ordering = ["qualification", "product", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["qualification", "product", "valid_from"], name="fee_once_a_day"),
            models.CheckConstraint(condition=Q(price__gte=0), name="fee_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.qualification}, {self.get_product_display()}: £{self.price} from {self.valid_from}"


@refuses("An order needs at least one line.")
def has_lines(order: "EntryOrder") -> bool:
    return order.lines.exists()


@allowed_moves
class EntryOrder(Stateful):
    """A centre's order of unnamed entries under its own order number."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waiting to be processed"
        PROCESSED = "processed", "Processed"
        REFUSED = "refused", "Refused"

    state = state_field(State, State.DRAFT)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="entry_orders")
    order_number = models.CharField(
        "your order number",
        max_length=40,
        help_text="Your centre's own reference. It is printed on the statement.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+")
    submitted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    processed_at = models.DateTimeField(null=True, editable=False)
    processed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, editable=False)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.TextField("reason for refusing", blank=True, editable=False)

    objects = EntryOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "order"
        constraints = [
            known_states(["draft", "submitted", "processed", "refused"], "order_known_state"),
            models.UniqueConstraint(
                fields=["centre", "order_number"],
                name="order_number_once_at_centre",
                violation_error_message="Your centre has used this order number before.",
            ),
            stamped_by_someone("submitted", "order_submitted_by_someone"),
            stamped_by_someone("processed", "order_processed_by_someone"),
            stamped_by_someone("refused", "order_refused_by_someone"),
        ]

    def __str__(self) -> str:
        return self.order_number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.centre.number, self.pk])

    @transition("state", source=State.DRAFT, target=State.SUBMITTED, conditions=[has_lines])
    def submit(self):
        """Send the order to the awarding body; it can no longer be changed."""

    @transition("state", source=State.SUBMITTED, target=State.PROCESSED)
    def process(self):
        """The entries are the centre's."""

    @transition("state", source=State.SUBMITTED, target=State.REFUSED)
    def refuse(self):
        """Nothing is credited; the reason goes to the centre."""


class OrderLine(models.Model):
    """A number of entries of one product, at the price of the day."""

    order = models.ForeignKey(EntryOrder, models.CASCADE, related_name="lines")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="+")
    product = models.CharField(max_length=10, choices=Product, default=Product.UNIT)
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(9999)])
    unit_price = models.DecimalField(max_digits=8, decimal_places=2)

    class Meta:
        ordering = ["qualification"]
        constraints = [
            models.UniqueConstraint(fields=["order", "qualification", "product"], name="order_product_once"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 9999)), name="order_quantity_1_to_9999"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.qualification}"

    @property
    def price(self):
        return self.quantity * self.unit_price


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


class StatementOfEntries(PrintedDocument):
    """The awarding body's confirmation of a processed order, frozen as printed. It holds no names of people."""

    template_name = "pdf/statement_of_entries.html"
    folder = "statements"

    number = models.CharField(max_length=20, unique=True)
    order = models.OneToOneField(EntryOrder, models.PROTECT, related_name="statement")
    issued_on = models.DateField(default=timezone.localdate)
    centre_number = models.CharField(max_length=5)
    centre_name = models.CharField(max_length=120)
    order_number = models.CharField(max_length=40)
    lines = models.JSONField(
        help_text="One a product: code, title, level, product, quantity, unit_price, available after it."
    )

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-number"]
        verbose_name = "statement of entries"
        verbose_name_plural = "statements of entries"

    def __str__(self) -> str:
        return self.number

    def stem(self) -> str:
        return self.number
