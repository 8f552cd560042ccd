"""What a claim does to the work it names: hand-ins are frozen, and reopened if a moderator does not agree."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from portal.accounts.models import User
from portal.kit.bulk import update_rows

from ..models import Assignment, Judgement, Round, RoundDoubt, RoundFile
from ..rules import criteria_of
from ..sides import MODERATOR


@transaction.atomic
def freeze_achieved(work: Iterable[Assignment]) -> dict[int, Round]:
    """{assignment's key: its newest achieved hand-in}, each kept from now on with titles, notes and tags as they are.

    A hand-in that an earlier claim named is already kept. Work that is not achieved is left out.
    """
    found = list(Round.objects.newest_achieved(work))
    new = [this_round for this_round in found if this_round.frozen_at is None]
    prefetch_related_objects(new, "versions__evidence__criteria")
    for this_round in new:
        this_round.frozen_at = timezone.now()
        this_round.kept = {
            str(item.pk): {
                "title": item.title,
                "note": item.note,
                "criteria": [criterion.pk for criterion in item.criteria.all()],
            }
            for item in (version.evidence for version in this_round.versions.all())
        }
    update_rows(new, ["frozen_at", "kept"])
    return {this_round.assignment_id: this_round for this_round in found}


@transaction.atomic
def reassess(rounds: Iterable[Round], *, after_claim: str, by: User) -> list[Round]:
    """Return refused hand-ins to the tutor: each is followed by a new one with the same files and statement.

    The criteria that the moderator did not find met are in doubt; all of them if none was named. Raises
    TransitionRefused if one of the units is not on a claim.
    """
    rounds = list(rounds)
    work = [this_round.assignment for this_round in rounds]
    Assignment.move_all(work, "reassess", by=by, why=f"Re-assessment after claim {after_claim}")
    new = [_copy_of(this_round, after_claim=after_claim, opened_at=timezone.now()) for this_round in rounds]
    Round.objects.bulk_create(new, batch_size=500)
    _copy_files(rounds, new)
    prefetch_related_objects(work, "checklist__objectives__criteria")
    named = _found_not_met(rounds)
    RoundDoubt.objects.bulk_create(
        [
            RoundDoubt(round=again, criterion_id=key)
            for before, again in zip(rounds, new, strict=True)
            for key in named.get(before.assignment_id) or [c.pk for c in criteria_of(before.assignment)]
        ],
        batch_size=5000,
    )
    return new


def open_again(this_round: Round) -> Round:
    """Open a new hand-in of the same files, to be decided instead of the one that a claim named."""
    again = _copy_of(this_round)
    again.save()
    _copy_files([this_round], [again])
    return again


def _copy_of(this_round: Round, **values) -> Round:
    said = ("statement", "sources", "ai_use", "ai_note", "planning", "handed_in_at", "handed_in_by")
    return Round(
        assignment=this_round.assignment,
        number=this_round.number + 1,
        **{name: getattr(this_round, name) for name in said},
        **values,
    )


def _copy_files(rounds: list[Round], copies: list[Round]) -> None:
    copy_of = {before.pk: again.pk for before, again in zip(rounds, copies, strict=True)}
    files = RoundFile.objects.filter(round__in=rounds).values_list("round_id", "version_id")
    RoundFile.objects.bulk_create(
        [RoundFile(round_id=copy_of[before], version_id=version) for before, version in files],
        batch_size=5000,
    )


def _found_not_met(rounds: list[Round]) -> dict[int, list[int]]:
    """{assignment's key: keys of the criteria that the moderator did not find met in its round}."""
    numbers = {this_round.assignment_id: this_round.number for this_round in rounds}
    found: dict[int, list[int]] = {}
    for judgement in Judgement.objects.filter(assignment__in=numbers).newest_by(MODERATOR):
        is_of_it = judgement.round_number == numbers[judgement.assignment_id]
        if is_of_it and not judgement.is_met:
            found.setdefault(judgement.assignment_id, []).append(judgement.criterion_id)
    return found
