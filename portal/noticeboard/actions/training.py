"""Training events, places at them, and requests for training days. Locks: the event, then interests."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..models import Interest, TrainingEvent, TrainingRequest

INVITED_TO = {"title", "starts_at", "ends_at", "place", "joining"}  # what an invitation says


@transaction.atomic
def save_event(event: TrainingEvent, changed: Sequence[str], *, by: User) -> None:
    """Add or change an event; `changed`: names of fields.

    If what the invitations say has changed, everybody who has a place is sent a new one.
    Raises TransitionRefused if there would be fewer places than are confirmed.
    """
    if event.pk and not changed:
        return
    verb = "change" if event.pk else "add"
    overtaken = bool(event.pk and INVITED_TO & set(changed))
    if event.pk:
        kept = TrainingEvent.objects.select_for_update().get(pk=event.pk)
        event.sequence = kept.sequence + overtaken
        confirmed = kept.interests.filter(state=Interest.State.CONFIRMED).count()
        if event.capacity < confirmed:
            raise TransitionRefused(f"{confirmed} places are already confirmed. Withdraw some first.")
    event.changed_at = timezone.now()
    event.save()
    audit.record(verb, event, by=by, changed=list(changed))
    if overtaken and event.is_open:
        _tell_of_change(event, by=by)


def _tell_of_change(event: TrainingEvent, *, by: User) -> None:
    for interest in event.interests.filter(state=Interest.State.CONFIRMED).select_related("user"):
        told = audit.record("tell_of_change", interest, by=by, before=interest.state, after=interest.state)
        tell("training_place", told, to=[interest.recipient])


@transaction.atomic
def cancel_event(event: TrainingEvent, *, by: User, why: str) -> None:
    """Cancel an event; everybody who asked for a place is told why, and calendars drop it. Raises TransitionRefused."""
    event.lock()
    event.reason = why
    event.save(update_fields=["reason"])
    event.move("cancel", by=by, why=why)
    for interest in event.interests.open().select_related("user").order_by("pk"):
        _move_and_tell(interest, "call_off", by=by, why=why)


@transaction.atomic
def express_interest(interest: Interest, *, by: User | None) -> Interest:
    """Ask for a place, for `by` or somebody without an account; if all are taken, they go on the waiting list.

    One address asks once: if it asks again, it is told the status, and nothing is added.
    Raises TransitionRefused if the event is not open.
    """
    event = interest.event
    event.lock()
    if not event.is_open:
        raise TransitionRefused("This event has already started or has been cancelled.")
    same = event.interests.open().filter(email__iexact=interest.email).select_related("user").first()
    if same:
        told = audit.record("ask_again", same, by=by, before=same.state, after=same.state)
        tell("training_place", told, to=[same.recipient], unasked=True)
        return same
    interest.user = by if by and by.is_authenticated else None
    interest.save()
    told = audit.record("ask_for_place", interest, by=by, after=interest.state)
    if event.interests.filter(state=Interest.State.CONFIRMED).count() >= event.capacity:
        told = interest.move("put_on_waiting_list", by=None)
    tell("training_place", told, to=[interest.recipient], unasked=True)
    return interest


@transaction.atomic
def confirm_place(interest: Interest, *, by: User) -> None:
    """Give them a place; the e-mail has an invitation for their calendar.

    Raises TransitionRefused if none is left.
    """
    interest.event.lock()
    _move_and_tell(interest, "confirm", by=by)


@transaction.atomic
def put_on_waiting_list(interest: Interest, *, by: User) -> None:
    _move_and_tell(interest, "put_on_waiting_list", by=by)


@transaction.atomic
def withdraw_interest(interest: Interest, *, by: User | None) -> None:
    """They will not come, as they said themselves or staff did for them. Raises TransitionRefused."""
    interest.event.lock()
    _move_and_tell(interest, "withdraw", by=by)


def _move_and_tell(interest: Interest, verb: str, *, by: User | None, why: str = "") -> None:
    told = interest.move(verb, by=by, why=why)
    tell("training_place", told, to=[interest.recipient])


@transaction.atomic
def request_training_day(request: TrainingRequest, qualifications, *, by: User | None) -> TrainingRequest:
    """Ask for a training day, for `by` or somebody without an account."""
    request.user = by if by and by.is_authenticated else None
    request.save()
    request.qualifications.set(qualifications)
    sent = audit.record("request", request, by=by, after=request.state)
    tell("training_day_received", sent, to=[request.recipient], unasked=True)
    return request


@transaction.atomic
def answer_request(request: TrainingRequest, verb: str, *, answer: str, by: User) -> None:
    """`verb`: reply, arrange or decline. The answer is kept and e-mailed. Raises TransitionRefused."""
    request.lock()
    request.answer = answer
    request.save(update_fields=["answer"])
    told = request.move(verb, by=by, why=answer)
    tell("training_day_answered", told, to=[request.recipient])
