"""Queries of this room. Every chain that answers a person starts with `visible_to(user)`."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from portal.accounts.roles import Permission, roles_with

from .states import OPEN, AdjustmentState, ApplicationState, ApprovalState, OrderState


class CentreQuerySet(models.QuerySet):
    def where(self, user, *, may: Permission):
        """Centres at which `user` holds permission `may`."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(
            memberships__user=user, memberships__ended_at=None, memberships__role__in=roles_with(may)
        ).distinct()

    def visible_to(self, user):
        """Centres whose pages `user` may open: those they work at."""
        return self.where(user, may=Permission.SEE_CENTRE)


class AtCentre(models.QuerySet):
    """Rows that belong to a centre and are seen by those who hold `seen_with` there."""

    seen_with: Permission
    path = "centre"

    def visible_to(self, user):
        """Rows of the centres at which `user` may see them."""
        from .models import Centre

        centres = Centre.objects.where(user, may=self.seen_with)
        return self.filter(**{f"{self.path}__in": centres.values("pk")})


class MembershipQuerySet(AtCentre):
    seen_with = Permission.SEE_CENTRE

    def active(self):
        return self.filter(ended_at=None)


class RoleOfferQuerySet(AtCentre):
    seen_with = Permission.SEE_CENTRE

    def waiting(self):
        """Neither answered nor withdrawn; the links of some may have expired."""
        return self.filter(ended_at=None)


class ApplicationQuerySet(AtCentre):
    seen_with = Permission.APPLY

    def waiting(self):
        return self.filter(state=ApplicationState.SUBMITTED)

    def open_ones(self):
        """Applications that are not decided or withdrawn."""
        return self.filter(state__in=OPEN)

    def of_address(self, email: str):
        """The open application of somebody without an account."""
        return self.open_ones().filter(applicant_email=email)


class ApprovalQuerySet(AtCentre):
    seen_with = Permission.SEE_CENTRE

    def current(self):
        return self.filter(state=ApprovalState.APPROVED)

    def with_activity(self):
        """Adds `active_at`: when something was last approved, ordered, credited or claimed under it."""
        from .models import EntryOrder, LedgerLine

        orders = EntryOrder.objects.filter(
            centre=OuterRef("centre"), lines__qualification=OuterRef("qualification")
        )
        lines = LedgerLine.objects.filter(
            account__centre=OuterRef("centre"),
            account__qualification=OuterRef("qualification"),
            kind__in=["grant", "reserve"],
        )
        return self.annotate(
            active_at=Greatest(
                "approved_at",
                Subquery(_latest(orders, "centre", "submitted_at")),
                Subquery(_latest(lines, "account__centre", "at")),
            )
        )


def _latest(rows, group: str, field: str):
    """The greatest `field` of `rows`, for a subquery."""
    return rows.order_by().values(group).annotate(latest=Max(field)).values("latest")


class LetterQuerySet(AtCentre):
    seen_with = Permission.SEE_CENTRE


class FeeQuerySet(models.QuerySet):
    def on(self, day):
        """The fee of unnamed entries in force on `day`, one for each qualification and product."""
        return (
            self.filter(valid_from__lte=day, award=None)
            .order_by("qualification_id", "product", "-valid_from")
            .distinct("qualification_id", "product")
        )

    def named_on(self, day):
        """The fee of named entries in force on `day`, one for each scheme code."""
        return (
            self.filter(valid_from__lte=day, award__isnull=False)
            .order_by("award_id", "-valid_from")
            .distinct("award_id")
        )


class EntryOrderQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES

    def waiting(self):
        return self.filter(state=OrderState.SUBMITTED)

    def with_totals(self):
        """Adds `entries` and `total` (pounds) of the lines; newest first, as summing drops the model's order."""
        return self.annotate(
            entries=Sum("lines__quantity", default=0),
            total=Sum(F("lines__quantity") * F("lines__unit_price"), default=0),
        ).order_by("-created_at", "-pk")


class EntryAccountQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES

    def low(self):
        """Accounts with fewer than LOW_BALANCE_ENTRIES entries left, of qualifications that can still be ordered."""
        today = timezone.localdate()
        still_sold = Q(qualification__last_entry_on=None) | Q(qualification__last_entry_on__gte=today)
        return self.filter(still_sold, available__lt=settings.LOW_BALANCE_ENTRIES)

    def with_granted(self):
        """Adds `granted`: all entries that processed orders have brought."""
        return self.annotate(
            granted=Sum("lines__available", filter=Q(lines__kind="grant"), default=0)
        ).order_by("centre", "qualification", "product")

    def over(self):
        """Accounts with entries left after the last certification date, whose expiry nobody has proposed yet."""
        from .models import Adjustment

        return self.filter(
            ~Exists(
                Adjustment.objects.filter(
                    account=OuterRef("pk"), kind="expire", state=AdjustmentState.PROPOSED
                )
            ),
            available__gt=0,
            qualification__last_certification_on__lt=timezone.localdate(),
        )


class LedgerLineQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES
    path = "account__centre"

    def events(self):
        """Lines that were written together, one dictionary each, the newest first: how many `lines`, what they
        add up to, and `last`, the key of the last line, which has the balances afterwards."""
        together = ("account", "kind", "claim_number", "order_line", "adjustment", "reason", "at")
        return (
            self.order_by()
            .values(*together)
            .annotate(
                lines=Count("pk"),
                last=Max("pk"),
                available=Sum("available"),
                reserved=Sum("reserved"),
                used=Sum("used"),
            )
            .order_by("-last")
        )


class OrderPaperQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES
    path = "order__centre"
