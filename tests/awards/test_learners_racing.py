"""A learner is joined while other processes wait for its lock: each on its own connection."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import sleep

import pytest
from django.db import DatabaseError, connection, transaction

from candidates.models import Candidate, Learner, LearnerPair
from moderation.awards import actions
from moderation.awards.actions.learners import hold_learners
from tests.awards.confirming import confirm
from tests.factories import accounts, candidates

pytestmark = pytest.mark.django_db(transaction=True)
SOMEBODY_WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"


@pytest.mark.parametrize("has_learner", [True, False], ids=["with a number", "without"])
def test_who_was_joined_meanwhile_is_held_as_whom_they_are_now(level, has_learner):
    other, candidate = candidates.candidate(), candidates.candidate()
    for person in (other, candidate)[: 1 + has_learner]:
        confirm(person, level, 1)
    first, second = sorted([candidate, other], key=lambda row: row.pk)
    pair = LearnerPair.objects.create(first=first, second=second, why="Same name")
    is_held, is_seen = Event(), Event()

    def hold():
        try:
            with transaction.atomic():
                held = hold_learners([candidate.pk])[candidate.pk].learner_id
                is_held.set()
                is_seen.wait(20)
                return held
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.join_learners(pair, by=accounts.staff(), why="Seen")
            running = pool.submit(hold)
            _until_somebody_waits()
        assert is_held.wait(20)
        now = Candidate.objects.get(pk=candidate.pk).learner_id
        try:
            with pytest.raises(DatabaseError), transaction.atomic():
                Learner.objects.select_for_update(nowait=True).get(pk=now)
        finally:
            is_seen.set()
        assert running.result() == now == Candidate.objects.get(pk=other.pk).learner_id


def test_people_are_kept_apart_only_once_nobody_is_joining_them(level):
    """Or a joining through a third, which has looked at the pairs already, would join them all the same."""
    first, second = candidates.candidate(), candidates.candidate()
    for person in (first, second):
        confirm(person, level, 1)
    pair = LearnerPair.objects.create(first=first, second=second, why="Same name")

    def separate():
        try:
            actions.separate_learners(pair, by=accounts.staff(), why="Two people")
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            hold_learners([first.pk, second.pk])
            running = pool.submit(separate)
            _until_somebody_waits()
        running.result()
    pair.refresh_from_db()
    assert pair.state == LearnerPair.State.SEPARATE


def _until_somebody_waits() -> None:
    for _ in range(400):
        with connection.cursor() as cursor:
            cursor.execute(SOMEBODY_WAITS)
            if cursor.fetchone():
                return
        sleep(0.05)
    raise AssertionError("nobody waited")
