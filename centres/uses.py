"""What this room receives files for: attachments of applications, including those of people without an account."""

from django.conf import settings

from portal.files import uses
from portal.files.filetypes import PAPERS
from portal.files.uses import Use


@uses.register
class OfApplication(Use):
    """Arrives only by the form, and is inspected before the form is answered. Pages find it by the application."""

    name = "application"
    types = PAPERS
    is_shown = False

    @property
    def most_bytes(self) -> int:
        return settings.APPLICATION_FILE_LIMIT_BYTES
