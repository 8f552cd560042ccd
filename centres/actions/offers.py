"""Actions for joining a centre: an officer invites an address, and its owner accepts or declines.

The centre is told the same whatever the address: it sees whether there is an account, and whose, only
once the owner has accepted.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from portal.accounts import codes
from portal.accounts.actions import join
from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.accounts.staff import staff_who_may
from portal.kit import audit
from portal.kit.models import Event
from portal.kit.stateful import TransitionRefused

from .. import rules
from ..models import Centre, RoleOffer
from .people import give_role, hold_people_of

LETTERS_A_DAY = 3  # to one address, from one centre
OFFERS_A_DAY = 100  # of one centre


@transaction.atomic
def offer_roles(centre: Centre, *, name: str, email: str, roles: Iterable[Role], by: User) -> RoleOffer:
    """Invite the owner of an address to work at `centre`: they are sent a link, and have no role until they accept.

    This replaces an open offer to the same address. Raises TransitionRefused if the two are the same, or if the
    centre has sent too many today.
    """
    hold_people_of(centre)
    now = timezone.now()
    email, roles = email.lower(), list(dict.fromkeys(roles))
    before = centre.role_offers.filter(email=email, ended_at=None).first()
    if before and before.is_open and (before.name, set(before.roles)) == (name, set(roles)):
        raise TransitionRefused(
            f"{name} has already been invited. To send the link again, choose “Send again” beside the name."
        )
    if centre.role_offers.filter(offered_at__gt=now - timedelta(days=1)).count() >= OFFERS_A_DAY:
        raise TransitionRefused(f"Your centre has invited {OFFERS_A_DAY} people today. Invite more tomorrow.")
    _require_letter_left(centre, email)
    if before:
        _end(before, "replace roles", by=by)
    offer = RoleOffer.objects.create(
        centre=centre, name=name, email=email, roles=roles, offered_by=by, expires_at=_expiry()
    )
    _tell(offer, by=by)
    return offer


@transaction.atomic
def send_offer_again(offer: RoleOffer, *, by: User) -> None:
    """Send a new link, for as long again; the earlier one stops working.

    Raises TransitionRefused if the offer has ended, or if too many e-mails went to the address today.
    """
    offer = _lock_open(offer)
    _require_letter_left(offer.centre, offer.email)
    offer.nonce, offer.expires_at = codes.new_nonce(), _expiry()
    offer.save(update_fields=["nonce", "expires_at"])
    _tell(offer, by=by)


@transaction.atomic
def take_back_offer(offer: RoleOffer, *, by: User) -> None:
    """Withdraw the offer: its link stops working. Raises TransitionRefused if it has ended."""
    _end(_lock_open(offer), "take back roles", by=by)


def find_offer(pk: int, token: str) -> RoleOffer | None:
    """The open offer that a link belongs to, or None."""
    offer = RoleOffer.objects.filter(pk=pk).select_related("centre", "offered_by").first()
    # Compared even when there is none, so that the answer takes the same time.
    matches = codes.is_link_token(token, offer.nonce if offer else "")
    return offer if offer and matches and offer.is_open else None


@transaction.atomic
def accept_offer(offer: RoleOffer, user: User) -> None:
    """Give the roles to `user`, who owns the address. Raises TransitionRefused if they may not have them."""
    offer = _lock_open(offer)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if user.email != offer.email:
        raise TransitionRefused(f"This invitation was sent to {offer.email}.")
    if refusal := rules.why_not_at_a_centre(user):
        raise TransitionRefused(refusal)
    offer.accepted_by = user
    _end(offer, "accept roles", by=user)
    for role in offer.roles:
        give_role(offer.centre, user, Role(role), by=user)


@transaction.atomic
def join_by_offer(offer: RoleOffer, password: str) -> User:
    """As `accept_offer`, for somebody who has no password yet and chooses one now."""
    offer = _lock_open(offer)
    user = join(offer.email, password, name=offer.name)
    accept_offer(offer, user)
    return user


@transaction.atomic
def decline_offer(offer: RoleOffer, *, by: User) -> None:
    """The owner of the address declines. Raises TransitionRefused if the offer has ended."""
    _end(_lock_open(offer), "decline roles", by=by)


def _end(offer: RoleOffer, verb: str, *, by: User) -> None:
    offer.ended_at = timezone.now()
    offer.save(update_fields=["ended_at", "accepted_by"])
    audit.record(verb, offer, by=by, after=", ".join(offer.role_names))


def _tell(offer: RoleOffer, *, by: User) -> None:
    """Send the link. If the owner cannot accept, tell them so, and tell the awarding body."""
    tell(
        "role_offer",
        audit.record("offer roles", offer, by=by, after=", ".join(offer.role_names)),
        [offer.email],
    )
    offer.is_barred = rules.is_barred(User.objects.filter(email=offer.email).first())
    offer.save(update_fields=["is_barred"])
    if offer.is_barred:
        event = audit.record("bar roles", offer, by=None)
        staff = staff_who_may("centres.view_roleoffer")
        tell("role_offer_barred", event, staff)


def _require_letter_left(centre: Centre, email: str) -> None:
    offers = centre.role_offers.filter(email=email)
    since = timezone.now() - timedelta(days=1)
    about = Event.objects.filter(
        subject_type=ContentType.objects.get_for_model(RoleOffer), subject_id__in=offers.values("pk")
    )
    sent = about.filter(verb="offer roles", at__gt=since).count()
    if sent >= LETTERS_A_DAY:
        raise TransitionRefused(f"{LETTERS_A_DAY} e-mails went to {email} today. Send another tomorrow.")


def _lock_open(offer: RoleOffer) -> RoleOffer:
    hold_people_of(offer.centre)
    offer = RoleOffer.objects.select_for_update(of=("self",)).select_related("centre").get(pk=offer.pk)
    if offer.ended_at:
        raise TransitionRefused("This invitation has since been accepted, declined, replaced or withdrawn.")
    return offer


def _expiry():
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)
