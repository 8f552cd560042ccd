"""Who says something about a candidate's work: the candidate, the tutor, the internal verifier, the moderator.

Each side is one row of SIDES, and nothing else knows them all. What a side says stands beside what the others say and
never replaces it (design, rule 4). A side that never judges, as nobody speaks for it yet, is offered on no page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from centres.access import may
from portal.accounts.roles import Permission

from .states import AssignmentState as State

if TYPE_CHECKING:
    from portal.accounts.models import User

    from .models import Assignment

Rule = Callable[["User", "Assignment"], bool]


def is_own(user, assignment: Assignment) -> bool:
    return assignment.candidate.user_id == user.pk


def _marks(user, assignment: Assignment) -> bool:
    return may(user, Permission.MARK_WORK, at=assignment.candidate.centre)


def _is_with_the_tutor(assignment: Assignment) -> bool:
    """Before it is achieved, and once there is something to judge."""
    return assignment.state in (State.HANDED_IN, State.IN_PROGRESS, State.RETURNED)


def _is_with_the_moderator(assignment: Assignment) -> bool:
    """While the unit is on a submitted claim."""
    return assignment.state == State.CLAIMED


def _nobody(user, assignment: Assignment) -> bool:
    return False


def _everybody(user, assignment: Assignment) -> bool:
    return True


def _not_the_candidate(user, assignment: Assignment) -> bool:
    return not is_own(user, assignment)


def _the_centre_after_the_decision(user, assignment: Assignment) -> bool:
    """The moderator always, the centre once the unit has left the claim, the candidate never."""
    is_of_centre = may(user, Permission.SEE_WORK, at=assignment.candidate.centre)
    waits = is_of_centre and _is_with_the_moderator(assignment)
    return not waits and not is_own(user, assignment)


def _never(assignment: Assignment) -> bool:
    return False


@dataclass(eq=False)
class Side:
    """One side. A new code needs a migration, as the database knows them (Judgement); a change of rules needs none.

    `may_write`: whether a person speaks for it about this work. `judges`: whether it judges the e-checklist while the
    work is as it is. `may_read`: whether a person who may open the work also reads what this side says. `carries_over`:
    whether a judgement counts in later hand-ins as well, not only in the one it was made for.
    """

    code: str
    words: str
    may_write: Rule = _nobody
    judges: Callable[[Assignment], bool] = _never
    may_read: Rule = _everybody
    carries_over: bool = False

    def __str__(self) -> str:
        return self.words

    @property
    def words_before_claim(self) -> str:
        """Its words for what it said before a re-assessment."""
        when = "before the claim" if self.carries_over else "on the earlier claim"
        return f"{self.words}, {when}"

    def written_by(self, rule: Rule) -> Rule:
        """Decorator: a room below says who speaks for the side."""
        self.may_write = rule
        return rule


CANDIDATE = Side("candidate", "Candidate", may_write=is_own)
TUTOR = Side("tutor", "Tutor", may_write=_marks, judges=_is_with_the_tutor, carries_over=True)
VERIFIER = Side("verifier", "Internal verifier", may_read=_not_the_candidate)  # no role yet
MODERATOR = Side(
    "moderator", "Moderator", judges=_is_with_the_moderator, may_read=_the_centre_after_the_decision
)
SIDES = {side.code: side for side in (CANDIDATE, TUTOR, VERIFIER, MODERATOR)}
DECIDES = TUTOR  # whose judgements make the grade that the centre records and claims


def judging() -> list[Side]:
    """The sides that judge at some time."""
    return [side for side in SIDES.values() if side.judges is not _never]


def judging_for(user, assignment: Assignment) -> list[Side]:
    """The sides whose judgements a person who may open the work may read."""
    return [side for side in judging() if side.may_read(user, assignment)]


def choices() -> list[tuple[str, str]]:
    """As choices of a judgement's side."""
    return [(side.code, side.words) for side in judging()]
