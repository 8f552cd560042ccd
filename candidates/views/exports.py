"""Candidates as a file that can be imported again."""

from django.db.models import Prefetch
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files import door

from ..importing import headings_for_export
from ..models import Group
from .people import filtered, sorting

MORE = [
    "Other groups",
    "Awarding body's candidate number",
    "Last signed in",
]  # ignored when the file is imported


@signed_in
@require_GET
def candidates_export(request, number):
    """The candidates, filtered and sorted like the list."""
    centre = open_centre(request, number, needs=Permission.SEE_CANDIDATES)
    _, found = filtered(request, centre)
    groups = Prefetch("groups", queryset=Group.objects.order_by("name"))
    found = found.select_related("user").with_work().prefetch_related(groups).order_by(*sorting(request))
    rows = (_row(candidate) for candidate in found.iterator(chunk_size=500))
    return door.hand_out_csv(
        request,
        _with_headings(rows),
        name=f"candidates-{slugify(centre.number)}.csv",
        subject=centre,
        verb="export candidates",
        after=str(found.count()),
    )


def _with_headings(rows):
    yield [*headings_for_export(), *MORE]
    yield from rows


def _row(candidate) -> list[str]:
    first, *others = [group.name for group in candidate.groups.all()] or [""]
    last = candidate.user.last_login
    return [
        candidate.number, candidate.first_names, candidate.last_name, candidate.known_as,
        f"{candidate.date_of_birth:%d/%m/%Y}", first, candidate.uci, candidate.uln,
        ", ".join(others), candidate.ocr_number, f"{last:%d/%m/%Y}" if last else "",
    ]  # fmt: skip
