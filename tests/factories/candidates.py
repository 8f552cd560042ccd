"""Candidates and groups."""

from datetime import date
from itertools import count

from candidates import actions
from candidates.models import Candidate, Group

from . import accounts, centres

numbers = count(1)


def candidate(at=None, *, password: str | None = None, **values) -> Candidate:
    """A candidate at a centre; with `password` they have signed in before."""
    number = f"{next(numbers) % 9999 + 1:04d}"
    at = at or centres.centre()
    values = {"number": number, "first_names": "Megan", "last_name": f"Evans {number}",
              "date_of_birth": date(2010, 3, 14), **values}  # fmt: skip
    made = actions.add_candidate(Candidate(centre=at, **values), by=accounts.adult())
    if password:
        made.user.set_password(password)
        made.user.save()
    return made


def group(at, *members: Candidate, **values) -> Group:
    made = Group.objects.create(centre=at, **{"name": f"Group {next(numbers)}", **values})
    made.candidates.set(members)
    return made
