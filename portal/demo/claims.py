"""The last three stages: the centres claim, moderators decide, certificates are issued."""

from candidates.models import Candidate
from moderation import actions, rules
from moderation.awards.actions import propose_revocation, reissue
from moderation.awards.models import Certificate, Revocation
from moderation.models import Claim, ClaimLine, Decision
from portal.catalogue.grades import Outcome
from portal.kit import outbox
from portal.kit.models import OutboxEntry
from portfolios import actions as portfolio_actions
from portfolios.rules import criteria_of
from portfolios.sides import MODERATOR

from . import words
from .people import CWM_TAWE, FIRST_L2, HARBOUR, KWAME, LEVEL_3, PATRICIA, RUTH, SECOND_L2, DemoCentre
from .setting_up import level

NOT_AGREED_CANDIDATE = "0105"
DECIDED_OF_LEVEL_3 = 3  # of five lines


def work_off(kind: str, subject) -> None:
    """Do now what is due for `subject`, because the next action needs it."""
    outbox.work(OutboxEntry.objects.get(kind=kind, subject_id=subject.pk).pk)


# --- claimed ------------------------------------------------------------------------------------


def claimed() -> None:
    """Four claims submitted, the last still waiting for its sample; one draft; one discarded."""
    for given, number, group in ((HARBOUR, 2, FIRST_L2), (HARBOUR, 3, LEVEL_3), (CWM_TAWE, 2, "")):
        claim = _claim(given, number, group)
        actions.submit_claim(claim, by=claim.created_by)
        work_off("propose-sample", claim)
    waiting = _claim(CWM_TAWE, 1)
    actions.submit_claim(waiting, by=waiting.created_by)
    _claim(HARBOUR, 2, SECOND_L2)
    started_in_error = actions.start_claim(HARBOUR.row, level(3), by=HARBOUR.exams_officer.user)
    actions.discard_claim(started_in_error, by=HARBOUR.exams_officer.user)


def _claim(given: DemoCentre, number: int, group: str = "") -> Claim:
    """A draft with all that a group has achieved at a level; without `group`, all the centre has."""
    by, qualification = given.exams_officer.user, level(number)
    claim = actions.start_claim(given.row, qualification, by=by)
    achieved = rules.claimable(given.row, qualification)
    if group:
        achieved = achieved.filter(candidate__in=Candidate.objects.filter(groups__name=group))
    actions.set_lines(claim, achieved, by=by)
    return claim


# --- moderated ----------------------------------------------------------------------------------


def moderated() -> None:
    """Harbour's Level 2 is concluded with one line not agreed; Level 3 is under way."""
    _conclude_level_2()
    _begin_level_3()


def _submitted(number: int) -> Claim:
    return Claim.objects.get(
        centre=HARBOUR.row, qualification=level(number), state=Claim.State.SAMPLE_PROPOSED
    )


def _conclude_level_2() -> None:
    claim, by = _submitted(2), RUTH.user
    actions.send_sample(claim, by=by)
    for place, line in enumerate(claim.lines.for_pages()):
        if not rules.is_sampled(line):
            continue
        if (line.assignment.candidate.number, line.assignment.unit.code) == (NOT_AGREED_CANDIDATE, "IM202"):
            _doubt(line, {"2.4", "4.1", "4.2"})
            actions.decide_line(
                line,
                outcome=Decision.Outcome.NOT_AGREED,
                comment=words.NOT_AGREED,
                for_candidate=words.NOT_AGREED_FOR_CANDIDATE,
                by=by,
            )
        else:
            _agree(line, place)
    groups = rules.Review(claim).groups
    rest = {group.key: (str(Decision.Outcome.AGREED), words.REST) for group in groups if group.others}
    actions.conclude(claim, rest=rest, report=words.REPORT, by=by)


def _begin_level_3() -> None:
    claim, by = _submitted(3), RUTH.user
    actions.send_sample(claim, by=by)
    first, *others = list(claim.lines.for_pages())[:DECIDED_OF_LEVEL_3]
    _doubt(first, {"2.3"})
    actions.decide_line(first, outcome=Decision.Outcome.NOT_AGREED, comment=words.NOT_AGREED_LEVEL_3, by=by)
    for place, line in enumerate(others):
        _agree(line, place)


def _agree(line: ClaimLine, place: int) -> None:
    comment = words.AGREED[place % len(words.AGREED)]
    actions.decide_line(line, outcome=Decision.Outcome.AGREED, comment=comment, by=RUTH.user)


def _doubt(line: ClaimLine, refs: set[str]) -> None:
    """The moderator's own judgement of these criteria, beside the tutor's."""
    for criterion in criteria_of(line.assignment):
        if criterion.ref in refs:
            portfolio_actions.judge(
                line.assignment,
                criterion,
                side=MODERATOR,
                outcome=Outcome.NOT_YET,
                comment="",
                seen=0,
                by=RUTH.user,
            )


# --- certificated -------------------------------------------------------------------------------


def certificated() -> None:
    """Results and certificates of the concluded claim; one certificate is replaced, and one is
    proposed to be revoked. A worker prints them."""
    claim = Claim.objects.get(state=Claim.State.CONCLUDED)
    work_off("record-results", claim)
    lost = Certificate.objects.get(
        candidate__centre=HARBOUR.row, candidate__number="0103", line__assignment__unit__code="IM202"
    )
    reissue(lost, by=PATRICIA.user, why="Lost in the post; the college asked for another.")
    _propose_to_revoke()


def _propose_to_revoke() -> None:
    """A revocation that is waiting for a second person, so the certificate stays in force."""
    doubted = Certificate.objects.standing().filter(kind=Certificate.Kind.UNIT).latest("issued_at", "pk")
    proposal = Revocation(
        certificate=doubted,
        kind=Revocation.Kind.REVOKE,
        ground=Revocation.Ground.ASSESSMENT,
        reason="The centre has told us that the photographs are not the candidate’s own.",
    )
    propose_revocation(proposal, by=KWAME.user)
