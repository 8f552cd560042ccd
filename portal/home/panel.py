"""A panel on a home page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from portal.kit.counting import count_each


@dataclass
class Panel:
    """One part of a home page: a heading, tiles `{count, label, url}`, warnings and a note."""

    heading: str
    tiles: list[dict] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    note: str = ""

    @property
    def is_quiet(self) -> bool:
        """Whether it would only say that there is nothing to do."""
        return bool(self.tiles) and not (
            self.warnings or self.note or any(tile["count"] for tile in self.tiles)
        )

    def add(self, rows: QuerySet, label: str, route: str, *args, **query: str) -> None:
        """Add a count of `rows` that links to their list at `route` (with `args`, filtered by `query`)."""
        url = reverse(route, args=args) + (f"?{urlencode(query)}" if query else "")
        self.tiles.append({"count": rows, "label": label, "url": url})


def count(panels: Iterable[Panel]) -> None:
    """Put the number of rows into every tile, in one query for all panels."""
    tiles = [tile for panel in panels for tile in panel.tiles]
    for tile, number in zip(tiles, count_each([tile["count"] for tile in tiles]), strict=True):
        tile["count"] = number
