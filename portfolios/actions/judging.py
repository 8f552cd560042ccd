"""Judge criteria."""

from django.db import transaction

from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from .. import rules
from ..models import Assignment, Judgement
from ..standing import standing_at


class StaleJudgement(Exception):
    """Somebody judged a criterion after the page was opened; nothing was written for it."""

    def __init__(self, newest: Judgement):
        super().__init__(str(newest))
        self.newest = newest


@transaction.atomic
def judge(
    assignment: Assignment,
    criterion: Criterion,
    *,
    side: str,
    outcome: str,
    comment: str,
    seen: int,
    by: User,
) -> Judgement | None:
    """Record one side's judgement of a criterion; None if it is the same as the newest one.

    `seen`: the id of the judgement shown on the page where it was typed, 0 for none. Raises StaleJudgement
    if there is a newer one, and TransitionRefused if the work is not with that side.
    """
    assignment.lock()
    is_with = rules.may_be_marked if side == Judgement.Side.TUTOR else rules.is_with_moderator
    if not is_with(assignment):
        raise TransitionRefused(
            f"The work is “{assignment.get_state_display()}” now, so it cannot be marked."
        )
    at = standing_at(assignment)
    newest = assignment.judgements.filter(criterion=criterion).standing(side, at).first()
    if newest and (newest.outcome, newest.comment) == (outcome, comment):
        return None
    if (newest.pk if newest else 0) != seen:
        raise StaleJudgement(newest)
    judgement = Judgement.objects.create(
        assignment=assignment,
        criterion=criterion,
        round_number=at.number,
        side=side,
        outcome=outcome,
        comment=comment,
        by=by,
    )
    audit.record(
        "judge",
        assignment,
        by=by,
        before=newest.outcome if newest else "",
        after=outcome,
        criterion=criterion.ref,
        side=side,
    )
    return judgement
