"""The page shown when a request failed for lack of room, on the disk that receives data or in the store."""

import logging
import sys

from django.shortcuts import render
from django.views import defaults

from . import storage

logger = logging.getLogger(__name__)


def server_error(request):
    """Django's own page, or a 507 page if a disk is full: forms are written to one as they arrive."""
    fault = sys.exc_info()[1]
    if fault is None or not (isinstance(fault, storage.NoRoom) or storage.is_full(fault)):
        return defaults.server_error(request)
    logger.critical("There is no room for what is sent: %s", fault)
    for handler in request.upload_handlers:
        handler.upload_interrupted()  # what arrived of a form is deleted
    return render(request, "507.html", status=507)
