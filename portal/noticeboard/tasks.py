"""What workers do for the noticeboard: announce news in time, write e-mails."""

from portal.accounts.mailing import letter
from portal.accounts.models import Topic
from portal.kit.outbox import Lane, handles

from .states import NewsState, PlaceState


@handles("announce-news", lane=Lane.URGENT, of="noticeboard.NewsItem")
def announce_news(item_id: int) -> None:
    """Write the e-mails about one piece of news. Safe to run twice."""
    from . import actions
    from .models import NewsItem

    actions.announce_news(NewsItem.objects.get(pk=item_id))


@letter("news_item", topic=Topic.NEWS)
def news_item(event) -> dict | None:
    """A piece of news, unless it was withdrawn or has ended."""
    item = event.subject
    return {"item": item} if item.state == NewsState.PUBLISHED and not item.is_over() else None


@letter("training_place", topic=Topic.TRAINING)
def training_place(event) -> dict | None:
    """The status of somebody's place at training, unless it has changed since; with a file for their calendar."""
    from . import calendars

    interest = event.subject
    if interest.state != event.after:
        return None
    attachments = []
    if interest.state == PlaceState.CONFIRMED:
        request = calendars.invitation(interest, at=event.at)
        attachments = [("invitation.ics", request, "text/calendar; method=REQUEST")]
    elif event.before == PlaceState.CONFIRMED:
        cancel = calendars.cancellation(interest, at=event.at)
        attachments = [("cancelled.ics", cancel, "text/calendar; method=CANCEL")]
    return {
        "interest": interest,
        "training": interest.event,
        "is_change": event.verb == "tell_of_change",
        "attachments": attachments,
    }


@letter("training_day_received", topic=Topic.TRAINING)
def training_day_received(event) -> dict:
    """A request for a training day has arrived."""
    return {"request": event.subject}


@letter("training_day_answered", topic=Topic.TRAINING)
def training_day_answered(event) -> dict:
    """The answer to a request, as it was given: `event` has it."""
    return {"request": event.subject, "state": event.after, "answer": event.why}


@letter("enquiry_received", topic=Topic.TRAINING)
def enquiry_received(event) -> dict:
    """The reference number. What was written is not sent back: anybody could have entered this address."""
    return {"enquiry": event.subject}


@letter("enquiry_answered", topic=Topic.TRAINING)
def enquiry_answered(event) -> dict:
    """The answer that was given with this event."""
    enquiry = event.subject
    return {"enquiry": enquiry, "answer": enquiry.messages.filter(is_answer=True, at__gte=event.at).first()}
