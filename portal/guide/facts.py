"""Numbers and lists that the guides state, read from the same places as the portal reads them."""

from django.conf import settings

from portal.files.filetypes import TYPES
from portal.files.kinds import Kind
from portal.kit.amounts import LINES_BITS, filesize_uk, time_to_send, time_words

SIZES_BYTES = [1_000_000, 5_000_000, 20_000_000]


def facts() -> dict:
    """The context of every guide template, as `facts`."""
    return {
        "file_limit": filesize_uk(settings.EVIDENCE_FILE_LIMIT_BYTES),
        "unit_limit": filesize_uk(settings.EVIDENCE_UNIT_LIMIT_BYTES),
        "bulk_limit": filesize_uk(settings.BULK_UPLOAD_LIMIT_BYTES),
        "bulk_files": settings.BULK_UPLOAD_FILES_LIMIT,
        "upload_kept": time_words(settings.UPLOAD_KEPT_HOURS * 3600),
        "code_days": settings.SIGN_IN_CODE_DAYS,
        "approval_years": settings.APPROVAL_YEARS,
        "idle_minutes": settings.IDLE_MINUTES,
        "invitation_days": settings.INVITATION_DAYS,
        "upload_times": [
            (filesize_uk(size), [time_to_send(size, line) for line in LINES_BITS]) for size in SIZES_BYTES
        ],
        "shown_types": [(kind.label, _endings(kind)) for kind in Kind if kind != Kind.OTHER],
        "other_types": _endings(Kind.OTHER),
    }


def _endings(kind: Kind) -> str:
    return ", ".join(ending for ending, found in TYPES.items() if found.kind == kind)
