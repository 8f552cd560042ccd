"""What entries cost, from a day on."""

from django.db import models
from django.db.models import Q

from portal.catalogue.models import Qualification

from ..querysets import FeeQuerySet


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
