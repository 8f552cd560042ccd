"""Printed documents about entries, each frozen as it was printed."""

from datetime import date, timedelta

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.files.printing import PrintedDocument

from ..querysets import OrderPaperQuerySet
from .orders import EntryOrder


def frozen(*fields: str) -> list:
    """Triggers of a paper: `fields` stay as they were printed, and the paper stays."""
    return [
        pgtrigger.ReadOnly(name="as_issued", fields=["number", "order", "issued_on", *fields]),
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
    ]


class StatementOfEntries(PrintedDocument):
    """The awarding body's confirmation of a processed order, frozen as printed. It has no names of people on it."""

    template_name = "pdf/statement_of_entries.html"
    folder = "statements"

    number = models.CharField(max_length=20, unique=True)
    order = models.OneToOneField(EntryOrder, models.PROTECT, related_name="statement")
    issued_on = models.DateField(default=timezone.localdate)
    centre_number = models.CharField(max_length=5)
    centre_name = models.CharField(max_length=120)
    order_number = models.CharField(max_length=40)
    lines = models.JSONField(
        help_text="One for each product: code, title, level, product, quantity, unit_price, available after it."
    )

    objects = OrderPaperQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_on", "-number"]
        verbose_name = "statement of entries"
        verbose_name_plural = "statements of entries"
        triggers = frozen("centre_number", "centre_name", "order_number", "lines")

    def __str__(self) -> str:
        return self.number

    def stem(self) -> str:
        return self.number


def due_date() -> date:
    return timezone.localdate() + timedelta(days=settings.INVOICE_DAYS)


class Invoice(PrintedDocument):
    """What a processed order costs, frozen as printed."""

    template_name = "pdf/invoice.html"
    folder = "invoices"

    number = models.CharField(max_length=20, unique=True)
    order = models.OneToOneField(EntryOrder, models.PROTECT, related_name="invoice")
    issued_on = models.DateField(default=timezone.localdate)
    due_on = models.DateField(default=due_date)
    centre_number = models.CharField(max_length=5)
    centre_name = models.CharField(max_length=120)
    centre_address = models.TextField(blank=True)
    order_number = models.CharField(max_length=40)
    lines = models.JSONField(
        help_text="One for each product: code, title, level, product, quantity, unit_price, price."
    )
    total = models.DecimalField("total in pounds", max_digits=12, decimal_places=2)

    objects = OrderPaperQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=models.Q(total__gte=0), name="invoice_not_negative"),
            models.CheckConstraint(
                condition=models.Q(due_on__gte=models.F("issued_on")), name="invoice_due_after_issue"
            ),
        ]
        triggers = frozen(
            "due_on", "centre_number", "centre_name", "centre_address", "order_number", "lines", "total"
        )

    def __str__(self) -> str:
        return self.number

    def stem(self) -> str:
        return self.number
