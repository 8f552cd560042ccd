"""The address to which the script sends the files of a bulk upload, by the protocol of all uploads (uploads/tus.py)."""

from django.conf import settings

from ..access import find_bulk
from ..models import Upload
from ..uploads.tus import create, speaks_tus
from . import arriving


@speaks_tus
def bulk_uploads(request, pk):
    """Begin an upload of a file, or of a zip of many, that is sorted afterwards (POST)."""
    bulk = find_bulk(request.user, pk)

    def begin(told: dict[str, str], **about) -> Upload:
        return arriving.begin(bulk, **about)

    return create(request, begin, most_bytes=settings.BULK_UPLOAD_LIMIT_BYTES)
