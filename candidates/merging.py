"""What moves when two rows of one person are merged. Later rooms take part without being imported here.

A room registers a `Follower` in its own `merging.py`, which Django loads when it starts (apps.py). A test checks
that one of them names every model with a candidate.
"""

from typing import TypeVar

from portal.kit import audit

from .models import Candidate, NamedEntry


class Follower:
    """What one room stores about candidates. `models`: labels of its models with a candidate."""

    models: tuple[str, ...] = ()

    def hold(self, merged: Candidate) -> None:
        """Lock what must be locked before candidates (design: a fixed order of locks)."""

    def facts(self, candidate: Candidate) -> list[tuple[str, str]]:
        """(label, words) for the two columns of the page that compares people."""
        return []

    def objections(self, kept: Candidate, merged: Candidate) -> list[str]:
        """Why `merged` cannot be merged into `kept`, each with what to do; called after both are locked."""
        return []

    def move(self, kept: Candidate, merged: Candidate, *, by) -> None:
        """Make what belongs to `merged` belong to `kept`."""


FOLLOWERS: list[Follower] = []
Kind = TypeVar("Kind", bound=type[Follower])


def moves_with_candidate(kind: Kind) -> Kind:
    """Register a Follower."""
    FOLLOWERS.append(kind())
    return kind


@moves_with_candidate
class Groups(Follower):
    """The groups of both. The merged candidate leaves theirs, so that sizes are right."""

    models = ("candidates.Group", "candidates.DifferentPeople", "candidates.Candidate")

    def facts(self, candidate: Candidate) -> list[tuple[str, str]]:
        return [("Groups", ", ".join(group.name for group in candidate.groups.all()) or "None")]

    def move(self, kept: Candidate, merged: Candidate, *, by) -> None:
        kept.groups.add(*merged.groups.all())
        merged.groups.clear()


@moves_with_candidate
class NamedEntries(Follower):
    """Named entries, with their history. If both are entered for a subject and level, the centre must choose."""

    models = ("candidates.NamedEntry",)

    def facts(self, candidate: Candidate) -> list[tuple[str, str]]:
        entries = NamedEntry.objects.filter(candidate=candidate).for_lists()
        words = [f"{entry.award.code} ({entry.standing.label.lower()})" for entry in entries]
        return [("Named entries", ", ".join(words) or "None")]

    def objections(self, kept: Candidate, merged: Candidate) -> list[str]:
        holding = NamedEntry.objects.holding()
        theirs = holding.filter(candidate=merged).values("award__qualification")
        both = holding.filter(candidate=kept, award__qualification__in=theirs).select_related("award")
        codes = ", ".join(sorted(entry.award.code for entry in both))
        if not codes:
            return []
        return [
            f"Both are entered by name for the subject of {codes}. Withdraw one of the two entries first."
        ]

    def move(self, kept: Candidate, merged: Candidate, *, by) -> None:
        keys = list(NamedEntry.objects.filter(candidate=merged).values_list("pk", flat=True))
        NamedEntry.objects.filter(pk__in=keys).update(candidate=kept)
        moved = NamedEntry.objects.filter(pk__in=keys).select_related("candidate", "award")
        changes = [(entry, str(merged), str(kept)) for entry in moved]
        audit.record_all("move to the candidate kept", changes, by=by)
