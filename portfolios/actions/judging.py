"""Judge criteria."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from portal.accounts.models import User
from portal.catalogue.models import Criterion
from portal.kit import audit
from portal.kit.stateful import TransitionRefused

from ..models import Assignment, Judgement
from ..sides import Side
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
    side: Side,
    outcome: str,
    comment: str,
    seen: int,
    by: User,
) -> Judgement | None:
    """Record one side's judgement of a criterion; None if it is the same as the newest one.

    `seen`: the id of the judgement shown on the page where it was typed, 0 for none. Raises StaleJudgement
    if there is a newer one, TransitionRefused if the work is not with that side, and PermissionDenied if `by` does not
    speak for it.
    """
    assignment.lock()
    if not side.judges(assignment):
        raise TransitionRefused(
            f"The work is “{assignment.get_state_display()}” now, so it cannot be marked."
        )
    if not side.may_write(by, assignment):
        raise PermissionDenied(f"{by} cannot judge for this side: {side}.")
    at = standing_at(assignment)
    newest = assignment.judgements.filter(criterion=criterion).standing(at, side).first()
    if newest and (newest.outcome, newest.comment) == (outcome, comment):
        return None
    if (newest.pk if newest else 0) != seen:
        raise StaleJudgement(newest)
    judgement = Judgement.objects.create(
        assignment=assignment,
        criterion=criterion,
        round_number=at.number,
        side=side.code,
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
        side=side.code,
    )
    return judgement
