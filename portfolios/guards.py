"""Conditions of the moves of work, and why its evidence cannot be changed: what models may import."""

from portal.kit.stateful import refuses

from .rules import grade_of


def why_not_changeable(assignment) -> str:
    """Why its evidence cannot be changed now, in words for people; empty if it can."""
    if assignment.is_open:
        return ""
    return f"The work is “{assignment.get_state_display()}”, so its evidence cannot be changed."


@refuses("There is nothing to hand in yet. Upload at least one file.")
def has_evidence(assignment) -> bool:
    return assignment.evidence.present().exists()


@refuses(
    "Files are still being uploaded or checked. Wait until they are ready, or remove them from the list of uploads."
)
def has_nothing_under_way(assignment) -> bool:
    return not assignment.uploads.under_way().exists()


@refuses("Not every required criterion is judged as met, so the unit cannot be recorded as achieved.")
def meets_every_required_criterion(assignment) -> bool:
    return bool(grade_of(assignment))
