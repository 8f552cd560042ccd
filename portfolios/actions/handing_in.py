"""Hand in, return for further work, record as achieved."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils import timezone

from portal.accounts import mailing
from portal.accounts.models import User
from portal.files.keeping import keep
from portal.kit.stateful import TransitionRefused

from .. import rules
from ..models import Assignment, EvidenceVersion, Round
from .claiming import open_again
from .messages import tutors_of
from .planning import as_handed_in

STATEMENT = (
    "This is my own work. Where I used the work of others or an AI tool, I have said so and named the source."
)
STATEMENT_ON_BEHALF = (
    "The candidate has signed a statement, kept at the centre, that this is their own work and that the work of "
    "others and any AI tool is named."
)
TUTOR_STATEMENT = (
    "To the best of my knowledge this is the candidate’s own work. I have seen the candidate’s statement, and "
    "checked that the work of others and any AI tool is named."
)


@dataclass(frozen=True)
class Declared:
    """What is declared with the statement: `sources` used, `ai_use` (a Round.AIUse), which AI tool and what for."""

    sources: str = ""
    ai_use: str = Round.AIUse.NOT_ASKED
    ai_note: str = ""


@transaction.atomic
def hand_in(assignment: Assignment, *, by: User, declared: Declared = Declared()) -> Round:
    """Pass the work to the tutor, who is told; files, plan and review are kept as they are.

    Raises TransitionRefused.
    """
    event = assignment.move("hand_in", by=by)
    statement = STATEMENT if by.pk == assignment.candidate.user_id else STATEMENT_ON_BEHALF
    this_round = Round.objects.create(
        assignment=assignment,
        number=assignment.rounds.count() + 1,
        statement=statement,
        planning=as_handed_in(assignment),
        handed_in_by=by,
        **asdict(declared),
    )
    newest = (
        EvidenceVersion.objects.filter(evidence__in=assignment.evidence.present())
        .order_by("evidence_id", "-number")
        .distinct("evidence_id")
    )
    this_round.versions.set(newest)
    handed_in = EvidenceVersion.objects.filter(evidence__assignment=assignment, frozen_at=None)
    keep(version.stored for version in handed_in)
    handed_in.update(frozen_at=this_round.handed_in_at)
    mailing.tell("work_handed_in", event, to=[tutor for tutor in tutors_of(assignment) if tutor != by])
    return this_round


@transaction.atomic
def return_for_further_work(assignment: Assignment, *, why: str, by: User) -> None:
    """Reopen handed-in work, with a reason for the candidate to read."""
    assignment.move("send_back", by=by, why=why)
    _decide(assignment, Round.Outcome.RETURNED, why, by=by)


@transaction.atomic
def record_achieved(assignment: Assignment, *, comment: str, by: User, untagged: str = "") -> None:
    """Record the unit as achieved, with the grade that its judgements make.

    `by` thereby declares that the work is the candidate's own (TUTOR_STATEMENT). `untagged`: where the evidence is, if
    no file is tagged with a criterion. Raises TransitionRefused while a required criterion is not met, or if `untagged`
    is needed and empty.
    """
    assignment.move("achieve", by=by, why=comment)
    if rules.is_untagged(assignment) and not untagged.strip():
        raise TransitionRefused(
            "No file is tagged with a criterion. Tag the evidence, or say where the evidence for the criteria is."
        )
    grade = rules.grade_of(assignment)
    said = {"grade": grade, "tutor_statement": TUTOR_STATEMENT, "untagged": untagged}
    _decide(assignment, Round.Outcome.ACHIEVED, comment, by=by, **said)


def _decide(assignment: Assignment, outcome: str, comment: str, *, by: User, **said: str) -> None:
    """Close the newest hand-in. An achieved one that is returned later gets the new outcome, unless a claim named
    it: then that one stays, and a copy of it is returned."""
    newest = assignment.rounds.latest("number")
    if newest.frozen_at:
        newest = open_again(newest)
    decided = {"outcome": outcome, "comment": comment, "decided_at": timezone.now(), "decided_by": by}
    decided |= {"grade": "", **said}
    for name, value in decided.items():
        setattr(newest, name, value)
    newest.save(update_fields=list(decided))
