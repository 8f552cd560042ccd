"""What this room receives files for: attachments of applications, also from people without an account."""

from django.conf import settings

from portal.files import uses
from portal.files.filetypes import PAPERS
from portal.files.uses import Use


@uses.register
class OfApplication(Use):
    """Comes by the form alone, inspected before it is answered. Each door finds it by the application."""

    name = "application"
    types = PAPERS
    is_shown = False

    @property
    def most_bytes(self) -> int:
        return settings.APPLICATION_FILE_LIMIT_BYTES
