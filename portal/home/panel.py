"""A panel on a home page."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse


@dataclass
class Panel:
    """One part of a home page: a heading, tiles `{count, label, url, hint}`, warnings and a note."""

    heading: str
    tiles: list[dict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    note: str = ""

    def add(self, count: int, label: str, route: str, *args, hint: str = "", **query: str) -> None:
        """Add a count that links to its list at `route` (with `args`, filtered by `query`)."""
        url = reverse(route, args=args) + (f"?{urlencode(query)}" if query else "")
        self.tiles.append({"count": count, "label": label, "url": url, "hint": hint})
