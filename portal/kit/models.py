"""Tables that every room writes: the audit trail, the outbox, leases and heartbeats."""

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from .past import past
from .searching import plain_names_of
from .stateful import Stateful, allowed_moves
from .states import States, Tone

__all__ = ["Event", "Heartbeat", "Lease", "OutboxEntry", "Stateful", "allowed_moves"]


class EventQuerySet(models.QuerySet):
    def verbs(self) -> list[str]:
        """Every verb there is, sorted, by one step in the index for each, however many lines there are."""
        table = self.model._meta.db_table
        steps = f"""WITH RECURSIVE step AS (
            (SELECT verb FROM {table} ORDER BY verb LIMIT 1) UNION ALL
            SELECT (SELECT verb FROM {table} WHERE verb > step.verb ORDER BY verb LIMIT 1)
            FROM step WHERE step.verb IS NOT NULL
        ) SELECT verb FROM step WHERE verb IS NOT NULL"""  # noqa: S608  # the table is the model's own
        with connection.cursor() as cursor:
            cursor.execute(steps)
            return [verb for (verb,) in cursor.fetchall()]

    def about(self, *subjects):
        """The history of one or more records, oldest first, with who did it."""
        each = (Q(subject_type=kind, subject_id=key) for kind, key in map(subject_of, subjects))
        return self.filter(reduce(or_, each)).select_related("by")


def subject_of(record: models.Model) -> tuple[int, Any]:
    """(key of its kind, its own key): `about` of the events about a record."""
    return ContentType.objects.get_for_model(record).pk, record.pk


class Event(models.Model):
    """One line of the audit trail: who did what to which record, when, why, and what changed.

    Written in the transaction of the change itself and never altered: a trigger prevents it.
    `by` is empty when the portal itself acted (a worker); `who` keeps the name as it was then.
    """

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    who = models.CharField(max_length=200)
    verb = models.CharField(max_length=60, db_index=True)
    subject_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    subject_id = models.BigIntegerField()
    subject = GenericForeignKey("subject_type", "subject_id")
    subject_name = models.CharField(max_length=200)
    before = models.CharField("from", max_length=200, blank=True)
    after = models.CharField("to", max_length=200, blank=True)
    why = models.TextField(blank=True)
    details = models.JSONField(default=dict, blank=True)

    plain_names = plain_names_of("who", "subject_name")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        verbose_name = "audit event"
        indexes = [models.Index(fields=["subject_type", "subject_id", "at"], name="event_subject")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.who}: {past(self.verb).lower()} {self.subject_name}"

    @property
    def about(self) -> tuple[int, int]:
        """The same as `subject_of` of its subject, without a query."""
        return self.subject_type_id, self.subject_id

    @property
    def what(self) -> str:
        """The change in a few words, for the history on a page."""
        return self.in_words()

    def in_words(self, words: str = "") -> str:
        """`words` (or the verb) and what changed: "Details changed: last name from “Lee” to “Lea”"."""
        change = "; ".join([*self._changes(), *self._move()])
        return f"{words or past(self.verb)}{f': {change}' if change else ''}"

    def _changes(self) -> list[str]:
        """Fields that changed, with both values where they were recorded."""
        changed = self.details.get("changed", {})
        if not isinstance(changed, dict):
            return [str(name).replace("_", " ") for name in changed]
        return [
            f"{name.replace('_', ' ')} from “{before}” to “{after}”"
            for name, (before, after) in changed.items()
        ]

    def _move(self) -> list[str]:
        """ "Draft → Submitted", where the state is another one now; nothing where it is the first."""
        model = ContentType.objects.get_for_id(self.subject_type_id).model_class()
        names = dict(getattr(getattr(model, "State", None), "choices", ()))
        if self.before == self.after or (not self.before and self.after in names):
            return []
        words = [str(names.get(part, part.replace("_", " "))) for part in (self.before, self.after) if part]
        return [" → ".join(words)]


class SentForm(models.Model):
    """A form that was accepted, by its fingerprint, and where it led: empty while it is being processed (kit.once)."""

    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.key


class OutboxState(States):
    DUE = "due", Tone.WAITING, "Due"
    DONE = "done", Tone.GOOD, "Done"
    FAILED = "failed", Tone.BAD, "Failed"


class OutboxEntry(models.Model):
    """One piece of work that is due: `kind` names the handler, `subject_id` the row it works on.

    The action writes it in its own transaction; the queue only speeds it up (design 6). There is one entry for
    each kind and subject, so nothing can be due twice.
    """

    State = OutboxState

    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    tries = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(db_default=Now())  # by the database's clock
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "outbox entry"
        verbose_name_plural = "outbox entries"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject_id"], name="outbox_due_once"),
            models.CheckConstraint(condition=Q(state__in=OutboxState.values), name="outbox_known_state"),
        ]
        indexes = [
            models.Index(
                fields=["not_before"], condition=Q(state=OutboxState.DUE), name="outbox_due_by_time"
            ),
            models.Index(fields=["-state", "-id"], name="outbox_failed_first"),  # as staff see them
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Lease(models.Model):
    """Who is working on something, and until when by the database's clock (leases.py). Deleted once given back.

    `holder`: new each time it is taken, to tell an earlier holder from the next.
    """

    name = models.CharField(max_length=100, primary_key=True)
    holder = models.UUIDField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Heartbeat(models.Model):
    """When something that should happen regularly last happened, by the database's clock."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def beat(name: str) -> None:
        """Record that it has just happened."""
        if not Heartbeat.objects.filter(name=name).update(at=Now()):
            Heartbeat.objects.bulk_create([Heartbeat(name=name)], ignore_conflicts=True)

    @staticmethod
    def take_turn(name: str, *, seconds: float) -> bool:
        """Whether it last happened at least `seconds` ago. If so it counts as happening now, for one caller only."""
        silent = Heartbeat.objects.filter(name=name, at__lte=Now() - timedelta(seconds=seconds))
        if silent.update(at=Now()):
            return True
        if Heartbeat.objects.filter(name=name).exists():
            return False
        return bool(Heartbeat.objects.bulk_create([Heartbeat(name=name)], ignore_conflicts=True))
