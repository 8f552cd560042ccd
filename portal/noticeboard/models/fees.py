"""Other fees: services that are not entries, each with its price from a day on."""

from django.db import models
from django.db.models import Q

from portal.kit.dated import past_is_kept
from portal.kit.validators import one_line


class Service(models.Model):
    """Something charged for that is not an entry: a replacement certificate, a review, a visit (domain reference 8)."""

    name = models.CharField(max_length=100, unique=True, validators=[one_line])
    per = models.CharField(
        "charged for each", max_length=60, blank=True, help_text="For example “certificate”."
    )
    note = models.CharField(
        max_length=200, blank=True, help_text="For example “Refunded if the review is upheld.”"
    )
    is_offered = models.BooleanField(
        "offered now",
        default=True,
        help_text="Only these are on the fees list. Prices can be set beforehand.",
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in the list.")

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ServiceFee(models.Model):
    """The price of a service from a day on. From that day on it cannot be changed or deleted."""

    service = models.ForeignKey(Service, models.PROTECT, related_name="fees")
    valid_from = models.DateField()
    price = models.DecimalField("price in pounds", max_digits=8, decimal_places=2)

    class Meta:
        ordering = ["service", "-valid_from"]
        verbose_name = "service fee"
        constraints = [
            models.UniqueConstraint(fields=["service", "valid_from"], name="service_fee_once_a_day"),
            models.CheckConstraint(condition=Q(price__gte=0), name="service_fee_not_negative"),
        ]
        triggers = [past_is_kept()]

    def __str__(self) -> str:
        return f"{self.service}: £{self.price} from {self.valid_from}"
