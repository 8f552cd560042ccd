"""Write the audit trail: one line for each change, in the transaction of the change (design, rule 9)."""

from collections.abc import Iterable

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from .models import Event

THE_PORTAL = "The portal"


def record(
    verb: str, subject: Model, *, by, before: str = "", after: str = "", why: str = "", **details
) -> Event:
    """One audit line. `by`: the person, or None when a worker acts. `details`: anything else to record."""
    (event,) = record_all(verb, [(subject, before, after)], by=by, why=why, **details)
    return event


def record_all(
    verb: str, changes: Iterable[tuple[Model, str, str]], *, by, why: str = "", **details
) -> list[Event]:
    """Audit lines with one verb for many records: each of `changes` is (record, before, after)."""
    person = by if by is not None and by.is_authenticated else None
    who = str(person)[:200] if person else THE_PORTAL
    return Event.objects.bulk_create(
        [
            Event(
                by=person,
                who=who,
                verb=verb,
                subject_type=ContentType.objects.get_for_model(subject),
                subject_id=subject.pk,
                subject_name=str(subject)[:200],
                before=str(before)[:200],
                after=str(after)[:200],
                why=why,
                details=details,
            )
            for subject, before, after in changes
        ],
        batch_size=500,
    )
