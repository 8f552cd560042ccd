"""The grade that the tutor recorded is claimed, confirmed and printed; nobody types it."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from moderation import actions, rules
from moderation.awards import actions as award_actions
from moderation.awards.models import Result
from moderation.models import Claim, ClaimLine
from portal.catalogue.models import Qualification
from portfolios import actions as work_actions
from portfolios.models import Round
from tests.factories import moderation as make
from tests.factories import portfolios

pytestmark = pytest.mark.django_db


def grade_as(claim: Claim, grade: str) -> None:
    """As if the e-checklist had tiers, so that the tutor recorded this grade."""
    Round.objects.filter(claim_lines__claim=claim).update(grade=grade)


def with_grades(claim: Claim) -> Claim:
    """As if a graded claim could be submitted: its qualification is graded from now on."""
    Qualification.objects.filter(pk=claim.qualification_id).update(grade_scale="PMD")
    return Claim.objects.get(pk=claim.pk)


def test_recorded_unit_has_the_grade_of_its_judgements_until_it_is_returned():
    work = portfolios.achieved()
    assert work.rounds.get().grade == "PASS"
    work_actions.return_for_further_work(work, why="More", by=portfolios.tutor_of(work))
    assert (work.rounds.get().outcome, work.rounds.get().grade) == ("returned", "")


@pytest.mark.parametrize("grade", ["", "FAIR"])
def test_achieved_hand_in_has_a_grade(grade):
    work = portfolios.achieved()
    with pytest.raises(IntegrityError, match="round_achieved_has_a_grade"), transaction.atomic():
        work.rounds.update(grade=grade)


def test_hand_in_that_is_not_achieved_has_none():
    work = portfolios.handed_in()
    with pytest.raises(IntegrityError, match="round_achieved_has_a_grade"), transaction.atomic():
        work.rounds.update(grade="PASS")


def test_line_has_the_grade_of_the_hand_in_and_takes_it_anew_when_the_claim_is_submitted():
    claim = make.draft_claim()
    assert claim.lines.get().grade == "PASS"
    grade_as(claim, "MERIT")
    actions.submit_claim(claim, by=claim.created_by)
    assert claim.lines.get().grade == "MERIT"


def test_database_refuses_a_line_with_another_grade():
    draft = make.draft_claim().lines.get()
    with pytest.raises(IntegrityError, match="claim_line_known_grade"), transaction.atomic():
        ClaimLine.objects.filter(pk=draft.pk).update(grade="")
    ClaimLine.objects.filter(pk=draft.pk).update(grade="DIST")
    draft.round.frozen_at = draft.round.handed_in_at
    draft.round.save()
    named = {"certificate_name": "A", "date_of_birth": "2008-01-01", "state": "pending"}
    with pytest.raises(DatabaseError, match="and its grade"), transaction.atomic():
        ClaimLine.objects.filter(pk=draft.pk).update(**named)
    submitted = make.submitted_claim().lines.get()
    with pytest.raises(DatabaseError, match="stays with its hand-in and grade"), transaction.atomic():
        ClaimLine.objects.filter(pk=submitted.pk).update(grade="MERIT")


@pytest.mark.parametrize(("grade", "printed"), [("PASS", "Pass"), ("DIST", "Distinction")])
def test_grade_that_was_claimed_is_confirmed_and_printed(grade, printed):
    claim = make.draft_claim()
    grade_as(claim, grade)
    actions.submit_claim(claim, by=claim.created_by)
    claim = with_grades(claim)
    actions.propose_sample(claim)
    claim.refresh_from_db()
    by = make.moderator(claim.centre, claim.qualification).user
    actions.send_sample(claim, by=by)
    line = claim.lines.for_pages().get()
    (group,) = rules.Review(claim).groups
    assert str(group) == f"{line.assignment.unit} at {printed}, assessed by {line.assessor}"
    actions.decide_line(line, outcome="agreed", comment="", by=by)
    actions.conclude(claim, rest={}, report="", by=by)
    award_actions.record_results(claim)
    assert (Result.objects.get().grade, line.certificates.get().grade) == (grade, printed)


def test_in_a_pass_only_scheme_no_grade_is_named():
    claim = make.certificated_claim()
    (group,) = rules.Review(claim).groups
    assert str(group) == f"{group.unit}, assessed by {group.assessor}"
    assert (Result.objects.get().grade, claim.lines.get().certificates.get().grade) == ("PASS", "")


def test_database_refuses_a_result_with_an_unknown_grade():
    make.certificated_claim()
    with pytest.raises(IntegrityError, match="result_known_grade"), transaction.atomic():
        Result.objects.update(grade="")
