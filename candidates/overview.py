"""What a candidate's page at the centre shows. Later rooms take part without being imported here.

A room registers a `Part` in its own `overview.py`, which Django loads when it starts (apps.py); parts are shown in the
order of the rooms. Each makes the same number of queries for any number of rows.
"""

from dataclasses import dataclass, field
from typing import TypeVar

from .models import Candidate


@dataclass
class Shown:
    """One part of the page: its heading, a template with its context, what to do, and links to full lists.

    `to_do` and `links`: (words, address). Without a template, only `to_do` is shown.
    """

    heading: str
    template: str = ""
    context: dict = field(default_factory=dict)
    to_do: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


class Part:
    """What one room shows about a candidate."""

    def show(self, candidate: Candidate, *, to) -> Shown | None:
        """The part as the person `to` may see it; None if they may not, or if there is nothing to show."""
        raise NotImplementedError


PARTS: list[Part] = []
Kind = TypeVar("Kind", bound=type[Part])


def shown_with_candidate(kind: Kind) -> Kind:
    """Register a Part."""
    PARTS.append(kind())
    return kind


def overview_of(candidate: Candidate, *, to) -> list[Shown]:
    return [shown for part in PARTS if (shown := part.show(candidate, to=to))]
