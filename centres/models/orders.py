"""Orders of entries: a number of units of a qualification, or candidates by name under a scheme code."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django_fsm import transition

from portal.catalogue.models import Award, Qualification
from portal.kit.stateful import (
    Stateful,
    allowed_moves,
    refuses,
    stamped_by_someone,
    state_field,
)

from ..querysets import EntryOrderQuerySet
from ..states import HOLDING_ENTRIES, OrderState
from . import order_triggers
from .centre import Centre
from .fees import Product, award_of_named_only


@refuses("An order needs at least one line.")
def has_lines(order: "EntryOrder") -> bool:
    return order.lines.exists()


@allowed_moves
class EntryOrder(Stateful):
    """A centre's order of entries under its own order number."""

    State = OrderState

    state = state_field(State, State.DRAFT)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="entry_orders")
    order_number = models.CharField(
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
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )
    reason = models.TextField("reason for refusing", blank=True, editable=False)

    objects = EntryOrderQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "order"
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "order_number"],
                condition=Q(state__in=HOLDING_ENTRIES),  # otherwise it may be used again
                name="order_number_once_at_centre",
                violation_error_message="Your centre has already used this order number. Enter another.",
            ),
            stamped_by_someone("submitted", "order_submitted_by_someone"),
            stamped_by_someone("processed", "order_processed_by_someone"),
            stamped_by_someone("refused", "order_refused_by_someone"),
            stamped_by_someone("withdrawn", "order_withdrawn_by_someone"),
        ]
        triggers = order_triggers.ORDER

    def __str__(self) -> str:
        return self.order_number

    def get_absolute_url(self) -> str:
        return reverse("order", args=[self.centre.number, self.pk])

    @transition("state", source=State.DRAFT, target=State.SUBMITTED, conditions=[has_lines])
    def submit(self):
        """Pass the order to the awarding body; it can no longer be changed."""

    @transition("state", source=State.SUBMITTED, target=State.PROCESSED)
    def process(self):
        """The centre has the entries."""

    @transition("state", source=State.SUBMITTED, target=State.REFUSED)
    def refuse(self):
        """Nothing is credited; the reason goes to the centre."""

    @transition("state", source=State.SUBMITTED, target=State.WITHDRAWN)
    def withdraw(self):
        """The centre withdraws it before it is processed."""


class OrderLine(models.Model):
    """A number of entries of one product, at the price of the day.

    A line of named entries has only their number; the candidates are in `named_entries`.
    """

    order = models.ForeignKey(EntryOrder, models.CASCADE, related_name="lines")
    qualification = models.ForeignKey(Qualification, models.PROTECT, related_name="+")
    product = models.CharField(max_length=10, choices=Product, default=Product.UNIT)
    award = models.ForeignKey(Award, models.PROTECT, null=True, blank=True, related_name="+")
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(9999)])
    unit_price = models.DecimalField(max_digits=8, decimal_places=2)
    is_supplement = models.BooleanField(
        "supplement",
        default=False,
        help_text="What a dearer size costs more than was paid for a named entry.",
    )

    class Meta:
        ordering = ["qualification", "product", "award__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "qualification", "product"],
                condition=Q(award=None),
                name="order_product_once",
            ),
            models.UniqueConstraint(
                fields=["order", "award"], condition=Q(award__isnull=False), name="order_award_once"
            ),
            award_of_named_only("order_award_of_named_only"),
            models.CheckConstraint(condition=Q(quantity__range=(1, 9999)), name="order_quantity_1_to_9999"),
            models.CheckConstraint(
                condition=Q(is_supplement=False) | Q(product="named", quantity=1),
                name="order_supplement_of_one_named_entry",
            ),
        ]
        triggers = order_triggers.LINE

    def __str__(self) -> str:
        return f"{self.quantity} × {self.award or self.qualification}"

    @property
    def product_name(self) -> str:
        """As printed on the statement and the invoice."""
        return "Supplement: larger size" if self.is_supplement else self.get_product_display()

    @property
    def price(self):
        return self.quantity * self.unit_price
