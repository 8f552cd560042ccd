"""Which rows of this room name stored files."""

from portal.files.inventory import keeps

from .models import EvidenceVersion, Rendition, UploadPart, WorkspaceFile

keeps("evidence", EvidenceVersion, "file", sha256="sha256", size="size_bytes")
keeps("previews", Rendition, "file")
keeps("uploads", UploadPart, "file", size="size_bytes")
keeps("workspace", WorkspaceFile, "file", sha256="sha256", size="size_bytes")
