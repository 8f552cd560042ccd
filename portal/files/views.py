"""What is said where a request failed for want of room: of the disk that takes what is sent, or of the store."""

import logging
import sys

from django.shortcuts import render
from django.views import defaults

from . import storage

logger = logging.getLogger(__name__)


def server_error(request):
    """As Django's own page, or, with 507, that a disk is full: forms are written to one as they arrive."""
    fault = sys.exc_info()[1]
    if fault is None or not (isinstance(fault, storage.NoRoom) or storage.is_full(fault)):
        return defaults.server_error(request)
    logger.critical("There is no room for what is sent: %s", fault)
    for handler in request.upload_handlers:
        handler.upload_interrupted()  # what came of a form goes
    return render(request, "507.html", status=507)
