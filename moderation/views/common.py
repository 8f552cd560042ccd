"""What both sides of a claim show."""

from django.urls import reverse

from portal.kit.models import Event

from ..models import Claim

Crumb = tuple[str, str | None]

LINES_PER_PAGE = 50
WORK_PER_PAGE = 100  # of a draft, whose pages are saved one by one
CANDIDATES_PER_PAGE = 50

# Labels for the audit trail's verbs.
WORDS = {
    "start claim": "Claim started",
    "change lines": "Lines changed",
    "submit": "Submitted to the moderator",
    "discard": "Draft discarded",
    "propose_sample": "Sample drawn",
    "drop from sample": "Removed from the proposed sample",
    "add to sample": "Added to the sample",
    "send_sample": "Sample sent, moderation started",
    "tell assessor": "Assessor told about the decisions",
    "conclude": "Concluded",
}


MODERATORS_OWN = ["drop from sample", "add to sample"]  # verbs whose events the centre does not see


def centres_crumbs(claim: Claim, *further: Crumb) -> list[Crumb]:
    """The way to a page about a claim, for the centre. The page itself is last, without an address."""
    own = claim.get_absolute_url() if further else None
    return [("Claims", reverse("claims", args=[claim.centre.number])), (str(claim), own), *further]


def moderators_crumbs(claim: Claim, *further: Crumb) -> list[Crumb]:
    """The same for the moderator."""
    own = reverse("moderation-claim", args=[claim.pk]) if further else None
    return [("Moderation", reverse("moderator-claims")), (str(claim), own), *further]


def history_of(claim, *, for_centre: bool = False) -> list[dict]:
    """What happened to a claim, newest first, for the history component."""
    events = Event.objects.about(claim)
    if for_centre:
        events = events.exclude(verb__in=MODERATORS_OWN)
    return [
        {
            "who": event.who,
            "at": event.at,
            "what": WORDS.get(event.verb, event.verb.capitalize()) + _more(event),
            "why": event.why,
        }
        for event in reversed(events)
    ]


def _more(event: Event) -> str:
    if event.verb == "change lines":
        return f": {event.after} line{'' if event.after == '1' else 's'}"
    if event.verb == "drop from sample":
        return f": {event.before}" + (f", replaced by {event.after}" if event.after else "")
    if event.verb == "add to sample":
        return f": {'; '.join(event.details['lines'])}"
    if event.verb == "tell assessor":
        return f": {event.after}"
    return ""
