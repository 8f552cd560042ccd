"""A panel of a home page."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.urls import reverse


@dataclass
class Panel:
    """One part of a home page: a heading and tiles `{count, label, url, hint}`, what is wrong, and a quiet word."""

    heading: str
    tiles: list[dict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    note: str = ""

    def add(self, count: int, label: str, route: str, *args, hint: str = "", **query: str) -> None:
        """A count, and the list at `route` (its `args`, narrowed by `query`) that makes it."""
        url = reverse(route, args=args) + (f"?{urlencode(query)}" if query else "")
        self.tiles.append({"count": count, "label": label, "url": url, "hint": hint})
