"""News and key dates."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.kit import audit, outbox

from ..models import KeyDate, NewsItem
from ..querysets import people_of


@transaction.atomic
def save_news(item: NewsItem, changed: Sequence[str], *, by: User) -> None:
    """Add or change a piece of news; `changed`: names of fields. A new time is when it is announced."""
    if item.pk and not changed:
        return
    verb = "change" if item.pk else "add"
    item.save()
    audit.record(verb, item, by=by, changed=list(changed))
    if item.state == NewsItem.State.PUBLISHED:
        _announce_in_time(item)


@transaction.atomic
def publish_news(item: NewsItem, *, by: User) -> None:
    """Show it from `publish_at` on. If it is sent by e-mail, a worker sends it then, once."""
    item.move("publish", by=by)
    _announce_in_time(item)


def _announce_in_time(item: NewsItem) -> None:
    if item.by_email and item.announced_at is None:
        outbox.due("announce-news", item, at=item.publish_at)


@transaction.atomic
def announce_news(item: NewsItem) -> None:
    """Write the e-mails about a piece of news to the people it is addressed to now. Safe to run twice."""
    item.lock()
    wanted = item.state == NewsItem.State.PUBLISHED and item.by_email and not item.is_over()
    if not wanted or item.announced_at or item.publish_at > timezone.now():
        return
    item.announced_at = timezone.now()
    item.save(update_fields=["announced_at"])
    event = audit.record("announce", item, by=None)
    tell("news_item", event, to=list(people_of(item.audience, list(item.qualifications.all()))))


@transaction.atomic
def save_date(date: KeyDate, changed: Sequence[str], *, by: User) -> None:
    """Add or change a key date; calendars that follow the feed pick up the change."""
    if date.pk and not changed:
        return
    verb = "change" if date.pk else "add"
    if date.pk:
        date.sequence = KeyDate.objects.select_for_update().get(pk=date.pk).sequence + 1
    date.changed_at = timezone.now()
    date.save()
    audit.record(verb, date, by=by, changed=list(changed))
