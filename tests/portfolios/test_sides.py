"""Who speaks for a side, when it judges, and who reads what it says."""

import pytest
from django.core.exceptions import PermissionDenied

from portal.kit.stateful import TransitionRefused
from portfolios import actions, sides
from portfolios.models import Assignment, Judgement
from portfolios.sides import CANDIDATE, MODERATOR, SIDES, TUTOR, VERIFIER
from tests.factories import accounts
from tests.factories import portfolios as make

pytestmark = pytest.mark.django_db
State = Assignment.State


@pytest.fixture
def waiting(world):
    make.evidence(world.work)
    actions.hand_in(world.work, by=world.candidate)
    return world


def judge(work, criterion, side, by) -> None:
    actions.judge(work, criterion, side=side, outcome="met", comment="", seen=0, by=by)


def test_who_speaks_for_each_side(waiting):
    people = {
        "candidate": waiting.candidate,
        "tutor": waiting.tutor,
        "exams officer": waiting.exams_officer,
        "stranger": make.tutor_of(make.assignment()),
    }
    speaks = {
        side.code: [name for name, person in people.items() if side.may_write(person, waiting.work)]
        for side in SIDES.values()
    }
    assert speaks == {"candidate": ["candidate"], "tutor": ["tutor"], "verifier": [], "moderator": []}


def test_when_each_side_judges(world):
    def judging(state):
        world.work.__dict__["state"] = state
        return [side for side in SIDES.values() if side.judges(world.work)]

    with_tutor = {State.HANDED_IN, State.IN_PROGRESS, State.RETURNED}
    for state in State:
        expected = [TUTOR] if state in with_tutor else [MODERATOR] if state == State.CLAIMED else []
        assert judging(state) == expected
    assert sides.judging() == [TUTOR, MODERATOR]
    assert Judgement._meta.get_field("side").flatchoices == [("tutor", "Tutor"), ("moderator", "Moderator")]


def test_who_reads_each_side(world):
    people = [world.candidate, world.tutor, accounts.adult()]  # the last came in by the moderators' door

    def readers(side, state):
        world.work.__dict__["state"] = state
        return [side.may_read(person, world.work) for person in people]

    for state in State:
        assert readers(CANDIDATE, state) == readers(TUTOR, state) == [True, True, True]
        assert readers(VERIFIER, state) == [False, True, True]
        assert readers(MODERATOR, state) == [False, state != State.CLAIMED, True]


def test_only_those_who_mark_at_the_centre_judge_for_the_tutor(waiting):
    criterion = waiting.criteria[0]
    for person in (waiting.candidate, waiting.exams_officer, make.tutor_of(make.assignment())):
        with pytest.raises(PermissionDenied):
            judge(waiting.work, criterion, TUTOR, person)
    assert not Judgement.objects.exists()
    judge(waiting.work, criterion, TUTOR, waiting.tutor)
    assert Judgement.objects.get().side == "tutor"


@pytest.mark.parametrize("side", [CANDIDATE, VERIFIER, MODERATOR])
def test_no_other_side_judges_what_is_handed_in(waiting, side):
    for person in (waiting.candidate, waiting.tutor):
        with pytest.raises(TransitionRefused, match="cannot be marked"):
            judge(waiting.work, waiting.criteria[0], side, person)
    assert not Judgement.objects.exists()
