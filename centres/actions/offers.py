"""Verbs of joining a centre: an officer invites an address, and whoever owns it accepts or declines.

What the centre learns is the same for every address: whether somebody has an account, and whose, shows only
once they have accepted.
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
    """Invite whoever owns an address to work at `centre`: they are sent a link, and nothing is given until they accept.

    An open offer to the same address is replaced. Raises TransitionRefused if it is the same, or the centre has sent
    too many today.
    """
    hold_people_of(centre)
    now = timezone.now()
    email, roles = email.lower(), list(dict.fromkeys(roles))
    before = centre.role_offers.filter(email=email, ended_at=None).first()
    if before and before.is_open and (before.name, set(before.roles)) == (name, set(roles)):
        raise TransitionRefused(
            f"{name} has been invited already. To send the link once more, use “Send again” beside it."
        )
    if centre.role_offers.filter(offered_at__gt=now - timedelta(days=1)).count() >= OFFERS_A_DAY:
        raise TransitionRefused(f"Your centre has invited {OFFERS_A_DAY} people today. Go on tomorrow.")
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

    Raises TransitionRefused if the offer is over, or too many e-mails went to the address today.
    """
    offer = _lock_open(offer)
    _require_letter_left(offer.centre, offer.email)
    offer.nonce, offer.expires_at = codes.new_nonce(), _expiry()
    offer.save(update_fields=["nonce", "expires_at"])
    _tell(offer, by=by)


@transaction.atomic
def take_back_offer(offer: RoleOffer, *, by: User) -> None:
    """The link stops working. Raises TransitionRefused if the offer is over."""
    _end(_lock_open(offer), "take back roles", by=by)


def find_offer(pk: int, token: str) -> RoleOffer | None:
    """The open offer that a link means."""
    offer = RoleOffer.objects.filter(pk=pk).select_related("centre", "offered_by").first()
    # Compared also when there is none, so that the answer takes the same time.
    matches = codes.is_link_token(token, offer.nonce if offer else "")
    return offer if offer and matches and offer.is_open else None


@transaction.atomic
def accept_offer(offer: RoleOffer, user: User) -> None:
    """`user`, who owns the address, has the roles from now on. Raises TransitionRefused if that cannot be."""
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
    """As `accept_offer`, for whoever has no password yet: they choose it here."""
    offer = _lock_open(offer)
    user = join(offer.email, password, name=offer.name)
    accept_offer(offer, user)
    return user


@transaction.atomic
def decline_offer(offer: RoleOffer, *, by: User) -> None:
    """The owner of the address does not want it. Raises TransitionRefused if the offer is over."""
    _end(_lock_open(offer), "decline roles", by=by)


def _end(offer: RoleOffer, verb: str, *, by: User) -> None:
    offer.ended_at = timezone.now()
    offer.save(update_fields=["ended_at", "accepted_by"])
    audit.record(verb, offer, by=by, after=", ".join(offer.role_names))


def _tell(offer: RoleOffer, *, by: User) -> None:
    """Send the link; or say to the owner that they cannot accept, and tell the awarding body."""
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
        raise TransitionRefused(f"{LETTERS_A_DAY} e-mails went to {email} today. Send another one tomorrow.")


def _lock_open(offer: RoleOffer) -> RoleOffer:
    hold_people_of(offer.centre)
    offer = RoleOffer.objects.select_for_update(of=("self",)).select_related("centre").get(pk=offer.pk)
    if offer.ended_at:
        raise TransitionRefused("This invitation has been accepted, replaced or taken back meanwhile.")
    return offer


def _expiry():
    return timezone.now() + timedelta(days=settings.INVITATION_DAYS)
