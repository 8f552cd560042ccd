"""How much room a unit, a bulk upload or a workspace has for files, and how much of it is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q, Sum

from portal.files.states import UNDER_WAY, FileState

if TYPE_CHECKING:
    from .models import Evidence


@dataclass(frozen=True)
class Limits:
    """The size of the files in a unit or a bulk upload, including those being uploaded, and the limits."""

    whole: str
    way_out: str  # what to do when they are reached
    bytes_used: int
    bytes_most: int
    files: int
    files_most: int
    bytes_a_file: int  # at most

    @property
    def is_nearly_reached(self) -> bool:
        """Whether a fifth of the room or less is left, which people need to know before they choose files."""
        return 5 * self.bytes_used >= 4 * self.bytes_most or 5 * self.files >= 4 * self.files_most


def limits_of(assignment, evidence: list[Evidence] | None = None) -> Limits:
    """`evidence`: all of it with its versions, where a page has read them."""
    used, files = _sizes_of(evidence) if evidence is not None else _sizes_in(assignment)
    # Counted among the unit's own uploads: asked for by their state, they would be sought among all files.
    under_way = Q(stored__state__in=UNDER_WAY)
    coming = assignment.uploads.aggregate(
        bytes=Sum("stored__size_bytes", filter=under_way),
        new=Count("pk", filter=under_way & Q(replaces=None)),
    )
    return Limits(
        "this unit",
        "Remove a file first.",
        bytes_used=used + (coming["bytes"] or 0),
        bytes_most=settings.EVIDENCE_UNIT_LIMIT_BYTES,
        files=files + coming["new"],
        files_most=settings.EVIDENCE_UNIT_FILES_LIMIT,
        bytes_a_file=settings.EVIDENCE_FILE_LIMIT_BYTES,
    )


def limits_of_bulk(bulk) -> Limits:
    """The limits of all files that were to be sorted, so that one bulk upload stays a list that a person can check."""
    not_counted = [FileState.CANCELLED, FileState.EXPIRED, FileState.REFUSED]
    counted = bulk.uploads.filter(ended="").exclude(stored__state__in=not_counted)
    came = counted.aggregate(bytes=Sum("stored__size_bytes"), files=Count("pk"))
    return Limits(
        "this bulk upload",
        "Start another bulk upload for the rest.",
        bytes_used=came["bytes"] or 0,
        bytes_most=settings.BULK_UPLOAD_LIMIT_BYTES,
        files=came["files"],
        files_most=settings.BULK_UPLOAD_FILES_LIMIT,
        bytes_a_file=settings.EVIDENCE_FILE_LIMIT_BYTES,
    )


def bytes_in_workspace(candidate) -> int:
    """The size of the candidate's files outside units."""
    return sum(candidate.workspace.values_list("stored__size_bytes", flat=True))


def bytes_used(assignment) -> int:
    """The size of the unit's files, counting every version that still belongs to an item."""
    return _sizes_in(assignment)[0]


def _sizes_in(assignment) -> tuple[int, int]:
    """(bytes, items) of its evidence."""
    from .models import EvidenceVersion

    found = EvidenceVersion.objects.present_in(assignment).aggregate(
        bytes=Sum("stored__size_bytes"), items=Count("evidence", distinct=True)
    )
    return found["bytes"] or 0, found["items"]


def _sizes_of(evidence: list[Evidence]) -> tuple[int, int]:
    """As `_sizes_in`, of items that were read with their versions."""
    return sum(version.size_bytes for item in evidence for version in item.versions.all()), len(evidence)
