"""What both sides of a claim show."""

from portal.kit.models import Event

# The audit trail's verbs, as people say them.
WORDS = {
    "start claim": "Claim started",
    "change lines": "Lines changed",
    "submit": "Submitted to the moderator",
    "discard": "Draft discarded",
    "propose_sample": "Sample drawn",
    "send_sample": "Sample sent, moderation begun",
    "conclude": "Concluded",
}


def history_of(claim) -> list[dict]:
    """What happened to a claim, the newest first, for the history component."""
    return [
        {
            "who": event.who,
            "at": event.at,
            "what": WORDS.get(event.verb, event.verb.capitalize()) + _counts(event),
            "why": event.why,
        }
        for event in reversed(Event.objects.about(claim))
    ]


def _counts(event: Event) -> str:
    if event.verb != "change lines":
        return ""
    return f": {event.after} line{'' if event.after == '1' else 's'}"
