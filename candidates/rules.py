"""Read-only answers about candidates: their status, who may be the same person, what happened."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.core.cache import cache

from portal.kit.models import Event, subject_of
from portal.kit.states import States, Tone

from . import comparing
from .matching import Lookalikes
from .merging import FOLLOWERS
from .models import Candidate, DifferentPeople

KEPT_SECONDS = 24 * 60 * 60  # what the comparison of a centre's candidates found
COMPARED = {
    "number": "Candidate number",
    "first_names": "First names",
    "last_name": "Last name",
    "known_as": "Known as",
    "date_of_birth": "Date of birth",
    "uci": "UCI",
    "uln": "ULN",
    "ocr_number": "Awarding body's number",
}
HAPPENED = {
    "add candidate": "Added",
    "change candidate": "Details changed",
    "change groups": "Groups changed",
    "issue sign-in code": "One-time code issued",
    "first sign-in": "Chose a password with the one-time code",
    "change password": "Changed the password",
    "merge candidates": "Merged with a duplicate of the same person",
    "merge into another": "Merged into",
    "say different people": "Confirmed as a different person from",
    "take back unit": "Unit taken back",
    "give candidate number": "Awarding body's candidate number given",
}


class SignIn(States):
    """How far a candidate has got with signing in."""

    SIGNED_IN = "signed_in", Tone.ACTIVE, "Signed in"
    PASSWORD = "password", Tone.ACTIVE, "Password chosen"
    CODE = "code", Tone.WAITING, "Code issued"
    NOTHING = "nothing", Tone.NEUTRAL, "No code"


def sign_in_of(candidate: Candidate) -> SignIn:
    """For candidates read by `for_lists`: no query."""
    user = candidate.user
    if user.has_usable_password():
        return SignIn.SIGNED_IN if user.last_login else SignIn.PASSWORD
    if user.open_codes:  # type: ignore[attr-defined]
        return SignIn.CODE
    return SignIn.NOTHING


def history_of(candidate: Candidate) -> list[dict]:
    """What happened to the candidate, their account, and those merged into them; newest first.

    For candidates read by `with_merged`.
    """
    merged = Candidate.everyone.filter(merged_into=candidate).select_related("user")
    others = list(merged) if candidate.has_merged else []  # type: ignore[attr-defined]
    subjects = {record: f"{person}: " for person in others for record in (person, person.user)}
    names = {subject_of(record): name for record, name in subjects.items()}
    events = Event.objects.about(candidate, candidate.user, *subjects)
    return [
        {
            "at": event.at,
            "who": event.who,
            "what": f"{names.get(event.about, '')}{event.in_words(HAPPENED.get(event.verb, ''))}",
            "why": event.why,
        }
        for event in events.order_by("-at", "-pk")
    ]


class Pair(NamedTuple):
    """Two candidates at a centre who may be one person."""

    first: Candidate
    second: Candidate
    why: str


def likely_duplicates(centre) -> list[tuple[str, str, str]]:
    """(number, number, why) for candidates who may be one person, unless somebody said that they are two."""
    said = set(
        DifferentPeople.objects.filter(first__centre=centre).values_list("first__number", "second__number")
    )
    return [(first, second, why) for first, second, why in _alike(centre) if (first, second) not in said]


def _alike(centre) -> list[tuple[str, str, str]]:
    """All of them, in order of their keys. Everybody is compared only when one of the candidates has changed."""
    key = f"alike:{centre.pk}:{comparing.digest_of(centre.candidates)}"
    return cache.get_or_set(key, lambda: _compared(centre), timeout=KEPT_SECONDS) or []


def _compared(centre) -> list[tuple[str, str, str]]:
    alike, found = Lookalikes(), []
    for person in comparing.people_of(centre.candidates):
        found += [(match.person.number, person.number, match.why) for match in alike.of(person)]
        alike.add(person)
    return found


def pairs_of(centre, found: Iterable[tuple[str, str, str]]) -> list[Pair]:
    """The pairs on one page, with their candidates."""
    found = list(found)
    numbers = {number for first, second, _ in found for number in (first, second)}
    people = centre.candidates.for_lists().by_number(numbers)
    return [Pair(people[first], people[second], why) for first, second, why in found]


def compare(kept: Candidate, merged: Candidate) -> list[dict]:
    """Field by field: what each of the two has, and what remains after a merge."""
    taken_over = comparing.filled_in(kept, merged)
    rows = [
        {
            "label": label,
            "kept": _shown(getattr(kept, name)),
            "merged": _shown(getattr(merged, name)),
            "after": _shown(taken_over.get(name, getattr(kept, name))),
            "differs": getattr(kept, name) != getattr(merged, name),
        }
        for name, label in COMPARED.items()
    ]
    for follower in FOLLOWERS:
        for (label, mine), (_, theirs) in zip(follower.facts(kept), follower.facts(merged), strict=True):
            rows.append(
                {
                    "label": label,
                    "kept": mine,
                    "merged": theirs,
                    "after": "Both together",
                    "differs": mine != theirs,
                }
            )
    return rows


def _shown(value) -> str:
    return f"{value:%-d %B %Y}" if isinstance(value, date) else str(value or "–")


def work_of(candidate: Candidate) -> list[str]:
    """The status of a candidate's work, for candidates read by `for_lists`: no query."""
    counts = (
        (candidate.to_mark, "to mark"),  # type: ignore[attr-defined]
        (candidate.returned, "returned"),  # type: ignore[attr-defined]
        (candidate.to_do, "to do"),  # type: ignore[attr-defined]
    )
    return [f"{count} {words}" for count, words in counts if count]


def next_steps(candidate: Candidate) -> set[str]:
    """What a new candidate still needs: "code", "group", "unit". For candidates read by `for_lists`."""
    needed = set()
    if sign_in_of(candidate) == SignIn.NOTHING:
        needed.add("code")
    if not candidate.groups.all():
        needed.add("group")
    if not candidate.assigned:  # type: ignore[attr-defined]
        needed.add("unit")
    return needed
