"""Which rows of this room name stored files."""

from portal.files.inventory import keeps_printed

from .models import ApprovalLetter, Invoice, StatementOfEntries

keeps_printed(ApprovalLetter)
keeps_printed(Invoice)
keeps_printed(StatementOfEntries)
