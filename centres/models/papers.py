"""Printed documents about entries, each frozen as it was printed."""

from django.db import models
from django.utils import timezone

from portal.kit.printing import PrintedDocument

from ..querysets import StatementQuerySet
from .orders import EntryOrder


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
