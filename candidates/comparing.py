"""Candidates as they are compared with each other and with a file. Nothing here writes to the database."""

from collections.abc import Iterable

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Func, TextField, Value

from .matching import Person
from .merging import FOLLOWERS
from .models import Candidate

DETAILS = ("number", "first_names", "last_name", "known_as", "date_of_birth", "uci", "uln")
FILLED = [name for name in DETAILS if name != "number"]  # kept as they are, or copied where they are empty


def people_of(candidates) -> Iterable[Person]:
    """Candidates in the form in which they are compared, without model instances."""
    rows = candidates.values_list(*DETAILS).order_by("pk").iterator()
    return (Person(f"candidate {row[0]}", *row) for row in rows)


def person_of(candidate: Candidate) -> Person:
    """One candidate, saved or not, in the form in which they are compared."""
    return Person(f"candidate {candidate.number}", *(getattr(candidate, name) for name in DETAILS))


def digest_of(candidates) -> str:
    """Another one whenever anything has changed by which these candidates are compared."""
    details = Func(Value("\x1f"), *DETAILS, function="concat_ws", output_field=TextField())
    everybody = StringAgg(details, delimiter="\n", order_by="pk")
    found = candidates.order_by().aggregate(digest=Func(everybody, function="md5", output_field=TextField()))
    return found["digest"] or "nobody"


def objections_to(kept: Candidate, merged: Candidate) -> list[str]:
    """Why `merged` cannot be merged into `kept`, in sentences; empty if it can."""
    if kept.pk == merged.pk or kept.centre_id != merged.centre_id:
        return ["Choose two different candidates at the same centre."]
    if kept.merged_into_id or merged.merged_into_id:
        return ["One of the two has already been merged."]
    return [words for follower in FOLLOWERS for words in follower.objections(kept, merged)]


def filled_in(kept: Candidate, merged: Candidate) -> dict[str, object]:
    """{field: value} that `kept` gets from `merged`, because it has none itself."""
    return {
        name: getattr(merged, name) for name in FILLED if not getattr(kept, name) and getattr(merged, name)
    }
