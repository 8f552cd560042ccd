"""The address to which the script sends the files of a bulk upload, with the protocol of all uploads (portal/files)."""

from django.conf import settings

from portal.files.models import StoredFile
from portal.files.tus import create, speaks_tus

from ..access import find_bulk
from . import arriving


@speaks_tus
def bulk_uploads(request, pk):
    """Start an upload of a file, or of a zip of many, that is sorted afterwards (POST)."""
    bulk = find_bulk(request.user, pk)

    def begin(told: dict[str, str], **about) -> StoredFile:
        return arriving.begin(bulk, **about).stored

    return create(request, begin, most_bytes=settings.BULK_UPLOAD_LIMIT_BYTES)
