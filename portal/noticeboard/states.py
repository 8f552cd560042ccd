"""States of news, enquiries, training events and places at them."""

from portal.kit.states import States, Tone


class NewsState(States):
    DRAFT = "draft", Tone.NEUTRAL, "Draft"
    PUBLISHED = "published", Tone.GOOD, "Published"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn"


class EnquiryState(States):
    OPEN = "open", Tone.WAITING, "Waiting for an answer"
    ANSWERED = "answered", Tone.GOOD, "Answered"
    CLOSED = "closed", Tone.NEUTRAL, "Closed"


class EventState(States):
    DRAFT = "draft", Tone.NEUTRAL, "Draft"
    PUBLISHED = "published", Tone.GOOD, "Published"
    CANCELLED = "cancelled", Tone.BAD, "Cancelled"


class PlaceState(States):
    REQUESTED = "requested", Tone.WAITING, "Requested, not yet confirmed"
    LISTED = "listed", Tone.WAITING, "On the waiting list"
    CONFIRMED = "confirmed", Tone.GOOD, "Place confirmed"
    WITHDRAWN = "withdrawn", Tone.NEUTRAL, "Withdrawn"
    CALLED_OFF = "called_off", Tone.BAD, "Event cancelled"


ASKED_FOR = (PlaceState.REQUESTED, PlaceState.LISTED)
STANDING = (*ASKED_FOR, PlaceState.CONFIRMED)


class TrainingDayState(States):
    NEW = "new", Tone.WAITING, "New"
    ANSWERED = "answered", Tone.GOOD, "Answered"
    ARRANGED = "arranged", Tone.GOOD, "Arranged"
    DECLINED = "declined", Tone.BAD, "Declined"
