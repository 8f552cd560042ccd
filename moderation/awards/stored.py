"""Which rows of this room refer to stored files."""

from portal.files.inventory import keeps_printed

from .models import Certificate

keeps_printed(Certificate)
