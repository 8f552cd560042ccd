"""All files of a unit as one zip, packed while it is sent: as they are now, or as they were handed in.

Files are named by centre, candidate number and unit, never by the candidate's name, so that they can be passed on to an
awarding body as they are (domain reference: moderation (f)). A manifest comes first.
"""

from collections.abc import Iterable
from pathlib import PurePath

from django.utils import timezone
from django.utils.text import slugify
from zipstream import ZipStream

from portal.files import packing
from portal.kit import csv_files

from .models import Assignment, Evidence, EvidenceVersion, Round
from .rounds import as_kept

MAX_SLUG = 60  # characters, so that unpacked paths stay short enough for every computer
HEADINGS = ["File", "Title", "Name when uploaded", "Version", "Bytes", "SHA-256", "Criteria", "Uploaded by",
            "Uploaded at"]  # fmt: skip


def stem_of(assignment: Assignment) -> str:
    """The name of the work outside the portal: "64001_1234_U03"."""
    candidate = assignment.candidate
    return f"{candidate.centre.number}_{candidate.number}_U{assignment.unit.number:02}"


def versions_of(this_round: Round) -> list[EvidenceVersion]:
    """The files of a hand-in in the order of its evidence, with their items, tags and later versions."""
    found = this_round.versions.select_related("evidence", "uploaded_by")
    in_order = found.order_by("evidence__uploaded_at", "evidence_id")
    versions = list(in_order.prefetch_related("evidence__criteria", "evidence__versions"))
    as_kept(this_round, [version.evidence for version in versions])
    return versions


def pack(assignment: Assignment, versions: Iterable[EvidenceVersion]) -> ZipStream:
    """The zip, whose length is known before its first byte."""
    stem, zipped = stem_of(assignment), ZipStream(sized=True)
    named = [(_name(stem, number, version), version) for number, version in enumerate(versions, 1)]
    rows = [HEADINGS, *(_row(name, version, assignment) for name, version in named)]
    zipped.add(csv_files.written(rows), f"{stem}_00_manifest.csv")
    return packing.add(zipped, ((name, version.file, version.size_bytes) for name, version in named))


def _name(stem: str, number: int, version: EvidenceVersion) -> str:
    """Such as "64001_1234_U03_01_storyboard.pdf"."""
    slug = slugify(version.evidence.title)[:MAX_SLUG].strip("-") or "file"
    return f"{stem}_{number:02}_{slug}{PurePath(version.file_name).suffix.lower()}"


def _row(name: str, version: EvidenceVersion, assignment: Assignment) -> list:
    evidence: Evidence = version.evidence
    return [
        name,
        evidence.title,
        version.file_name,
        version.number,
        version.size_bytes,
        version.sha256,
        ", ".join(criterion.ref for criterion in evidence.criteria.all()),
        str(version.uploaded_by) if assignment.is_on_behalf(version.uploaded_by) else "The candidate",
        f"{timezone.localtime(version.uploaded_at):%d/%m/%Y %H:%M}",
    ]
