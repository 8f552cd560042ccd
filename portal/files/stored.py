"""Which rows of this room name stored objects."""

from .inventory import keeps
from .models import Part, Rendition, StoredFile

keeps("files", StoredFile, "file", sha256="sha256", size="size_bytes")
keeps("parts", Part, "file", size="size_bytes")
keeps("previews", Rendition, "file")
