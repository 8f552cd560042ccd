"""Which rows of this room name stored files."""

from portal.files.inventory import keeps, keeps_printed

from .models import ApprovalLetter, Attachment, Invoice, StatementOfEntries

keeps("applications", Attachment, "file", sha256="sha256", size="size_bytes")
keeps_printed(ApprovalLetter)
keeps_printed(Invoice)
keeps_printed(StatementOfEntries)
