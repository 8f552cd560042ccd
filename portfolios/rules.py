"""Questions about a candidate's work, answered without writing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.utils import timezone

from portal.catalogue.grades import Outcome
from portal.catalogue.models import Award, Criterion, Unit
from portal.catalogue.rules import Missing, counted_awards, missing_for

from .sides import DECIDES, Side
from .standing import by_side, standing_at
from .states import COUNTS

if TYPE_CHECKING:
    from .models import Evidence, Judgement, Round


@dataclass
class CriterionView:
    """One line of the e-checklist: the criterion, its evidence, and what each side says of it.

    `said` has the same sides on every line: those that judged any criterion. `before`: in a re-assessment, what sides
    had said that led to it or that no longer counts, the newest first.
    """

    criterion: Criterion
    evidence: list[Evidence]
    said: dict[Side, Judgement | None]
    before: dict[Side, Judgement]

    @property
    def judgement(self) -> Judgement | None:
        """What counts towards the grade."""
        return self.said.get(DECIDES)

    @property
    def is_met(self) -> bool:
        return self.judgement is not None and self.judgement.is_met


def unmet(assignment) -> list:
    """Required criteria that the tutor has not judged as met, in the e-checklist's order."""
    return [criterion for criterion, outcome in _required(assignment) if outcome == Outcome.NOT_YET]


def _required(assignment) -> list[tuple[Criterion, str]]:
    """(required criterion, what it counts as towards the grade), in the e-checklist's order."""
    standing = assignment.judgements.standing(standing_at(assignment), DECIDES)
    outcomes = dict(standing.values_list("criterion_id", "outcome"))
    return [
        (criterion, outcomes.get(criterion.pk, Outcome.NOT_YET))
        for criterion in criteria_of(assignment)
        if criterion.is_required
    ]


def grade_of(assignment) -> str:
    """Code of the grade that the tutor's judgements make on the unit's scale; empty while it is not achieved."""
    reached = assignment.unit.qualification.scale.reached(outcome for _, outcome in _required(assignment))
    return reached.code if reached else ""


def criteria_of(assignment) -> list:
    return [
        criterion
        for objective in assignment.checklist.objectives.all()
        for criterion in objective.criteria.all()
    ]


def checklist_view(
    assignment,
    evidence,
    *,
    of: Round | None = None,
    sides: Collection[Side] = (DECIDES,),
    before: Collection[Side] = (),
) -> list[tuple[object, list[CriterionView]]]:
    """The e-checklist line by line: [(objective, [CriterionView, …]), …]. `evidence`: its items, with tags.

    `of`: as it is for that hand-in; otherwise as it is now. `sides`: whose judgements to show, which the caller knows
    the reader may read; `before`: whose earlier ones in a re-assessment.
    """
    at, judged = standing_at(assignment, of, rounds=assignment.rounds.all()), assignment.judgements.all()
    said = by_side(judged.standing(at, *sides), sides)
    earlier = {}
    if before and at.reassessed:
        earlier = by_side(judged.before_reassessment(at, *before), list(before)[::-1])
    tagged = _by_criterion(evidence)
    return [
        (
            objective,
            [
                CriterionView(
                    c,
                    tagged.get(c.pk, []),
                    {side: found.get(c.pk) for side, found in said.items()},
                    {side: found[c.pk] for side, found in earlier.items() if c.pk in found},
                )
                for c in objective.criteria.all()
            ],
        )
        for objective in assignment.checklist.objectives.all()
    ]


def _by_criterion(files: Iterable[Evidence]) -> dict[int, list[Evidence]]:
    """{criterion's key: those of the files tagged with it}."""
    tagged: dict[int, list[Evidence]] = {}
    for item in files:
        for criterion in item.criteria.all():
            tagged.setdefault(criterion.pk, []).append(item)
    return tagged


def judged_in(this_round: Round) -> list[Judgement]:
    """What the tutor says about each criterion in a hand-in, in the order of the e-checklist."""
    assignment = this_round.assignment
    standing = assignment.judgements.standing(standing_at(assignment, this_round), DECIDES)
    place = {criterion.pk: number for number, criterion in enumerate(criteria_of(assignment))}
    return sorted(standing.select_related("by", "criterion"), key=lambda found: place[found.criterion_id])


def covered_by(assignment, files: Iterable[Evidence], *, but: Evidence | None = None) -> dict[int, str]:
    """{criterion's key: in words, which of `files` cover it}, not counting the file `but`; for every criterion."""
    tagged = _by_criterion(item for item in files if item != but)
    titles = {key: ", ".join(item.title for item in found) for key, found in tagged.items()}
    nothing = "No other file covers it." if but else "No file covers it yet."
    return {
        criterion.pk: f"Covered by {titles[criterion.pk]}" if criterion.pk in titles else nothing
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
        judged=sum(line.judgement is not None for line in lines),
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
