"""Contact: enquiries, their answers, and further messages."""

from django.db import connection, transaction
from django.utils import timezone

from portal.accounts.mailing import tell
from portal.accounts.models import User
from portal.kit import audit

from ..models import Enquiry, EnquiryMessage


@transaction.atomic
def open_enquiry(enquiry: Enquiry, text: str, *, by: User | None) -> Enquiry:
    """Save an enquiry under a new reference number, which is e-mailed with the link to its page."""
    enquiry.user = by if by and by.is_authenticated else None
    enquiry.pk, enquiry.reference = _next_reference()
    enquiry.save(force_insert=True)
    enquiry.messages.create(text=text, by=enquiry.user)
    sent = audit.record("open", enquiry, by=by, after=enquiry.state)
    tell("enquiry_received", sent, to=[enquiry.recipient], unasked=True)
    return enquiry


def _next_reference() -> tuple[int, str]:
    """The next key and its reference number, such as Q-2026-000123: known before the row is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Enquiry._meta.db_table])
        (number,) = cursor.fetchone()
    return number, f"Q-{timezone.localdate().year}-{number:06d}"


@transaction.atomic
def answer_enquiry(enquiry: Enquiry, text: str, *, by: User) -> EnquiryMessage:
    """Answer; the answer is kept and e-mailed. Raises TransitionRefused if the enquiry is closed."""
    told = enquiry.move("answer", by=by)
    answer = enquiry.messages.create(text=text, is_answer=True, by=by)
    tell("enquiry_answered", told, to=[enquiry.recipient])
    return answer


@transaction.atomic
def write_again(enquiry: Enquiry, text: str, *, by: User | None) -> EnquiryMessage:
    """The person adds a message; an enquiry that was answered or closed opens again."""
    enquiry.lock()
    if enquiry.state == Enquiry.State.OPEN:
        audit.record("write_again", enquiry, by=by)
    else:
        enquiry.move("reopen", by=by)
    return enquiry.messages.create(text=text, by=by if by and by.is_authenticated else None)
