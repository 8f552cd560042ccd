"""Parts that several rooms show: an item of evidence to look at, and the hand-ins so far.

Each takes the names of the doors its links lead to, as every room has doors of its own.
"""

from django import template
from django.urls import reverse
from django.utils import timezone

from ..models import Assignment, Evidence, EvidenceVersion

register = template.Library()


def _address(door: str, under, *arguments) -> str:
    return reverse(door, args=[*([] if under is None else [under]), *arguments])


def _figure(version: EvidenceVersion, door: str, pages: str, under, preload: str) -> dict:
    file_url = _address(door, under, version.pk)
    return {
        "item": version.evidence,
        "version": version,
        "pages": [
            (page, _address(pages, under, version.pk, page.index)) for page in version.renditions.all()
        ],
        "file_url": file_url,
        "inline_url": f"{file_url}?inline=1",
        "preload": preload,
    }


@register.inclusion_tag("portfolios/_evidence.html")
def evidence_view(
    item: Evidence,
    door: str = "evidence-file",
    pages: str = "rendition",
    under=None,
    *,
    level: int = 3,
    edit_url: str = "",
) -> dict:
    """The item, looked at in the page, with its note and tags. `item` from `Evidence.objects.for_pages()`.

    `door` and `pages`: URL names with the arguments ([under,] version) and ([under,] version, page).
    `level`: of its heading. `edit_url`: where its tags are changed.
    """
    return {
        **_figure(item.current, door, pages, under, preload="metadata"),
        "level": level,
        "edit_url": edit_url,
    }


@register.inclusion_tag("portfolios/_figure.html")
def evidence_figure(
    item: Evidence,
    door: str = "evidence-file",
    pages: str = "rendition",
    under=None,
    *,
    preload: str = "metadata",
) -> dict:
    """The file alone. With `preload="none"`, for a folded part, nothing is fetched before it is unfolded."""
    return _figure(item.current, door, pages, under, preload=preload)


@register.inclusion_tag("portfolios/_rounds.html")
def rounds(
    assignment: Assignment, door: str = "evidence-file", under=None, *, page: str | None = "round"
) -> dict:
    """Every hand-in with its files, and what came of it. `assignment` from `Assignment.objects.for_pages()`.

    `page`: the URL name of the page of one hand-in, with the arguments (assignment, number); None: no link.
    """
    return {
        "under": under,
        "rounds": [
            (
                found,
                [(version, _address(door, under, version.pk)) for version in found.versions.all()],
                reverse(page, args=[assignment.pk, found.number]) if page else "",
            )
            for found in sorted(assignment.rounds.all(), key=lambda found: -found.number)
        ],
    }


@register.inclusion_tag("portfolios/_due.html")
def due(assignment: Assignment, is_late: bool = False) -> dict:
    """When the work is due, and by how many days it is late."""
    days = (timezone.localdate() - assignment.due_on).days if is_late and assignment.due_on else 0
    return {"due_on": assignment.due_on, "days_late": days}
