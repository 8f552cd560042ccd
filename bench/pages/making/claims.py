"""Claims of half as many lines as there are candidates, one at each point of its story."""

from candidates.models import Candidate
from moderation import actions, rules
from moderation.awards import actions as award_actions
from moderation.models import Claim, Decision
from portal.catalogue.models import Qualification
from portfolios.models import Assignment

from .people import World

AGREED = str(Decision.Outcome.AGREED)


def build(world: World) -> None:
    """Of Level 2 one concluded with its certificates, one in moderation, one draft; of Level 3 a proposed sample."""
    n = world.size.claimed
    concluded = _drafted(world, "IMEDIA-L2", world.candidates[:n])
    _begin_moderation(world, concluded)
    decide_sample(concluded, by=world.moderator)
    conclude(concluded, by=world.moderator)
    award_actions.record_results(concluded)

    reviewed = _drafted(world, "IMEDIA-L2", world.candidates[n : 2 * n])
    _begin_moderation(world, reviewed)
    decide_sample(reviewed, by=world.moderator, leave=3)

    _propose(world, _drafted(world, "IMEDIA-L3", world.candidates[: n // 2]))
    _drafted(world, "IMEDIA-L2", world.candidates[2 * n : 3 * n])


def _drafted(world: World, code: str, candidates: list[Candidate]) -> Claim:
    qualification = Qualification.objects.get(code=code)
    claim = actions.start_claim(world.centre, qualification, by=world.officer)
    work = Assignment.objects.filter(candidate__in=candidates, unit__qualification=qualification)
    achieved = work.filter(state=Assignment.State.ACHIEVED).select_related("candidate", "unit", "achieved_by")
    actions.set_lines(claim, achieved, by=world.officer)
    return claim


def _propose(world: World, claim: Claim) -> None:
    actions.submit_claim(claim, by=world.officer)
    actions.propose_sample(claim)
    claim.refresh_from_db()


def _begin_moderation(world: World, claim: Claim) -> None:
    _propose(world, claim)
    actions.send_sample(claim, by=world.moderator)


def decide_sample(claim: Claim, *, by, leave: int = 0) -> None:
    """Agree with every sampled line but the last few."""
    sampled = [line for line in claim.lines.for_pages() if rules.is_sampled(line)]
    for line in sampled[: len(sampled) - leave]:
        actions.decide_line(line, outcome=AGREED, comment="Seen, and agreed.", by=by)


def conclude(claim: Claim, *, by) -> None:
    """Agree with the rest, group by group."""
    groups = rules.Review(claim).groups
    rest = {group.key: (AGREED, "As the sample.") for group in groups if group.others}
    actions.conclude(claim, rest=rest, report="The standard of marking is right.", by=by)
