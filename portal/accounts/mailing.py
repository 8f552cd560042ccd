"""The e-mail outbox: an action says whom to tell of an event; workers write and send (docs/decisions/mail.md).

A room registers its e-mails with `@letter("order_decision", topic=Topic.ENTRIES)` in tasks.py: a function of
the event that returns the context for the templates `emails/order_decision.*`, or None if the e-mail is no longer
needed. The action calls `tell("order_decision", event, to=people)` in its own transaction.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.kit import leases, mail, outbox
from portal.kit.models import Event

from .models import Digest, EMail, MailSetting, Timing, Topic, User

UNASKED_A_DAY = 10
DIGEST = "digest"  # templates emails/digest.*


@dataclass(frozen=True)
class Letter:
    topic: Topic
    context: Callable[[Event], dict[str, Any] | None]


LETTERS: dict[str, Letter] = {}


def letter(kind: str, *, topic: Topic):
    """Register the decorated function(event) -> context as the e-mail `kind`.

    The context may contain `attachments`: [(file name, bytes, media type), …].
    """

    def decorator(context: Callable[[Event], dict[str, Any] | None]):
        if kind in LETTERS:
            raise ValueError(f"There is already an e-mail {kind}: {LETTERS[kind]}")
        LETTERS[kind] = Letter(topic, context)
        return context

    return decorator


@transaction.atomic
def tell(kind: str, event: Event, to: Collection[User | str | None], *, unasked: bool = False) -> None:
    """Have `event` told by the e-mail `kind`: to people as they have chosen, to plain addresses at once.

    People who have no address, are inactive or do not want such e-mails get none. An address is told of an event
    once. `unasked`: anybody can enter the address, so it gets at most UNASKED_A_DAY such e-mails a day.
    """
    topic = LETTERS[kind].topic
    people = {person.pk: person for person in to if isinstance(person, User)}
    addresses = [address for address in to if isinstance(address, str) and address]
    wanted = dict(MailSetting.objects.filter(user__in=people, topic=topic).values_list("user_id", "timing"))
    rows = [
        EMail(event=event, recipient=person.email.lower(), user=person, kind=kind, topic=topic, timing=timing)
        for person in people.values()
        if person.email
        and person.is_active
        and (timing := wanted.get(person.pk, topic.usual_timing)) != Timing.OFF
    ]
    rows += [
        EMail(event=event, recipient=address.lower(), kind=kind, topic=topic, timing=Timing.AT_ONCE)
        for address in addresses
    ]
    if unasked:
        rows = [row for row in rows if may_be_told_unasked(kind, row.recipient)]
    before = set(EMail.objects.filter(event=event).values_list("pk", flat=True))
    EMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    written = EMail.objects.filter(event=event, timing=Timing.AT_ONCE).exclude(pk__in=before)
    outbox.due("send-email", *written)


def may_be_told_unasked(kind: str, address: str) -> bool:
    """Whether an address may get one more e-mail today of a kind that anybody can have sent to it."""
    since = timezone.now() - timedelta(days=1)
    today = EMail.objects.filter(recipient=address.lower(), kind=kind, written_at__gt=since)
    return today.count() < UNASKED_A_DAY


@transaction.atomic
def send(email: EMail) -> None:
    """Send one waiting e-mail. Safe to run twice: a sent one is left alone."""
    email = EMail.objects.select_for_update(of=("self",)).select_related("event", "user").get(pk=email.pk)
    if email.state != EMail.State.WAITING:
        return
    context = LETTERS[email.kind].context(email.event)
    if context is None:
        EMail.objects.filter(pk=email.pk).update(state=EMail.State.DROPPED)
        return
    leases.require()  # what has been sent cannot be recalled
    mail.send(email.kind, to=email.recipient, context={**context, "has_account": email.user_id is not None})
    _sent(EMail.objects.filter(pk=email.pk))


def _sent(emails) -> None:
    emails.update(state=EMail.State.SENT, sent_at=timezone.now())


@transaction.atomic
def collect_digests(on: date) -> list[Digest]:
    """Put what is waiting for a daily e-mail into one digest for each person, to be sent. Safe to run twice a day.

    Anything later waits for the next day.
    """
    waiting = EMail.objects.filter(state=EMail.State.WAITING, timing=Timing.DAILY, digest=None)
    have = set(Digest.objects.filter(on=on).values_list("user_id", flat=True))
    people = set(waiting.order_by().values_list("user_id", flat=True)) - have
    made = Digest.objects.bulk_create([Digest(user_id=key, on=on) for key in sorted(people)])
    for digest in made:
        waiting.filter(user_id=digest.user_id).update(digest=digest)
    outbox.due("send-digest", *made)
    return made


@transaction.atomic
def send_digest(digest: Digest) -> None:
    """Send one person's digest. Safe to run twice."""
    digest = Digest.objects.select_for_update(of=("self",)).select_related("user").get(pk=digest.pk)
    if digest.sent_at:
        return
    emails = list(digest.emails.select_related("event").order_by("written_at", "pk"))
    contexts = [(email, LETTERS[email.kind].context(email.event)) for email in emails]
    letters = [(email, context) for email, context in contexts if context is not None]
    if letters:
        parts = [mail.write(email.kind, {**context, "in_digest": True}) for email, context in letters]
        attachments = [file for _, context in letters for file in context.get("attachments", [])]
        context = {"parts": parts, "person": digest.user, "has_account": True, "attachments": attachments}
        leases.require()
        mail.send(DIGEST, to=digest.user.email, context=context)
    _sent(digest.emails.filter(pk__in=[email.pk for email, _ in letters]))
    digest.emails.filter(state=EMail.State.WAITING).update(state=EMail.State.DROPPED)
    digest.sent_at = timezone.now()
    digest.save(update_fields=["sent_at"])


@transaction.atomic
def set_timings(user: User, timings: dict[Topic, str]) -> None:
    """Save when `user` wants e-mails: {topic: timing}. E-mails already waiting keep their timing."""
    for topic, timing in timings.items():
        MailSetting.objects.update_or_create(user=user, topic=topic, defaults={"timing": timing})
