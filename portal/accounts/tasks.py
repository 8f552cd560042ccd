"""E-mails: sending those that are waiting, the daily digests, and the e-mails about signing in."""

from celery import shared_task

from portal.kit.outbox import Lane, handles

from .mailing import letter
from .models import Topic


@handles("send-email", lane=Lane.URGENT)
def send_email(email_id: int) -> None:
    """Send one e-mail. Safe to run twice."""
    from . import mailing
    from .models import EMail

    mailing.send(EMail.objects.get(pk=email_id))


@handles("send-digest", lane=Lane.URGENT)
def send_digest(digest_id: int) -> None:
    """Send one person's e-mails of a day as one. Safe to run twice."""
    from . import mailing
    from .models import Digest

    mailing.send_digest(Digest.objects.get(pk=digest_id))


@handles("tell-of-failures", lane=Lane.URGENT)
def tell_of_failures(entry_id: int) -> None:
    """Tell staff what has failed for good. Safe to run twice."""
    from portal.kit.models import OutboxEntry

    from . import failures

    failures.tell(OutboxEntry.objects.get(pk=entry_id))


@shared_task(name="portal.accounts.tasks.collect_digests")
def collect_digests() -> None:
    """Every morning: make the daily e-mails due."""
    from django.utils import timezone

    from . import mailing

    mailing.collect_digests(timezone.localdate())


@shared_task(name="portal.accounts.tasks.forget_ended_sessions")
def forget_ended_sessions() -> None:
    """Every hour: delete ended sessions and what was kept in them for people who never came back."""
    from importlib import import_module

    from django.conf import settings

    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@letter("invitation", topic=Topic.ACCOUNT)
def invitation(event) -> dict | None:
    """The link of an invitation; None once it has been used or replaced."""
    from django.conf import settings
    from django.urls import reverse

    from .models import Invitation

    found = Invitation.objects.select_related("user", "issued_by").get(pk=event.details["invitation"])
    if not found.is_open:
        return None
    link = settings.SITE_URL + reverse("invitation", args=[found.pk, found.token])
    return {"invitation": found, "link": link}


@letter("password_reset_key", topic=Topic.ACCOUNT)
def password_reset_key(event) -> dict | None:
    """The link for a new password; None once it has been used or asked for again."""
    from django.conf import settings
    from django.urls import reverse

    asked = event.subject
    if not asked.is_open:
        return None
    link = settings.SITE_URL + reverse("reset-password", args=[asked.pk, asked.token])
    return {"user": asked.user, "password_reset_url": link}


@letter("unknown_account", topic=Topic.ACCOUNT)
def unknown_account(event) -> dict:
    """A new password was requested for an address without an account."""
    return {}


@letter("guessed_at", topic=Topic.ACCOUNT)
def guessed_at(event) -> dict:
    """Strangers entered many wrong passwords."""
    return {"person": event.subject, "event": event}


@letter("codes_guessed_at", topic=Topic.ACCOUNT)
def codes_guessed_at(event) -> dict:
    """Somebody who got as far as two-step verification entered many wrong codes."""
    return {"person": event.subject, "event": event}


@letter("second_step", topic=Topic.ACCOUNT)
def second_step(event) -> dict:
    """A person's two-step verification was set up, removed or reset, or a recovery code used, and by whom."""
    return {"person": event.subject, "event": event, "by_oneself": event.by_id == event.subject_id}


@letter("work_failed", topic=Topic.ACCOUNT)
def work_failed(event) -> dict | None:
    """For staff: how much background work has failed for good, by kind; None once none is left. Always sent at once."""
    from django.conf import settings
    from django.db.models import Count
    from django.urls import reverse

    from . import failures

    found = failures.failed().order_by("kind").values_list("kind").annotate(count=Count("pk"))
    counts = [(kind.replace("-", " ").capitalize(), count) for kind, count in found]
    path = reverse("admin:kit_outboxentry_changelist")
    return {"counts": counts, "url": f"{settings.SITE_URL}{path}?state__exact=failed"} if counts else None
