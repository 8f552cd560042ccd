"""How the pages of this room find their subject; what a person may not see is 404."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from ..access import is_own
from ..models import Assignment, Evidence


def find_work(request, pk: int) -> Assignment:
    return get_object_or_404(Assignment.objects.visible_to(request.user).for_pages(), pk=pk)


def find_evidence(request, pk: int, *, rows=None, hold: bool = False) -> tuple[Evidence, Assignment]:
    """An item that is not removed (or of `rows`), and the assignment, ready for a page.

    `hold`: nobody else changes the work until the transaction ends.
    """
    rows = Evidence.objects.for_pages() if rows is None else rows
    evidence = get_object_or_404(rows.visible_to(request.user), pk=pk)
    if hold:
        evidence.assignment.lock()
        evidence = get_object_or_404(rows.visible_to(request.user), pk=pk)
    assignment = Assignment.objects.for_pages().get(pk=evidence.assignment_id)
    evidence.assignment = assignment
    return evidence, assignment


def evidence_of(assignment: Assignment, *, rows=None) -> list[Evidence]:
    """What a page about the assignment shows of its evidence (or of `rows`)."""
    rows = Evidence.objects.for_pages() if rows is None else rows
    found = list(rows.filter(assignment=assignment))
    for evidence in found:
        evidence.assignment = assignment
    return found


def crumbs(request, assignment: Assignment, here: str = "") -> list[tuple]:
    """My units or the centre's work, the assignment, and this page if it is below that."""
    unit = assignment.unit
    if is_own(request.user, assignment):
        items = [("My units", reverse("my-work"))]
        name = f"{unit.code} {unit.title}"
    else:
        number = assignment.candidate.centre.number
        items = [("Candidates’ work", reverse("to-mark", args=[number]))]
        name = f"{assignment.candidate.display_name}, {unit.code}"
    if here:
        return [*items, (name, assignment.get_absolute_url()), (here, None)]
    return [*items, (name, None)]
