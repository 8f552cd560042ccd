"""Numbers and lists that the guides state, taken from where the portal itself takes them."""

from django.conf import settings

from portal.kit.templatetags.kit import filesize_uk
from portfolios.filetypes import TYPES
from portfolios.models import EvidenceVersion

Kind = EvidenceVersion.Kind
SIZES_BYTES = [1_000_000, 5_000_000, 20_000_000]
UNITS = [(86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")]
LINES_BITS = [1_000_000, 5_000_000, 50_000_000]  # a second, upwards


def facts() -> dict:
    """For every template of the guides, as `facts`."""
    return {
        "file_limit": filesize_uk(settings.EVIDENCE_FILE_LIMIT_BYTES),
        "unit_limit": filesize_uk(settings.EVIDENCE_UNIT_LIMIT_BYTES),
        "bulk_limit": filesize_uk(settings.BULK_UPLOAD_LIMIT_BYTES),
        "bulk_files": settings.BULK_UPLOAD_FILES_LIMIT,
        "upload_kept": _time(settings.UPLOAD_KEPT_HOURS * 3600),
        "code_days": settings.SIGN_IN_CODE_DAYS,
        "approval_years": settings.APPROVAL_YEARS,
        "invitation_days": settings.INVITATION_DAYS,
        "upload_times": [
            (filesize_uk(size), [_time(size * 8 / line) for line in LINES_BITS]) for size in SIZES_BYTES
        ],
        "shown_types": [(kind.label, _endings(kind)) for kind in Kind if kind != Kind.OTHER],
        "other_types": _endings(Kind.OTHER),
    }


def _endings(kind: Kind) -> str:
    return ", ".join(ending for ending, found in TYPES.items() if found.kind == kind)


def _time(seconds: float) -> str:
    """Rounded as people say it."""
    if seconds < 1:
        return "under 1 second"
    per_unit, unit = next((size, unit) for size, unit in UNITS if seconds >= size)
    number = round(seconds / per_unit)
    return f"{number} {unit}{'' if number == 1 else 's'}"
