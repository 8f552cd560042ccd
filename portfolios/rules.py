"""Questions about a candidate's work, answered without writing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from portal.catalogue.models import Award, Criterion, Unit
from portal.catalogue.rules import Missing, counted_awards, missing_for

from .standing import by_criterion, by_side, standing_at
from .states import COUNTS

if TYPE_CHECKING:
    from .models import Evidence, Judgement, Round


@dataclass
class CriterionView:
    """One line of the e-checklist now: the criterion, its evidence, and what each side says.

    In a re-assessment: `before`, what the tutor had said about a criterion in doubt, which no longer counts; and
    `doubt`, what the moderator said about the hand-in that was not agreed.
    """

    criterion: Criterion
    evidence: list[Evidence]
    tutor: Judgement | None
    moderator: Judgement | None
    before: Judgement | None = None
    doubt: Judgement | None = None

    @property
    def is_met(self) -> bool:
        return self.tutor is not None and self.tutor.outcome == "met"


def unmet(assignment) -> list:
    """Required criteria that the tutor has not judged as met, in the e-checklist's order."""
    from .models import Judgement

    met = {
        judgement.criterion_id
        for judgement in assignment.judgements.standing(Judgement.Side.TUTOR, standing_at(assignment))
        if judgement.outcome == Judgement.Outcome.MET
    }
    return [
        criterion
        for criterion in criteria_of(assignment)
        if criterion.is_required and criterion.pk not in met
    ]


def criteria_of(assignment) -> list:
    return [
        criterion
        for objective in assignment.checklist.objectives.all()
        for criterion in objective.criteria.all()
    ]


def checklist_view(
    assignment, evidence, *, of: Round | None = None
) -> list[tuple[object, list[CriterionView]]]:
    """The e-checklist line by line: [(objective, [CriterionView, …]), …]. `evidence`: its items, with tags.

    `of`: as it is for that hand-in; otherwise as it is now, without what a moderator says while the claim is with
    them.
    """
    from .models import Judgement

    at, said = standing_at(assignment, of, rounds=assignment.rounds.all()), assignment.judgements.all()
    is_with_moderator = of is None and assignment.state == assignment.State.CLAIMED
    counts = said.standing(Judgement.Side.TUTOR, at) if is_with_moderator else said.standing_of_both(at)
    tutor, moderator = by_side(counts)
    before = by_criterion(said.before_reassessment(at)) if at.reassessed else {}
    doubt = by_criterion(said.that_led_to_reassessment(at)) if at.reassessed else {}
    tagged: dict[int, list] = {}
    for item in evidence:
        for criterion in item.criteria.all():
            tagged.setdefault(criterion.pk, []).append(item)
    return [
        (
            objective,
            [
                CriterionView(
                    c,
                    tagged.get(c.pk, []),
                    *(side.get(c.pk) for side in (tutor, moderator, before, doubt)),
                )
                for c in objective.criteria.all()
            ],
        )
        for objective in assignment.checklist.objectives.all()
    ]


def judged_in(this_round: Round) -> list[Judgement]:
    """What the tutor says about each criterion in a hand-in, in the order of the e-checklist."""
    from .models import Judgement

    assignment = this_round.assignment
    standing = assignment.judgements.standing(Judgement.Side.TUTOR, standing_at(assignment, this_round))
    place = {criterion.pk: number for number, criterion in enumerate(criteria_of(assignment))}
    return sorted(standing.select_related("by", "criterion"), key=lambda found: place[found.criterion_id])


def covered_by(assignment, files: Iterable[Evidence], *, but: Evidence | None = None) -> dict[int, str]:
    """{criterion's key: in words, which of `files` cover it}, not counting the file `but`; for every criterion."""
    titles: dict[int, list[str]] = {}
    for item in files:
        if item != but:
            for criterion in item.criteria.all():
                titles.setdefault(criterion.pk, []).append(item.title)
    nothing = "No other file covers it." if but else "No file covers it yet."
    return {
        criterion.pk: f"Covered by {', '.join(titles[criterion.pk])}" if criterion.pk in titles else nothing
        for criterion in criteria_of(assignment)
    }


def is_untagged(assignment) -> bool:
    """Whether no file is tagged with a criterion."""
    return not assignment.evidence.present().filter(criteria__isnull=False).exists()


def untagged_criteria(view) -> list:
    """Required criteria that no evidence is tagged with: what is missing before handing in."""
    return [
        line.criterion
        for _, lines in view
        for line in lines
        if line.criterion.is_required and not line.evidence
    ]


def same_files(added: list[Evidence]) -> list[tuple[Evidence, Evidence]]:
    """(item just added, earlier item of the same work with the very same file) for those that have one."""
    from .models import EvidenceVersion

    if not added:
        return []
    versions = EvidenceVersion.objects.present_in(added[0].assignment).select_related("evidence")
    first: dict[str, Evidence] = {}
    twins = []
    for version in versions.order_by("pk"):
        earlier = first.setdefault(version.sha256, version.evidence)
        if version.evidence in added and earlier != version.evidence:
            twins.append((version.evidence, earlier))
    return twins


@dataclass
class TowardsAward:
    """How many of a candidate's achieved units count towards one award: `counted`, at most as many as it needs.

    `is_met` also counts units that are not confirmed yet; `is_reached` does not. `contained_in`: the larger award
    that is reached, if this one is not printed.
    """

    award: Award
    counted: int
    missing: Missing
    is_reached: bool
    contained_in: Award | None = None

    @property
    def is_met(self) -> bool:
        return self.missing.is_nothing


def towards_awards(assignments, certificated: set[int]) -> list[tuple[object, list[TowardsAward]]]:
    """[(qualification, [TowardsAward, …]), …] for one candidate's work, read with `for_awards()`.

    `certificated`: keys of awards, from the function of this name.
    """
    by_qualification: dict = {}
    for assignment in assignments:
        achieved, confirmed = by_qualification.setdefault(assignment.unit.qualification, (set(), set()))
        if assignment.state in COUNTS:
            achieved.add(assignment.unit_id)
        if assignment.state == assignment.State.CONFIRMED:
            confirmed.add(assignment.unit_id)
    return [
        (qualification, _towards(qualification, achieved, confirmed, certificated))
        for qualification, (achieved, confirmed) in sorted(
            by_qualification.items(), key=lambda pair: (pair[0].position, pair[0].code)
        )
    ]


def _towards(qualification, achieved: set[int], confirmed: set[int], certificated: set[int]):
    """The awards of one qualification, smallest first; a smaller one is contained in the largest one reached."""
    awards = counted_awards(qualification)
    reached = [award for award in awards if missing_for(award, confirmed).is_nothing]
    largest = reached[-1] if reached else None
    return [
        TowardsAward(
            award,
            min(len(achieved), award.units_needed or 0),
            missing_for(award, achieved),
            is_reached=award in reached,
            contained_in=largest
            if award in reached and award != largest and award.pk not in certificated
            else None,
        )
        for award in awards
    ]


def certificated(candidate) -> set[int]:
    """Keys of the awards for which the candidate has a certificate in force."""
    return set(candidate.certificates.standing().filter(kind="award").values_list("award_id", flat=True))


def is_late(assignment, on: date) -> bool:
    """Whether the work was due before the day `on` and is still with the candidate."""
    return bool(assignment.due_on and assignment.is_open and assignment.due_on < on)


def came_late(assignment, on: date) -> bool:
    """Whether the work is late on the day `on` or, while it waits for marking, was handed in late."""
    if assignment.state != type(assignment).State.HANDED_IN:
        return is_late(assignment, on)
    return bool(assignment.due_on) and timezone.localdate(assignment.handed_in_at) > assignment.due_on


def is_due(assignment, by: date) -> bool:
    """Whether the work is still with the candidate and due by the day `by`, including late ones."""
    return bool(assignment.due_on and assignment.is_open and assignment.due_on <= by)


def may_be_marked(assignment) -> bool:
    """Whether a tutor may judge it: before it is achieved, and once there is something to judge."""
    state = type(assignment).State
    return assignment.state in (state.HANDED_IN, state.IN_PROGRESS, state.RETURNED)


def is_with_moderator(assignment) -> bool:
    """Whether a moderator may judge it: while the unit is on a submitted claim."""
    return assignment.state == type(assignment).State.CLAIMED


def groups_for(centre, unit):
    """The centre's groups with `size` and how many of these candidates already `have_it`."""
    return centre.groups.annotate(
        size=Count("candidates", distinct=True),
        have_it=Count("candidates", filter=Q(candidates__assignments__unit=unit), distinct=True),
    )


def units_to_assign(centre):
    """Units that candidates of `centre` can be assigned: of an approved qualification, with an e-checklist."""
    approved = centre.approvals.current().values("qualification")
    return Unit.objects.filter(qualification__in=approved).with_checklist().select_related("qualification")


@dataclass
class Progress:
    """Progress on an e-checklist: counts of criteria."""

    criteria: int
    with_evidence: int
    judged: int
    met: int
    required: int
    required_met: int

    @property
    def is_complete(self) -> bool:
        """Whether every required criterion is met, so that the unit can be recorded as achieved."""
        return self.required_met == self.required


def progress(view) -> Progress:
    """`view`: from `checklist_view`."""
    lines = [line for _, lines in view for line in lines]
    required = [line for line in lines if line.criterion.is_required]
    return Progress(
        criteria=len(lines),
        with_evidence=sum(bool(line.evidence) for line in lines),
        judged=sum(line.tutor is not None for line in lines),
        met=sum(line.is_met for line in lines),
        required=len(required),
        required_met=sum(line.is_met for line in required),
    )


def grid(candidates, assignments) -> tuple[list, list[tuple[object, list]]]:
    """(units, [(candidate, [assignment or None for each unit]), …]) of these `candidates`."""
    candidates = list(candidates)
    found = list(assignments.filter(candidate__in=candidates).only("state", "candidate", "unit"))
    units = sorted(Unit.objects.filter(pk__in={work.unit_id for work in found}), key=lambda unit: unit.code)
    cells = {(work.candidate_id, work.unit_id): work for work in found}
    return units, [
        (candidate, [cells.get((candidate.pk, unit.pk)) for unit in units]) for candidate in candidates
    ]
