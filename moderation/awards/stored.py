"""Which rows of this room name stored files."""

from portal.files.inventory import keeps_printed

from .models import Certificate

keeps_printed(Certificate)
