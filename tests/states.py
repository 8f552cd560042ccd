"""Try every move of a model from every state: what the code really does, compared with the table of moves."""

from collections.abc import Callable

import pgtrigger
from django.db import connection
from django_fsm import FSMField

from portal.kit.stateful import Stateful, TransitionRefused


def put(row: Stateful, state: str) -> None:
    """Set a row's state around every guard, as only a test may."""
    label = row._meta.label
    with pgtrigger.ignore(f"{label}:allowed_moves"):
        type(row).objects.filter(pk=row.pk).update(state=state)
    row.refresh_from_db()


def without_trigger(model, name: str) -> None:
    """Drop a trigger from the database; the test's rollback restores it."""
    triggers = {trigger.name: trigger for of, trigger in pgtrigger.registered() if of is model}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{triggers[name].get_pgid(model)}" ON {model._meta.db_table}')


def verbs_of(model: type[Stateful]) -> list[str]:
    field = model._meta.get_field("state")
    assert isinstance(field, FSMField)
    return sorted({transition.name for transition in field.get_all_transitions(model)})


def moves_made(make: Callable[[], Stateful], *, by) -> set[tuple[str, str, str]]:
    """{(from, verb, to)} of all moves that succeeded, after trying every verb from every state.

    Asserts that a refused one changed nothing and wrote nothing to the audit trail.
    """
    from portal.kit.models import Event

    row = make()
    made = set()
    for state in type(row).State.values:
        for verb in verbs_of(type(row)):
            put(row, state)
            before = Event.objects.count()
            try:
                row.move(verb, by=by)
            except TransitionRefused as refusal:
                assert refusal.for_people()
                row.refresh_from_db()
                assert (row.state, Event.objects.count()) == (state, before)
            else:
                row.refresh_from_db()
                assert Event.objects.count() == before + 1
                made.add((state, verb, row.state))
    return made


def bypassing_moves(make: Callable[[], Stateful]) -> set[tuple[str, str]]:
    """{(from, to)} of all changes of state that the database itself allows in a plain UPDATE."""
    from django.db import DatabaseError, transaction

    row = make()
    passed = set()
    for source in type(row).State.values:
        for target in type(row).State.values:
            if source == target:
                continue
            put(row, source)
            try:
                with transaction.atomic():
                    type(row).objects.filter(pk=row.pk).update(state=target)
                    # Deferred checks are not tested here.
                    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
            except DatabaseError:
                continue
            passed.add((source, target))
    return passed
