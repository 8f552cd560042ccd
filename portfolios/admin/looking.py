"""What the lists of candidates' work have in common."""

from typing import cast

from django.contrib import admin

from portal.kit.admin import AutocompleteFilter, ReadOnlyAdmin

OF_THE_WORK = ["assignment__candidate__centre", "assignment__unit"]
WHOSE_WORK = [
    "assignment__candidate__plain_names__holds",
    "assignment__candidate__number",
    "assignment__candidate__centre__number",
]
WHOSE_IN_WORDS = "name or number of the candidate, or centre number"
BY_CENTRE = ("assignment__candidate__centre", AutocompleteFilter)


class LookAt(ReadOnlyAdmin):
    """Nothing here can be changed, tags included."""

    def get_queryset(self, request):
        """Apply `list_select_related`, which Django leaves out if a manager adds related rows of its own."""
        return super().get_queryset(request).select_related(*cast(list, self.list_select_related or []))


class FileWords:
    """For rows with a `stored` file: what it is and whether it can be looked at, in words."""

    @admin.display(ordering="stored__kind")
    def kind(self, row) -> str:
        return row.stored.get_kind_display() if row.stored else ""

    @admin.display(ordering="stored__preview")
    def preview(self, row) -> str:
        return row.stored.get_preview_display() if row.stored else ""


class OfCandidate(LookAt):
    """Rows with a `candidate`, whose centre is a column."""

    @admin.display(ordering="candidate__centre__name")
    def centre(self, row):
        return row.candidate.centre
