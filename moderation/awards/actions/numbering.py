"""Give people their number at the awarding body."""

from django.db import IntegrityError, transaction

from candidates.models import Candidate, Learner
from portal.kit import audit
from portal.kit.bulk import update_rows
from portal.kit.constraints import constraint_of

from .. import numbers
from .learners import match_learner


def give_ocr_numbers(candidates: list[Candidate]) -> None:
    """Give candidates their learner's eight-digit number, at the first confirmed claim (domain reference 5.4).

    Hold their learners first (`hold_learners`). Whoever was not looked for at other centres yet is matched first.
    """
    new = [candidate for candidate in candidates if not candidate.ocr_number]
    _match(new)
    _give_learners([candidate for candidate in new if not candidate.learner])
    learners = {candidate.learner_id: candidate.learner for candidate in new if candidate.learner}
    _allocate([learner for learner in learners.values() if not learner.ocr_number])
    for candidate in new:
        candidate.ocr_number = learners[candidate.learner_id].ocr_number
    update_rows(new, ["ocr_number"])
    changes = [(candidate, "", candidate.ocr_number) for candidate in new]
    audit.record_all("give candidate number", changes, by=None)


def _match(candidates: list[Candidate]) -> None:
    unmatched = [candidate for candidate in candidates if not candidate.is_matched]
    for candidate in unmatched:
        match_learner(candidate)
    if unmatched:  # each may have joined any other
        fresh = Candidate.everyone.select_related("learner").in_bulk([row.pk for row in candidates])
        for candidate in candidates:
            candidate.learner, candidate.own_learner_id, candidate.ocr_number = (
                fresh[candidate.pk].learner,
                fresh[candidate.pk].own_learner_id,
                fresh[candidate.pk].ocr_number,
            )


def _give_learners(candidates: list[Candidate]) -> None:
    made = Learner.objects.bulk_create(Learner() for _ in candidates)
    for candidate, learner in zip(candidates, made, strict=True):
        candidate.learner = candidate.own_learner = learner
    update_rows(candidates, ["learner", "own_learner"])


def _allocate(learners: list[Learner]) -> None:
    """A number for each, drawn again where somebody has it."""
    while learners:
        for learner in learners:
            learner.ocr_number = numbers.new_ocr_number()
        try:
            with transaction.atomic():
                update_rows(learners, ["ocr_number"])
        except IntegrityError as error:
            if constraint_of(error) != "learner_ocr_number_once":
                raise
        else:
            return
