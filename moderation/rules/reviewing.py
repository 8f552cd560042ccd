"""Rules about a claim in moderation: its groups, what is decided, what is still open.

Nothing here writes to the database. Lines come from `ClaimLine.objects.for_lists()` or `for_pages()`, so that none
needs queries of its own; of a large claim only those looked at are loaded, and the others are counted.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, QuerySet

from candidates.models import Candidate
from portal.accounts.models import User
from portal.catalogue.models import Unit
from portal.kit.states import Tone

from ..models import Claim, ClaimLine, Decision

SHORT_WORDS: dict[str, str] = {
    Decision.Outcome.AGREED: "Agreed",
    Decision.Outcome.NOT_AGREED: "Not agreed",
    Decision.Outcome.WITHDRAWN: "Withdrawn",
}

GroupKey = tuple[int, int, str]  # unit, assessor, grade


def group_key(line: ClaimLine) -> GroupKey:
    return line.assignment.unit_id, line.assessor_id, line.grade


@dataclass
class GroupView:
    """Lines of one unit, assessor and grade: each group is sampled, and the rest of it is decided together.

    `looked_at` are in the sample, or were decided on their own outside it; `others` is how many are left.
    """

    unit: Unit
    assessor: User
    grade: str
    others: int = 0
    looked_at: list[ClaimLine] = field(default_factory=list)

    def __str__(self) -> str:
        grade = f" at {self.grade_in_words}" if self.grade_in_words else ""
        return f"{self.unit}{grade}, assessed by {self.assessor}"

    @property
    def grade_in_words(self) -> str:
        """Empty where it does not tell groups apart."""
        scale = self.unit.qualification.scale
        return scale.grade(self.grade).words if scale.is_graded else ""

    @property
    def key(self) -> str:
        return f"{self.unit.pk}-{self.assessor.pk}-{self.grade}"

    @property
    def agreed(self) -> int:
        """How many of the lines looked at the moderator agrees with so far."""
        decisions = [decision_on(line) for line in self.looked_at]
        return sum(1 for decision in decisions if decision and decision.outcome == Decision.Outcome.AGREED)

    @property
    def why_reason_needed(self) -> str:
        """Why the rest cannot be agreed without a reason; empty where the lines looked at support it."""
        seen = len(self.looked_at)
        if not seen:
            return "You have not looked at any of this group. Open and decide some of its lines, or give your reason."
        if self.agreed == seen or undecided(self.looked_at):
            return ""
        return (
            f"You agree with {self.agreed} of the {seen} you looked at. Open and decide more lines of the group, or "
            "give your reason for agreeing with the rest."
        )

    def lines_left(self, claim: Claim) -> QuerySet[ClaimLine]:
        """The group's lines that were not looked at."""
        own = {"assignment__unit": self.unit, "assessor": self.assessor, "grade": self.grade}
        return claim.lines.not_looked_at().filter(**own)


class Review:
    """A claim as its moderator sees it, in a fixed number of queries whatever its size."""

    def __init__(self, claim: Claim):
        self.claim = claim

    @cached_property
    def looked_at(self) -> list[ClaimLine]:
        """Sampled lines, and those decided on their own outside the sample."""
        return list(self.claim.lines.looked_at().for_lists())

    @cached_property
    def groups(self) -> list[GroupView]:
        """The claim's groups by unit, then assessor and grade."""
        left = self._left()
        keys = {*left, *map(group_key, self.looked_at)}
        units = Unit.objects.select_related("qualification").in_bulk({unit for unit, _, _ in keys})
        people = User.objects.in_bulk({assessor for _, assessor, _ in keys})
        groups = {
            (unit, assessor, grade): GroupView(
                units[unit], people[assessor], grade, left.get((unit, assessor, grade), 0)
            )
            for unit, assessor, grade in keys
        }
        for line in self.looked_at:
            groups[group_key(line)].looked_at.append(line)
        return sorted(
            groups.values(), key=lambda group: (group.unit.number, str(group.assessor), group.grade)
        )

    def _left(self) -> dict[GroupKey, int]:
        """How many lines of each group were not looked at."""
        by_group = self.claim.lines.not_looked_at().order_by().values("assignment__unit", "assessor", "grade")
        counted = by_group.annotate(Count("pk"))
        return {(unit, person, grade): left for unit, person, grade, left in counted.values_list(
            "assignment__unit", "assessor", "grade", "pk__count"
        )}  # fmt: skip

    def group(self, key: str) -> GroupView | None:
        return next((group for group in self.groups if group.key == key), None)

    @property
    def sampled(self) -> list[ClaimLine]:
        return [line for line in self.looked_at if is_sampled(line)]

    @property
    def undecided(self) -> list[ClaimLine]:
        return undecided(self.looked_at)

    @property
    def others(self) -> int:
        """How many lines were not looked at."""
        return sum(group.others for group in self.groups)

    @property
    def blocks(self) -> str:
        """Why the claim cannot be concluded yet, in a sentence; empty when it can."""
        if self.claim.state == Claim.State.SUBMITTED:
            return "The sample is being drawn. This takes a few seconds."
        if self.claim.state == Claim.State.SAMPLE_PROPOSED:
            return "The sample has not been sent to the centre yet."
        left = len(self.undecided)
        return f"{left} sampled line{' has' if left == 1 else 's have'} no decision yet." if left else ""


def decision_on(line: ClaimLine) -> Decision | None:
    """The newest decision on a line, from the decisions that were read with it."""
    decisions = list(line.decisions.all())
    return decisions[-1] if decisions else None


def undecided(lines: Iterable[ClaimLine]) -> list[ClaimLine]:
    """Sampled lines without a decision."""
    return [line for line in lines if is_sampled(line) and decision_on(line) is None]


def is_sampled(line: ClaimLine) -> bool:
    return hasattr(line, "sampled")


@dataclass
class Cell:
    """One claimed line in the table of candidates and units: its label and its colour."""

    line: int  # its key
    words: str
    tone: Tone


def _cell(claim: Claim, line: int, state: str, sampled: int | None, outcome: str | None) -> Cell:
    """The label that the moderator sees for a line. `sampled`, `outcome`: None if it is not, or has none."""
    if state == ClaimLine.State.VOIDED:
        return Cell(line, ClaimLine.State.VOIDED.label, ClaimLine.State.VOIDED.tone)
    if outcome:
        return Cell(line, SHORT_WORDS[outcome], Decision.Outcome(outcome).tone)
    if not sampled:
        return Cell(line, "Not in the sample", Tone.NEUTRAL)
    if claim.state == Claim.State.SAMPLE_PROPOSED:
        return Cell(line, "Proposed", Tone.WAITING)
    return Cell(line, "To decide", Tone.WAITING)


def candidates_on(claim: Claim) -> QuerySet[Candidate]:
    """Everyone with a line on the claim, by name."""
    on_it = claim.lines.values("assignment__candidate")
    return Candidate.everyone.filter(pk__in=on_it)


def matrix(claim: Claim, candidates: Iterable[Candidate]) -> tuple[list[Unit], list[tuple[Candidate, list]]]:
    """(units, [(candidate, [(unit, its cell or None), …]), …]) for these candidates of a claim; units by number."""
    candidates = list(candidates)
    units = list(Unit.objects.filter(pk__in=claim.lines.values("assignment__unit")).order_by("number"))
    cells = _cells(claim, candidates)
    return units, [
        (person, [(unit, cells.get((person.pk, unit.pk))) for unit in units]) for person in candidates
    ]


def _cells(claim: Claim, candidates: list[Candidate]) -> dict[tuple[int, int], Cell]:
    """{(candidate's key, unit's key): its cell}. Only values are read: there is a line for every cell."""
    lines = claim.lines.filter(assignment__candidate__in=candidates).order_by()
    decided = Decision.objects.filter(line__in=lines.values("pk")).order_by("at", "pk")
    outcomes = dict(decided.values_list("line", "outcome"))  # the newest, as it comes last
    found = lines.values_list("assignment__candidate", "assignment__unit", "pk", "state", "sampled")
    return {
        (person, unit): _cell(claim, line, state, sampled, outcomes.get(line))
        for person, unit, line, state, sampled in found
    }


def next_to_decide(line: ClaimLine, lines: Iterable[ClaimLine]) -> ClaimLine | None:
    """The next sampled line without a decision after `line`, starting again at the top if needed."""
    lines = list(lines)
    places = {other.pk: place for place, other in enumerate(lines)}
    waiting = [other for other in undecided(lines) if other.pk != line.pk]
    after = [other for other in waiting if places[other.pk] > places.get(line.pk, -1)]
    return next(iter(after or waiting), None)
