"""What entries cost, and from which day."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from portal.catalogue.models import Award, Qualification

from ..querysets import FeeQuerySet


class Product(models.TextChoices):
    """What is entered: a number of units, or candidates by name under a scheme code (an award).

    There are no unnamed award entries yet: awards are issued free when their rule is met (5.2).
    """

    UNIT = "unit", "Unit entry"
    NAMED = "named", "Named entry"


def award_of_named_only(name: str) -> models.CheckConstraint:
    """A named entry is made under the scheme code of one award; anything else names none."""
    return models.CheckConstraint(
        condition=Q(product="named", award__isnull=False) | (~Q(product="named") & Q(award=None)),
        name=name,
        violation_error_message="Choose a scheme code for a named entry, and for nothing else.",
    )


class Fee(models.Model):
    """The price of one entry from a day on; an order line copies it."""

    qualification = models.ForeignKey(Qualification, models.CASCADE, related_name="fees")
    product = models.CharField(max_length=10, choices=Product, default=Product.UNIT)
    award = models.ForeignKey(
        Award,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="fees",
        verbose_name="scheme code",
        help_text="For a named entry only.",
    )
    valid_from = models.DateField()
    price = models.DecimalField("price in pounds", max_digits=8, decimal_places=2)

    objects = FeeQuerySet.as_manager()

    class Meta:
        ordering = ["qualification", "product", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "product", "valid_from"],
                condition=Q(award=None),
                name="fee_once_a_day",
            ),
            models.UniqueConstraint(
                fields=["award", "valid_from"],
                condition=Q(award__isnull=False),
                name="fee_of_award_once_a_day",
            ),
            award_of_named_only("fee_award_of_named_only"),
            models.CheckConstraint(condition=Q(price__gte=0), name="fee_not_negative"),
        ]

    def __str__(self) -> str:
        what = f"{self.award.code} {self.award}" if self.award else self.qualification
        return f"{what}, {self.get_product_display()}: £{self.price} from {self.valid_from}"

    def clean(self) -> None:
        if self.award and self.award.qualification_id != self.qualification_id:
            raise ValidationError({"award": f"{self.award.code} belongs to {self.award.qualification}."})
