"""Reads of this room. Every chain that answers a person starts with `visible_to(user)`."""

from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Greatest

from portal.accounts.models import Invitation
from portal.accounts.roles import Permission, roles_with


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

    def with_invitations(self):
        """With the person, and `is_invited`: whether an invitation is still to be accepted."""
        invited = Invitation.objects.filter(user=OuterRef("user"), ended_at=None)
        return self.select_related("user", "centre").annotate(is_invited=Exists(invited))


class ApplicationQuerySet(AtCentre):
    seen_with = Permission.APPLY

    def waiting(self):
        return self.filter(state="submitted")

    def of_address(self, email: str):
        """The open application of somebody without an account."""
        return self.filter(applicant_email=email, state__in=["draft", "submitted", "more_information"])


class ApprovalQuerySet(AtCentre):
    seen_with = Permission.SEE_CENTRE

    def current(self):
        return self.filter(state="approved")

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
        """The fee of unnamed entries in force on `day`, one a qualification and product."""
        return (
            self.filter(valid_from__lte=day, award=None)
            .order_by("qualification_id", "product", "-valid_from")
            .distinct("qualification_id", "product")
        )

    def named_on(self, day):
        """The fee of named entries in force on `day`, one a scheme code."""
        return (
            self.filter(valid_from__lte=day, award__isnull=False)
            .order_by("award_id", "-valid_from")
            .distinct("award_id")
        )


class EntryOrderQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES

    def waiting(self):
        return self.filter(state="submitted")

    def with_totals(self):
        """Adds `entries` and `total` (pounds) of the lines; newest first, as a sum forgets the model's order."""
        return self.annotate(
            entries=Sum("lines__quantity", default=0),
            total=Sum(F("lines__quantity") * F("lines__unit_price"), default=0),
        ).order_by("-created_at", "-pk")


class EntryAccountQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES


class LedgerLineQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES
    path = "account__centre"

    def with_balance(self):
        """Adds `balance`: entries available after each line of its account, whichever lines are asked for."""
        until_then = (
            self.model._default_manager.filter(account=OuterRef("account"))
            .filter(Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lte=OuterRef("pk")))
            .order_by()
            .values("account")
            .annotate(total=Sum("available"))
        )
        return self.annotate(balance=Subquery(until_then.values("total")))


class StatementQuerySet(AtCentre):
    seen_with = Permission.SEE_ENTRIES
    path = "order__centre"
