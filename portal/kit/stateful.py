"""States: one table of moves, and one way to make them (style 3)."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import pgtrigger
from django.db import models, transaction
from django.utils import timezone
from django_fsm import FSMField, TransitionNotAllowed

from .bulk import update_rows

if TYPE_CHECKING:
    from .models import Event


class TransitionRefused(Exception):
    """A move that the table does not allow, or whose condition is not met. Nothing was written."""

    def __init__(self, words: str):
        super().__init__(words)
        self.words = words

    def for_people(self) -> str:
        """What happened and why, as a sentence for the page."""
        return self.words


def refuses(words: str):
    """Give a transition's condition the sentence to show when it is not met."""

    def decorator(condition):
        condition.words = words
        return condition

    return decorator


def in_words(verb: str) -> str:
    """A move as part of a sentence: "restore it", "send it back", "send the sample"."""
    first, *rest = verb.split("_")
    if not rest or rest[0] in ("back", "in"):
        return " ".join([first, "it", *rest])
    return " ".join([first, "the", *rest])


class Stateful(models.Model):
    """A record with one protected `state` (django-fsm-2) that only `move` changes.

    Entering state `x` stamps the fields `x_at` and `x_by` if the model has them, except by a transition with
    `custom={"stamps": False}`, which returns to a state that was stamped before.
    """

    state: str
    get_state_display: Callable[[], str]

    class Meta:
        abstract = True

    def lock(self) -> None:
        """Lock this row until the transaction ends and load its current values.

        Raises TransitionRefused if it has been deleted.
        """
        fresh = type(self)._base_manager.select_for_update(of=("self",)).filter(pk=self.pk).first()
        if fresh is None:
            raise TransitionRefused(f"{str(self._meta.verbose_name).capitalize()} {self} has been deleted.")
        self._take_over(fresh)

    def _take_over(self, fresh: models.Model) -> None:
        for field in self._meta.concrete_fields:
            if self.__dict__.get(field.attname) != fresh.__dict__[field.attname]:
                self._state.fields_cache.pop(field.name, None)
            # Bypasses the descriptor: a protected state cannot be assigned, but must never be stale.
            self.__dict__[field.attname] = fresh.__dict__[field.attname]

    def refresh_from_db(self, using=None, fields=None, from_queryset=None) -> None:
        if fields is not None:
            return super().refresh_from_db(using, fields, from_queryset)
        rows = from_queryset if from_queryset is not None else type(self)._base_manager
        self._take_over(rows.get(pk=self.pk))
        self._state.fields_cache.clear()
        if hasattr(self, "_prefetched_objects_cache"):
            self._prefetched_objects_cache.clear()

    def move(self, name: str, *, by, why: str = "", **arguments) -> "Event":
        """Lock the row, run transition `name`, stamp it and write the audit line, which is returned: all or nothing.

        `by`: the person, or None when the portal itself acts. Raises TransitionRefused.
        """
        with transaction.atomic():
            self.lock()
            before, changed = self._run(name, by, arguments)
            self.save(update_fields=changed)
            (event,) = self._audit([(self, before)], name, by, why)
            return event

    @classmethod
    def move_all(cls, rows: Iterable["Stateful"], name: str, *, by, why: str = "") -> list["Stateful"]:
        """`move` for many rows of one model in a fixed number of queries: all of them or none.

        Each row's audit line names it, so load what its `__str__` needs along with the rows.
        """
        with transaction.atomic():
            rows = sorted(rows, key=lambda row: row.pk)
            locks = cls._base_manager.select_for_update(of=("self",)).order_by("pk")
            fresh = {row.pk: row for row in locks.filter(pk__in=[row.pk for row in rows])}
            for row in rows:
                row._take_over(fresh[row.pk])
            outcomes = [(row, *row._run(name, by, {})) for row in rows]
            changed = {field for _, _, fields in outcomes for field in fields}
            if changed:
                update_rows(rows, sorted(changed))
            cls._audit([(row, before) for row, before, _ in outcomes], name, by, why)
            return rows

    def _run(self, name: str, by, arguments: dict) -> tuple[str, list[str]]:
        """Run the transition in memory. Returns (state before, names of changed fields)."""
        held = {field.name: self.__dict__[field.attname] for field in self._meta.concrete_fields}
        found = self._refuse_unmet(name)
        try:
            getattr(self, name)(**arguments)
        except TransitionNotAllowed:
            raise TransitionRefused(self._not_from_here(name)) from None
        if found.custom.get("stamps", True):
            self._stamp(by)
        changed = [
            field.name
            for field in self._meta.concrete_fields
            if self.__dict__[field.attname] != held[field.name]
        ]
        return held["state"], changed

    def require(self, name: str) -> None:
        """Raise TransitionRefused unless transition `name` is possible from the loaded state: lock first."""
        if self._refuse_unmet(name) is None:
            raise TransitionRefused(self._not_from_here(name))

    def _refuse_unmet(self, name: str):
        """The transition `name` from this state, if its conditions are met."""
        found = getattr(type(self), name)._django_fsm.get_transition(self.state)
        for condition in found.conditions if found else ():
            if not condition(self):
                raise TransitionRefused(getattr(condition, "words", self._not_from_here(name)))
        return found

    def _not_from_here(self, name: str) -> str:
        noun = str(self._meta.verbose_name).capitalize()
        return (
            f"{noun} {self} is now “{self.get_state_display()}”, so it was not possible to {in_words(name)}."
        )

    def _stamp(self, by) -> None:
        names = {field.name for field in self._meta.concrete_fields}
        for name, value in ((f"{self.state}_at", timezone.now()), (f"{self.state}_by", by)):
            if name in names:
                setattr(self, name, value)

    @staticmethod
    def _audit(rows: list[tuple["Stateful", str]], verb: str, by, why: str) -> list["Event"]:
        from .audit import record_all  # its models are defined beside Stateful, which must load first

        return record_all(verb, [(row, before, row.state) for row, before in rows], by=by, why=why)


def state_field(choices, default) -> FSMField:
    """The `state` field of a Stateful model: known values only, never assigned directly."""
    return FSMField(choices=choices, default=default, protected=True, max_length=30, db_index=True)


def stamped_by_someone(state: str, name: str) -> models.CheckConstraint:
    """`<state>_at` and `<state>_by` are set together or not at all."""
    both = {f"{state}_at__isnull": False, f"{state}_by__isnull": False}
    neither = {f"{state}_at__isnull": True, f"{state}_by__isnull": True}
    return models.CheckConstraint(condition=models.Q(**both) | models.Q(**neither), name=name)


def moves_of(model: type[Stateful]) -> list[tuple[str, str]]:
    """Every allowed (from, to) of `model`, sorted, as django-fsm-2 knows them."""
    field = model._meta.get_field("state")  # type: ignore[misc]  # every concrete one has it
    moves = {(t.source, t.target) for t in field.get_all_transitions(model)}
    return sorted((str(source), str(target)) for source, target in moves)


def allowed_moves(model: type[Stateful]) -> type[Stateful]:
    """Class decorator: the database holds the model's states and its table of moves, too, whoever writes."""
    _hold_states(model)
    trigger = pgtrigger.FSM(name="allowed_moves", field="state", transitions=moves_of(model))
    return pgtrigger.register(trigger)(model)


def _hold_states(model: type[Stateful]) -> None:
    """Add the constraint that names the states. `Meta` cannot: the class of the states is out of its sight."""
    known = models.CheckConstraint(
        condition=models.Q(state__in=model.State.values),  # type: ignore[attr-defined]
        name=f"{model._meta.model_name}_known_state",
    )
    model._meta.constraints = [*model._meta.constraints, known]
    model._meta.original_attrs["constraints"] = model._meta.constraints  # what migrations are made from
