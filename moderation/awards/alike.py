"""Find who at another centre may be the same person as a candidate. Nothing here writes to the database."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.text import capfirst

from candidates.matching import in_one_order
from candidates.models import Candidate, LearnerPair
from candidates.models.candidate import MATCHED_BY

COMPARED = ("first_names", "last_name", "own_learner_id", *MATCHED_BY)  # the details that are compared


@dataclass
class Alike:
    """Somebody who may be the same person. `is_one`: a number, date of birth and name match, and no number differs."""

    other: Candidate
    is_one: bool
    why: str


def alike(candidate: Candidate) -> list[Alike]:
    """Candidates at other centres who share a number, or name and date of birth, with `candidate`."""
    query = Q(date_of_birth=candidate.date_of_birth)
    for value, fields in (
        (candidate.uci, ["uci"]),
        (candidate.uln, ["uln"]),
        (_eight_digits(candidate), ["ocr_number", "entered_number"]),
    ):
        for field in fields if value else ():
            query |= Q(**{field: value})
    others = Candidate.objects.filter(query).exclude(centre=candidate.centre_id)
    if candidate.learner_id:
        others = others.exclude(learner=candidate.learner_id)
    compared = (_compare(candidate, other) for other in others.select_related("centre").order_by("pk"))
    return [found for found in compared if found]


def _compare(one: Candidate, other: Candidate) -> Alike | None:
    numbers = {
        "UCI": (one.uci, other.uci),
        "ULN": (one.uln, other.uln),
        "eight-digit number": (_eight_digits(one), _eight_digits(other)),
    }
    shared = [label for label, (mine, theirs) in numbers.items() if mine and mine == theirs]
    differing = [label for label, (mine, theirs) in numbers.items() if mine and theirs and mine != theirs]
    is_born_same = one.date_of_birth == other.date_of_birth
    is_called_same = in_one_order(one.certificate_name) == in_one_order(other.certificate_name)
    if not shared and not (is_born_same and is_called_same):
        return None
    words = [f"same {label}" for label in shared] + [f"different {label}" for label in differing]
    words += ["same name" if is_called_same else "different name"]
    words += ["same date of birth" if is_born_same else "different date of birth"]
    is_one = bool(shared) and not differing and is_born_same and is_called_same
    return Alike(other, is_one, capfirst(", ".join(words)))


def _eight_digits(candidate: Candidate) -> str:
    return candidate.ocr_number or candidate.entered_number


def said_to_differ(one: Candidate, other: Candidate) -> LearnerPair | None:
    """The pair by which staff keep the two apart, directly or through somebody they were joined with."""
    apart = _pairs_between(one, other).filter(state=LearnerPair.State.SEPARATE)
    return apart.select_related("first__centre", "second__centre").first()


def are_not_for_the_portal_to_join(one: Candidate, other: Candidate) -> bool:
    """Whether staff keep the two apart or undid joining them, directly or through somebody they were joined with."""
    undone = Q(state=LearnerPair.State.OPEN, is_undone=True)
    return _pairs_between(one, other).filter(undone | Q(state=LearnerPair.State.SEPARATE)).exists()


def _pairs_between(one: Candidate, other: Candidate):
    left, right = _joined_with(one), _joined_with(other)
    either = Q(first__in=left, second__in=right) | Q(first__in=right, second__in=left)
    return LearnerPair.objects.filter(either)


def _joined_with(candidate: Candidate) -> list[int]:
    if not candidate.learner_id:
        return [candidate.pk]
    return list(Candidate.everyone.filter(learner=candidate.learner_id).values_list("pk", flat=True))
