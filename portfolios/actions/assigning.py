"""Assign units to candidates."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from candidates.models import Candidate
from portal.accounts.models import User
from portal.catalogue.models import Unit
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..models import Assignment


@transaction.atomic
def assign(unit: Unit, candidates: Iterable[Candidate], *, due_on: date | None, by: User) -> list[Assignment]:
    """Assign `unit` to those of `candidates` who do not have it yet, pinning its current e-checklist.

    Returns the new assignments. Raises TransitionRefused if the unit has no published e-checklist.
    """
    checklist = unit.current_checklist()
    if checklist is None:
        raise TransitionRefused(f"{unit} has no published e-checklist yet.")
    candidates = list(candidates)
    keys = [candidate.pk for candidate in candidates]
    # Locked, so that a second click waits and then finds that they have it.
    list(Candidate.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    have = set(
        Assignment.objects.filter(unit=unit, candidate__in=candidates).values_list("candidate_id", flat=True)
    )
    new = Assignment.objects.bulk_create(
        Assignment(candidate=candidate, unit=unit, checklist=checklist, due_on=due_on, assigned_by=by)
        for candidate in candidates
        if candidate.pk not in have
    )
    audit.record_all("assign", [(assignment, "", assignment.state) for assignment in new], by=by)
    return new
