"""Candidates as a file that can be imported again."""

from collections import defaultdict

from django.utils.text import slugify
from django.views.decorators.http import require_GET

from centres.access import open_centre
from portal.accounts.keeping import signed_in
from portal.accounts.roles import Permission
from portal.files import door

from ..importing import headings_for_export
from .people import filtered, in_order

MORE = [
    "Other groups",
    "Awarding body's candidate number",
    "Last signed in",
]  # ignored when the file is imported
COLUMNS = [
    "number", "first_names", "last_name", "known_as", "date_of_birth", "uci", "uln", "ocr_number",
    "user__last_login",
]  # fmt: skip


@signed_in
@require_GET
def candidates_export(request, number):
    """The candidates, filtered and sorted like the list."""
    centre = open_centre(request, number, needs=Permission.SEE_CANDIDATES)
    _, found = filtered(request, centre)
    groups = _groups_of(centre)
    rows = in_order(request, found).values_list("pk", *COLUMNS).iterator()
    return door.hand_out_csv(
        request,
        _with_headings(_row(groups.get(pk, [""]), *values) for pk, *values in rows),
        name=f"candidates-{slugify(centre.number)}.csv",
        subject=centre,
        verb="export candidates",
        after=str(found.count()),
    )


def _with_headings(rows):
    yield [*headings_for_export(), *MORE]
    yield from rows


def _groups_of(centre) -> dict[int, list[str]]:
    """{key of a candidate: the names of their groups}, sorted."""
    names = defaultdict(list)
    groups = centre.groups.filter(candidates__isnull=False).order_by("name")
    for candidate, name in groups.values_list("candidates", "name"):
        names[candidate].append(name)
    return names


def _row(groups, number, first, last, known_as, born, uci, uln, ocr_number, signed_in) -> list[str]:
    group, *others = groups
    return [
        number, first, last, known_as, f"{born:%d/%m/%Y}", group, uci, uln, ", ".join(others), ocr_number,
        f"{signed_in:%d/%m/%Y}" if signed_in else "",
    ]  # fmt: skip
