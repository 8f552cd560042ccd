"""Answers about candidates without writing: where they stand with signing in, what a file would do."""

from typing import NamedTuple

from portal.kit.models import Event

from . import actions
from .importing import Problem, Row, read_rows
from .models import Candidate, CandidateImport

HAPPENED = {
    "add candidate": "Added",
    "change candidate": "Details changed",
    "change groups": "Groups changed",
    "issue sign-in code": "One-time code issued",
    "first sign-in": "Chose a password with the one-time code",
    "change password": "Changed the password",
}


class SignIn(NamedTuple):
    """Where a candidate stands: `state` gives the colour, `words` what is shown."""

    state: str
    words: str


def sign_in_of(candidate: Candidate) -> SignIn:
    """For candidates read by `for_lists`: no query."""
    user = candidate.user
    if user.has_usable_password():
        return SignIn("active", "Signed in" if user.last_login else "Password chosen")
    if user.open_codes:  # type: ignore[attr-defined]
        return SignIn("pending", "Code issued")
    return SignIn("draft", "No code")


def dry_run(candidate_import: CandidateImport) -> tuple[list[Row], list[Problem]]:
    """What importing the file would do now; candidates may have been added since it was uploaded."""
    if candidate_import.state != CandidateImport.State.CHECKED:
        return [], [Problem(*problem) for problem in candidate_import.problems]
    return read_rows(candidate_import.text, taken=actions.taken_numbers(candidate_import.centre))


def history_of(candidate: Candidate) -> list[dict]:
    """What happened to the candidate and their account, the latest first."""
    events = [*Event.objects.about(candidate), *Event.objects.about(candidate.user)]
    events.sort(key=lambda event: (event.at, event.pk), reverse=True)
    return [{"at": event.at, "who": event.who, "what": _what(event), "why": event.why} for event in events]


def _what(event: Event) -> str:
    words = HAPPENED.get(event.verb)
    if words is None:
        return event.what
    changes = [
        f"{name.replace('_', ' ')} from “{before}” to “{after}”"
        for name, (before, after) in event.details.get("changed", {}).items()
    ]
    if event.before or event.after:
        changes.append(f"from “{event.before or 'none'}” to “{event.after or 'none'}”")
    return f"{words}: {'; '.join(changes)}" if changes else words
