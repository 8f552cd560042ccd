"""A line withdrawn as claimed in error: the work is as it was, and no page says anything else."""

import pytest
from django.urls import reverse

from moderation import actions
from portfolios import actions as work_actions
from tests.factories import moderation as make
from tests.factories import portfolios

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim():
    return make.concluded_claim(outcome="withdrawn", comment="Claimed twice.")


@pytest.fixture
def work(claim):
    return claim.lines.get().assignment


def test_tutors_decision_is_said_to_stand_until_the_tutor_returns_the_work(client, work):
    client.force_login(work.candidate.user)
    url = reverse("assignment", args=[work.pk])
    stands = "Your tutor’s decision stands."
    assert stands in client.get(url).content.decode()
    work_actions.return_for_further_work(work, why="More", by=portfolios.tutor_of(work))
    html = client.get(url).content.decode()
    assert ("Your centre claimed this unit in error." in html, stands in html) == (True, False)


def test_comment_of_the_first_recording_is_not_shown_as_a_second_judgement(client):
    claim = make.draft_claim()
    claim.lines.get().assignment.rounds.update(comment="Well done.")
    actions.submit_claim(claim, by=claim.created_by)
    actions.propose_sample(claim)
    claim.refresh_from_db()
    moderator = make.moderator(claim.centre, claim.qualification).user
    actions.send_sample(claim, by=moderator)
    actions.decide_line(claim.lines.get(), outcome="withdrawn", comment="Claimed twice.", by=moderator)
    actions.conclude(claim, rest={}, report="", by=moderator)
    again = make.claimed_again(claim)
    client.force_login(moderator)
    html = client.get(reverse("moderated-line", args=[again.lines.get().pk])).content.decode()
    assert ("Earlier claims" in html, "on judging it again" in html) == (True, False)
