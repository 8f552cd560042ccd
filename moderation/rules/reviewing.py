"""Rules about a claim in moderation: its groups, what is decided, what is still open.

Nothing here writes to the database. `lines` are those of one claim from `ClaimLine.objects.for_pages()`, so that no
line needs queries of its own.
"""

from dataclasses import dataclass, field

from candidates.models import Candidate
from portal.accounts.models import User
from portal.catalogue.models import GradeScale, Unit

from ..models import Claim, ClaimLine, Decision

SHORT_WORDS: dict[str, str] = {
    Decision.Outcome.AGREED: "Agreed",
    Decision.Outcome.NOT_AGREED: "Not agreed",
    Decision.Outcome.WITHDRAWN: "Withdrawn",
}


@dataclass
class GroupView:
    """Lines of one unit, assessor and grade: each group is sampled, and the rest of it is decided together.

    `sampled` are in the sample; `by_themselves` are outside it, but looked at and decided; `others` are the rest.
    """

    unit: Unit
    assessor: User
    grade: str
    sampled: list[ClaimLine] = field(default_factory=list)
    by_themselves: list[ClaimLine] = field(default_factory=list)
    others: list[ClaimLine] = field(default_factory=list)

    def __str__(self) -> str:
        grade = f" at {self.grade.capitalize()}" if self.is_graded else ""
        return f"{self.unit}{grade}, assessed by {self.assessor}"

    @property
    def is_graded(self) -> bool:
        """Whether the unit has grades other than pass, so that the grade tells groups apart."""
        return self.unit.qualification.grade_scale != GradeScale.PASS

    @property
    def key(self) -> str:
        return f"{self.unit.pk}-{self.assessor.pk}-{self.grade}"

    @property
    def looked_at(self) -> list[ClaimLine]:
        return [*self.sampled, *self.by_themselves]

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
        if self.agreed == seen or undecided(self.sampled):
            return ""
        return (
            f"You agree with {self.agreed} of the {seen} you looked at. Open and decide more lines of the group, or "
            "give your reason for agreeing with the rest."
        )


def decision_on(line: ClaimLine) -> Decision | None:
    """The newest decision on a line, from the decisions that `for_pages` prefetched."""
    decisions = list(line.decisions.all())
    return decisions[-1] if decisions else None


def undecided(lines) -> list:
    """Sampled lines without a decision."""
    return [line for line in lines if is_sampled(line) and decision_on(line) is None]


def is_sampled(line: ClaimLine) -> bool:
    return hasattr(line, "sampled")


def is_by_itself(line: ClaimLine) -> bool:
    """Whether a line outside the sample was looked at and decided on its own."""
    decision = decision_on(line)
    return not is_sampled(line) and decision is not None and decision.looked_at


def groups_of(lines) -> list[GroupView]:
    """Lines by unit, assessor and grade, in the order of `lines`."""
    groups: dict[tuple[int, int, str], GroupView] = {}
    for line in lines:
        unit = line.assignment.unit
        group = groups.setdefault(
            (unit.pk, line.assessor_id, line.grade), GroupView(unit, line.assessor, line.grade)
        )
        if is_sampled(line):
            group.sampled.append(line)
        elif is_by_itself(line):
            group.by_themselves.append(line)
        else:
            group.others.append(line)
    return list(groups.values())


@dataclass
class Cell:
    """One claimed line in the table of candidates and units: its label, and the state that gives its colour."""

    line: ClaimLine
    words: str
    tone_of: str


def cell_of(line: ClaimLine) -> Cell:
    """The label that the moderator sees for a line."""
    decision = decision_on(line)
    if line.state == ClaimLine.State.VOIDED:
        return Cell(line, line.get_state_display(), line.state)
    if decision:
        return Cell(line, SHORT_WORDS[decision.outcome], decision.outcome)
    if not is_sampled(line):
        return Cell(line, "Not in the sample", "draft")
    if line.claim.state == Claim.State.SAMPLE_PROPOSED:
        return Cell(line, "Proposed", "proposed")
    return Cell(line, "To decide", "pending")


def matrix(lines) -> tuple[list[Unit], list[tuple[Candidate, list[Cell | None]]]]:
    """(units, [(candidate, a cell or None for each unit), …]); candidates by name, units by number."""
    units = sorted({line.assignment.unit for line in lines}, key=lambda unit: unit.number)
    rows: dict[Candidate, dict[int, Cell]] = {}
    for line in lines:
        cells = rows.setdefault(line.assignment.candidate, {})
        cells[line.assignment.unit_id] = cell_of(line)
    ordered = sorted(
        rows, key=lambda candidate: (candidate.last_name, candidate.first_names, candidate.number)
    )
    return units, [(candidate, [rows[candidate].get(unit.pk) for unit in units]) for candidate in ordered]


def blocks(claim: Claim, lines) -> list[str]:
    """Why the claim cannot be concluded yet, in sentences; empty when it can."""
    if claim.state == Claim.State.SUBMITTED:
        return ["The sample is being drawn. This takes a few seconds."]
    if claim.state == Claim.State.SAMPLE_PROPOSED:
        return ["The sample has not been sent to the centre yet."]
    open_lines = len(undecided(lines))
    if open_lines:
        return [f"{open_lines} sampled line{' has' if open_lines == 1 else 's have'} no decision yet."]
    return []


def next_to_decide(line: ClaimLine, lines) -> ClaimLine | None:
    """The next sampled line without a decision after `line`, starting again at the top if needed."""
    lines = list(lines)
    places = {other.pk: place for place, other in enumerate(lines)}
    waiting = [other for other in undecided(lines) if other.pk != line.pk]
    after = [other for other in waiting if places[other.pk] > places[line.pk]]
    return next(iter(after or waiting), None)
