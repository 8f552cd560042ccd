"""Write messages about a unit, and note who has read them."""

from django.db import transaction

from centres.access import people_to_tell
from portal.accounts import mailing
from portal.accounts.models import User
from portal.accounts.roles import Permission
from portal.kit import audit

from ..models import Assignment, Message, ReadMark
from ..sides import CANDIDATE, TUTOR, is_own


@transaction.atomic
def write_message(assignment: Assignment, text: str, *, by: User) -> Message:
    """Add a message and tell the other side of it. Its text is only in the portal, not in the e-mail."""
    own = is_own(by, assignment)
    side = CANDIDATE if own else TUTOR
    message = Message.objects.create(assignment=assignment, side=side.code, text=text, by=by)
    event = audit.record("write message", message, by=by)
    mailing.tell("work_message", event, to=tutors_of(assignment) if own else [assignment.candidate.user])
    return message


def tutors_of(assignment: Assignment) -> list[User]:
    """Who is told of a candidate's message or hand-in: whoever assigned the unit or wrote about it before.

    All tutors if those have left; if the centre has no tutors, whoever can make somebody a tutor.
    """
    wrote = assignment.messages.filter(side=TUTOR.code).values_list("by", flat=True)
    near, centre = [assignment.assigned_by_id, *wrote], assignment.candidate.centre
    tutors = people_to_tell(near, Permission.MARK_WORK, at=centre)
    return tutors or people_to_tell([], Permission.MANAGE_PEOPLE, at=centre)


def mark_as_read(assignment: Assignment, newest: Message, *, by: User) -> None:
    """Note that `by` was shown the messages up to `newest`. Never moves back."""
    mark, made = ReadMark.objects.get_or_create(assignment=assignment, user=by, defaults={"up_to": newest.pk})
    if not made:
        ReadMark.objects.filter(pk=mark.pk, up_to__lt=newest.pk).update(up_to=newest.pk)
