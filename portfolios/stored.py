"""Which rows of this room name stored files."""

from portal.kit.inventory import keeps

from .models import EvidenceVersion, Rendition

keeps("evidence", EvidenceVersion, "file", sha256="sha256", size="size_bytes")
keeps("previews", Rendition, "image")
